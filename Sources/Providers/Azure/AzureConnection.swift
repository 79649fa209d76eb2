import CooperModel
import CooperProvider
import CooperSchema
import Synchronization

/// A way to one subscription: finds credentials, signs, sends, and knows nothing of plans.
struct AzureConnection: Connection {
  let site: Site
  let settings: AzureSettings
  let recipe: AzureRecipe
  let resolver: TokenResolver
  let sender: AzureSender
  let tokens: TokenStore
  private let acceptance = Acceptance()
  private let given = GivenSecret()

  init(
    site: Site, settings: AzureSettings, recipe: AzureRecipe, resolver: TokenResolver, sender: AzureSender,
    tokens: TokenStore
  ) {
    self.site = site
    self.settings = settings
    self.recipe = recipe
    self.resolver = resolver
    self.sender = sender
    self.tokens = tokens
  }

  /// With a key the subscription can't be asked, and nothing is compared.
  var declaredAccount: String? { site.reachesSettings ? settings.subscription : nil }
  var chosenEndpoints: [String] { settings.chosen }

  func attempt(_ call: Call) async throws(CallFailure) -> Reply {
    if let refusal = acceptance.refusal { throw refusal }
    let reply: Reply
    switch recipe {
    case .accountKey(let reference):
      reply = try await sender.send(
        call, .key(try given.value { () throws(CallFailure) in try resolver.secret(reference, "key") }))
    case .sas(let reference):
      reply = try await sender.send(
        call, .signature(try given.value { () throws(CallFailure) in try resolver.secret(reference, "token") }))
    default: reply = try await withToken(call)
    }
    acceptance.note(reply, failure(of: reply, to: call))
    return reply
  }

  /// A token that the service calls expired is asked for anew, once.
  private func withToken(_ call: Call) async throws(CallFailure) -> Reply {
    let audience: AzureAudience = call.service == "blob" ? .storage : .resourceManager
    let token = try await tokens.current(audience)
    let reply = try await sender.send(call, .token(token))
    guard reply.status == 401, AzureFailure.failure(reply, to: call).code == "ExpiredAuthenticationToken" else {
      return reply
    }
    tokens.drop(token, audience)
    return try await sender.send(call, .token(try await tokens.current(audience)))
  }

  func transientFailure(_ reply: Reply, to call: Call) -> CallFailure? {
    if 200..<300 ~= reply.status { return nil }
    return failure(of: reply, to: call)
  }

  /// Nil when the procedure shall see the reply.
  private func failure(of reply: Reply, to call: Call) -> CallFailure? {
    switch reply.status {
    case 200..<300, 404, 405, 412, 501: return nil
    case 300..<400:
      // Never followed: credentials go to no other host than the one that the YAML names.
      return CallFailure(
        .invalid, code: "AZU0007", "connection \"\(site.connection)\": the address of \(call.line) leads elsewhere",
        status: reply.status, call: call.line)
    default: break
    }
    var failure = AzureFailure.failure(reply, to: call)
    switch failure.kind {
    case .throttled, .unavailable: return failure
    case .unauthenticated:
      failure.message =
        "connection \"\(site.connection)\": \(source) is refused by \(call.service == "blob" ? "the blob service" : "Resource Manager")"
        + " (\(failure.code)): \(failure.message)"
      return failure
    default: return nil
    }
  }

  private var source: String {
    switch recipe {
    case .accountKey: "the key in \(resolver.field).key"
    case .sas: "the signature in \(resolver.field).token"
    default: tokens.known(.resourceManager)?.source ?? tokens.known(.storage)?.source ?? resolver.field
    }
  }

  func url(for call: Call) -> String { sender.url(for: call) }

  func identify() -> (any Procedure<SignedInIdentity>)? {
    guard site.reachesSettings else { return nil }
    return IdentifySubscription.procedure(
      site: site, tenant: settings.tenant, token: { [tokens] in tokens.known(.resourceManager) })
  }

  func identity(of name: String) -> PhysicalIdentity { PhysicalIdentity(endpoint: site.endpoint, name: name) }
}

/// Whether the service has taken the credentials yet. Until it has, a refusal counts for all calls: with a wrong secret a
/// thousand calls would only make a thousand entries in somebody's log.
private final class Acceptance: Sendable {
  private enum Standing { case unknown, accepted, refused(CallFailure) }
  private let standing = Mutex(Standing.unknown)

  var refusal: CallFailure? { standing.withLock { if case .refused(let failure) = $0 { failure } else { nil } } }

  func note(_ reply: Reply, _ failure: CallFailure?) {
    standing.withLock { standing in
      guard case .unknown = standing else { return }
      if 200..<300 ~= reply.status {
        standing = .accepted
      } else if let failure, failure.kind == .unauthenticated {
        standing = .refused(failure)
      }
    }
  }
}
