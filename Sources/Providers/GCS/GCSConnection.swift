import CooperModel
import CooperProvider

/// A way to one project on Google Cloud Storage: gets tokens, sends, and knows nothing of plans.
struct GCSConnection: Connection {
  let site: Site
  let declaredAccount: String?
  let sender: GCSSender
  /// Nil where calls carry no token.
  let tokens: RenewedLookup<AccessToken>?
  private let refusal = LastingRefusal()

  init(site: Site, declaredAccount: String?, sender: GCSSender, tokens: RenewedLookup<AccessToken>?) {
    self.site = site
    self.declaredAccount = declaredAccount
    self.sender = sender
    self.tokens = tokens
  }

  func attempt(_ call: Call) async throws(CallFailure) -> Reply {
    if let refused = refusal.failure { throw refused }
    if call.service == "iam", sender.addressing.leavesIAMOpen {
      throw .setting(
        site.connection, "iamEndpoint",
        "is missing: beside an endpoint that isn't Google's nobody knows where its service accounts are")
    }
    guard let tokens else { return try await sender.send(call, with: nil) }
    var (token, generation) = try await tokens.current()
    var reply = try await sender.send(call, with: token.secret)
    if reply.status == 401, token.canRenew {
      tokens.drop(generation)
      (token, generation) = try await tokens.current()
      reply = try await sender.send(call, with: token.secret)
    }
    if reply.status == 401 { refusal.note(unauthenticated(GCSFailure.failure(reply, to: call))) }
    return reply
  }

  func transientFailure(_ reply: Reply, to call: Call) -> CallFailure? {
    switch reply.status {
    case 200..<300, 404, 405, 412, 501: return nil
    default: break
    }
    if 300..<400 ~= reply.status {
      return CallFailure(
        .invalid, code: "GCS0007",
        "connection \"\(site.connection)\": the endpoint sends \(call.line) on to another address; nothing is sent there",
        status: reply.status, call: call.line)
    }
    let failure = GCSFailure.failure(reply, to: call)
    return switch failure.kind {
    case .throttled, .unavailable: failure
    case .unauthenticated: unauthenticated(failure)
    default: nil
    }
  }

  private func unauthenticated(_ failure: CallFailure) -> CallFailure {
    var failure = failure
    let source = tokens?.found.map { "the token from \($0.source)" } ?? "a call without a token"
    failure.message =
      "connection \"\(site.connection)\": the store refuses \(source) (\(failure.code)): \(failure.message)"
    return failure
  }

  var chosenEndpoints: [String] { [sender.addressing.endpoint, sender.addressing.iamEndpoint].compactMap { $0?.text } }

  func url(for call: Call) -> String { sender.addressing.url(of: call) }

  /// No answer of Google names who asks without a right of its own; the credentials say it, and a look at the project
  /// says that the token is taken.
  func identify() -> (any Procedure<SignedInIdentity>)? {
    guard let tokens else { return nil }
    let call = ProjectAgent.call(site)
    let project = site.account
    return SingleCall<SignedInIdentity>(call) { (reply) throws(CallFailure) in
      if reply.status == 401 { throw GCSFailure.failure(reply, to: call) }
      let token = tokens.found
      return SignedInIdentity(
        account: project, principal: token?.principal ?? "an unnamed principal", source: token?.source ?? "access")
    }
  }

  /// No account: names of buckets are global.
  func identity(of name: String) -> PhysicalIdentity { PhysicalIdentity(endpoint: site.endpoint, name: name) }
}
