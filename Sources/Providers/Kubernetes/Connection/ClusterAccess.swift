import CooperProvider
import CooperSchema
import CooperSigning
import Synchronization

/// How a connection signs in to a cluster.
enum ClusterAccess: Sendable {
  case anonymous
  case token(Secret, source: String)
  /// Read anew, since such tokens are replaced while they are used.
  case tokenFile(String)
  case certificate(ClientCertificate, source: String)
  /// Given by the YAML as references.
  case tokenReference(Value, field: String)
  case certificateReference(certificate: Value, key: Value, field: String)
  /// A credential plug-in that the user's own kubeconfig names (client-go credential plugins).
  case program(UsersProgram)
}

/// What goes along with a request.
struct ClusterCredential: Sendable {
  var token: Secret?
  var certificate: ClientCertificate?
  /// For people, e.g. `the token in ~/.kube/config`.
  var source: String
  /// Seconds since 1970.
  var expiry: Double?
}

/// Finds a connection's credential when it is first needed, and again when it is over.
final class ClusterCredentials: Sendable {
  private let connection: String
  private let environment: ProviderEnvironment
  private let known = Mutex<ClusterCredential?>(nil)

  /// A token that is good for less than this many seconds is fetched anew.
  private static let margin = 30.0
  /// Files are read again after this many seconds.
  private static let fileAge = 60.0

  init(connection: String, environment: ProviderEnvironment) {
    self.connection = connection
    self.environment = environment
  }

  var source: String { known.withLock { $0?.source } ?? "access" }

  func current(_ access: ClusterAccess) throws(CallFailure) -> ClusterCredential {
    let now = environment.now()
    if let credential = known.withLock({ $0 }), credential.expiry.map({ $0 - Self.margin > now }) ?? true {
      return credential
    }
    let fresh = try resolve(access, now)
    known.withLock { $0 = fresh }
    return fresh
  }

  /// After a refusal: true when another credential could be had by asking again.
  func renew(_ access: ClusterAccess) -> Bool {
    switch access {
    case .program, .tokenFile:
      known.withLock { $0 = nil }
      return true
    default: return false
    }
  }

  private func resolve(_ access: ClusterAccess, _ now: Double) throws(CallFailure) -> ClusterCredential {
    switch access {
    case .anonymous: return ClusterCredential(source: "no credentials at all")
    case .token(let token, let source): return ClusterCredential(token: token, source: source)
    case .certificate(let certificate, let source): return ClusterCredential(certificate: certificate, source: source)
    case .tokenFile(let path):
      guard let bytes = try? environment.readFile(path) else {
        throw .signIn(connection, "the token file \(path) can't be read")
      }
      let token = Secret(bytes.filter { $0 > 0x20 })
      guard !token.isEmpty else { throw .signIn(connection, "the token file \(path) is empty") }
      return ClusterCredential(token: token, source: "the token in \(path)", expiry: now + Self.fileAge + Self.margin)
    case .tokenReference(let reference, let field):
      let token = try environment.secret(reference, field + ".token")
      return ClusterCredential(token: token, source: "the token of \(field)")
    case .certificateReference(let certificate, let key, let field):
      let chain = try environment.secret(certificate, field + ".certificate")
      let secret = try environment.secret(key, field + ".key")
      let text = chain.withBytes { String(decoding: $0, as: UTF8.self) }
      return ClusterCredential(
        certificate: ClientCertificate(chain: text, key: secret), source: "the client certificate of \(field)")
    case .program(let program):
      let name = program.words.first ?? ""
      let printed = try environment.output(program)
      guard let credential = Self.credential(printed, source: "\(name), which \(program.namedIn) names") else {
        throw .signIn(
          connection, "\(name), which \(program.namedIn) names, printed no ExecCredential with a token or certificate")
      }
      return credential
    }
  }

  /// `status` of an ExecCredential, v1 and v1beta1.
  private static func credential(_ printed: Secret, source: String) -> ClusterCredential? {
    let bytes = printed.withBytes { Array($0) }
    guard let document = try? ValueJSON.decode(bytes, limits: JSONLimits(depth: 20, bytes: 1 << 20)),
      document["kind"]?.string == "ExecCredential", let status = document["status"]
    else { return nil }
    var credential = ClusterCredential(source: source)
    credential.token = status["token"]?.string.flatMap { $0.isEmpty ? nil : Secret($0) }
    if let chain = status["clientCertificateData"]?.string, let key = status["clientKeyData"]?.string {
      credential.certificate = ClientCertificate(chain: chain, key: Secret(key))
    }
    if let text = status["expirationTimestamp"]?.string {
      guard let expiry = Self.seconds(text) else { return nil }
      credential.expiry = expiry
    }
    return credential.token == nil && credential.certificate == nil ? nil : credential
  }

  /// RFC 3339 with `Z`, fractions passed over.
  private static func seconds(_ text: String) -> Double? {
    guard text.hasSuffix("Z") else { return nil }
    return SigningTime(String(text.prefix { $0 != "." && $0 != "Z" }) + "Z").map { Double($0.seconds) }
  }
}
