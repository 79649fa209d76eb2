/// Why a procedure could not be finished, in the cases the engine acts on.
public struct CallFailure: Error, Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// The credentials are good but may not do this; unknown is not absent.
    case denied
    /// The credentials are missing, wrong or expired; nothing more is tried with them.
    case unauthenticated
    /// Too many requests, or the service asks to slow down.
    case throttled(retryAfter: Duration?)
    /// Somebody else is changing the same thing, or has the name.
    case conflict
    /// The resource has another revision than the plan was made for; nothing was written.
    case stale
    case notFound
    /// This endpoint can't hold it: 405, 501, or a wrong document.
    case unsupported
    /// No answer: name resolution, connection, TLS, time limit, cut response, 5xx.
    case unavailable
    /// The provider refuses what was sent.
    case invalid
    /// The answer is not what the protocol allows, e.g. a 200 with another root element.
    case protocolBroken
  }

  public var kind: Kind
  /// The provider's own code, e.g. `AccessDenied`, or one of ours for transport.
  public var code: String
  /// One sentence for people, without secrets and without raw bodies.
  public var message: String
  public var status: Int?
  /// The call in one line, e.g. `GET acme-data?lifecycle`.
  public var call: String?
  public var permission: Permission?
  /// A request that may have reached the provider although no answer came.
  public var mayHaveHappened: Bool

  public init(
    _ kind: Kind, code: String, _ message: String, status: Int? = nil, call: String? = nil,
    permission: Permission? = nil, mayHaveHappened: Bool = false
  ) {
    self.kind = kind
    self.code = code
    self.message = message
    self.status = status
    self.call = call
    self.permission = permission
    self.mayHaveHappened = mayHaveHappened
  }
}
