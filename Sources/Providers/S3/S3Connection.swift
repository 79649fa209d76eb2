import CooperModel
import CooperProvider
import CooperSigning
import Synchronization

/// A way to one S3-compatible store: finds credentials, signs, sends, and knows nothing of plans.
struct S3Connection: Connection {
  let site: Site
  let declaredAccount: String?
  let dialect: S3Dialect
  let sender: S3Sender
  let credentials: CredentialStore
  private let acceptance = Acceptance()

  init(
    site: Site, declaredAccount: String?, dialect: S3Dialect, sender: S3Sender, credentials: CredentialStore
  ) {
    self.site = site
    self.declaredAccount = declaredAccount
    self.dialect = dialect
    self.sender = sender
    self.credentials = credentials
  }

  func attempt(_ call: Call) async throws(CallFailure) -> Reply {
    if let refusal = acceptance.refusal { throw refusal }
    var signedIn = try await credentials.current()
    var reply = try await sender.send(call, as: signedIn.credentials)
    if reply.saysExpired, credentials.renew(after: signedIn) {
      signedIn = try await credentials.current()
      reply = try await sender.send(call, as: signedIn.credentials)
    }
    acceptance.note(reply, verdict(on: call).failure(reply, to: call, as: signedIn))
    return reply
  }

  func transientFailure(_ reply: Reply, to call: Call) -> CallFailure? {
    // The common case, before anything is looked at.
    if 200..<300 ~= reply.status { return nil }
    return verdict(on: call).failure(reply, to: call, as: credentials.resolved)
  }

  var chosenEndpoints: [String] {
    [sender.addressing.endpoint, sender.addressing.tokenEndpoint].compactMap { $0?.text }
  }

  var isOwnService: Bool { site.isAmazon }

  func recognise() -> (any Procedure<RecognisedStore?>)? {
    sender.addressing.endpoint == nil ? nil : S3Dialect.recognition(site)
  }

  func url(for call: Call) -> String { sender.url(for: call) }

  func identify() -> (any Procedure<SignedInIdentity>)? {
    switch dialect.identity {
    case .never: return nil
    case .withTokenEndpoint where sender.addressing.tokenEndpoint == nil: return nil
    case .always, .withTokenEndpoint:
      return GetCallerIdentity.procedure { [credentials] in credentials.resolved?.source ?? "access" }
    }
  }

  /// Only Amazon has keys that Cooper makes.
  func signedIn(with key: KeyPair) -> (any Connection)? {
    dialect.isAWS
      ? IssuedKeyConnection(base: self, key: AWSCredentials(accessKeyId: key.id, secretAccessKey: key.secret)) : nil
  }

  /// No account: within an endpoint a name is one bucket, whoever owns it.
  func identity(of name: String) -> PhysicalIdentity { PhysicalIdentity(endpoint: site.endpoint, name: name) }

  private func verdict(on call: Call) -> ReplyVerdict {
    ReplyVerdict(
      connection: site.connection, region: sender.addressing.region(of: call),
      passingConflicts: dialect.passingConflicts)
  }
}

/// Whether the store has taken the credentials yet. Until it has, a refusal counts for all calls: with a wrong secret a
/// thousand calls would only make a thousand entries in somebody's log, or lock the key.
private final class Acceptance: Sendable {
  private enum Standing { case unknown, accepted, refused(CallFailure) }
  private let standing = Mutex(Standing.unknown)

  var refusal: CallFailure? {
    standing.withLock { if case .refused(let failure) = $0 { failure } else { nil } }
  }

  func note(_ reply: Reply, _ failure: CallFailure?) {
    standing.withLock { standing in
      guard case .unknown = standing else { return }
      if 200..<300 ~= reply.status {
        standing = .accepted
      } else if let failure,
        ["InvalidAccessKeyId", "InvalidClientTokenId", "SignatureDoesNotMatch"].contains(failure.code)
      {
        standing = .refused(failure)
      }
    }
  }
}

extension Reply {
  /// S3 says it with 400, STS and some stores with 403.
  fileprivate var saysExpired: Bool {
    guard status == 400 || status == 403 else { return false }
    return ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"].contains(
      S3Failure.ServiceError(self).code ?? "")
  }
}
