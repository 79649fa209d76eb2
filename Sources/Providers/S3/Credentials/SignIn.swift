import CooperProvider

/// What a sign-in wants next.
enum SignInStep<Output: Sendable>: Sendable {
  case send(HTTPRequest)
  case done(Output)
  case failed(CallFailure)
}

/// A pure state machine over requests to services that hand out credentials and are no part of a store.
///
/// The first `next` gets nil, each later one the reply to the last request.
protocol SignIn<Output>: Sendable {
  associatedtype Output: Sendable
  mutating func next(_ reply: Reply?) -> SignInStep<Output>
}

extension CredentialResolver {
  /// Drives a sign-in to its end.
  func run<Output: Sendable>(_ signIn: some SignIn<Output>) async throws(CallFailure) -> Output {
    var signIn = signIn
    var reply: Reply?
    while true {
      switch signIn.next(reply) {
      case .send(let request): reply = try await environment.transport.send(request)
      case .done(let output): return output
      case .failed(let failure): throw failure
      }
    }
  }
}

extension CallFailure {
  /// A service that hands out credentials is busy or broken for a moment; nil for other answers.
  ///
  /// Never with the body: it may repeat what was sent.
  static func passing(_ connection: String, _ service: String, _ reply: Reply) -> CallFailure? {
    guard reply.status == 429 || reply.status >= 500 else { return nil }
    let wait = reply.header("Retry-After").flatMap { Int64($0) }.map { Duration.seconds($0) }
    return CallFailure(
      reply.status == 429 || reply.status == 503 ? .throttled(retryAfter: wait) : .unavailable, code: "AWS0023",
      "connection \"\(connection)\" (access): \(service) answers \(reply.status)", status: reply.status)
  }
}
