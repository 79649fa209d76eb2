import CooperProvider
import CooperSchema
import CooperSigning

/// The role of an EC2 instance, from its metadata service: a session token first, then role, then keys.
///
/// Amazon EC2 User Guide, "Use the Instance Metadata Service to access instance metadata", version 2 only: version 1 gives
/// keys to anybody who can make the machine send a GET.
struct InstanceMetadata: SignIn {
  /// Seconds that the session is asked for; it serves one look-up.
  private static let sessionSeconds = 300
  private static let roles = "/latest/meta-data/iam/security-credentials/"
  /// Wait for a connection, in seconds, as the AWS CLI: elsewhere than on EC2 nobody answers at that address.
  private static let connectTimeout = 1.0

  let connection: String
  let endpoint: String
  let now: Double
  private var session: String?
  private var role: String?
  private var phase = Phase.session

  private enum Phase { case session, role, keys }

  init(connection: String, endpoint: String, now: Double) {
    self.connection = connection
    self.endpoint = endpoint
    self.now = now
  }

  /// Where it is, by the environment; nothing with the reason when it is switched off.
  static func endpoint(_ environment: ProviderEnvironment) throws(OwnEndpoint.Problem) -> String {
    if environment.text("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true" {
      throw OwnEndpoint.Problem(words: "switched off by AWS_EC2_METADATA_DISABLED")
    }
    let addresses: Set = ["169.254.169.254", "[fd00:ec2::254]"]
    if let own = environment.text("AWS_EC2_METADATA_SERVICE_ENDPOINT") {
      do throws(OwnEndpoint.Problem) {
        return try OwnEndpoint.endpoint(own, plain: addresses).text
      } catch {
        throw OwnEndpoint.Problem(words: "AWS_EC2_METADATA_SERVICE_ENDPOINT: \(error.words)")
      }
    }
    switch environment.text("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")?.lowercased() {
    case nil, "ipv4": return "http://169.254.169.254"
    case "ipv6": return "http://[fd00:ec2::254]"
    default: throw OwnEndpoint.Problem(words: "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is neither IPv4 nor IPv6")
    }
  }

  mutating func next(_ reply: Reply?) -> SignInStep<CredentialFinding> {
    guard let reply else {
      return .send(
        request(
          .put, "/latest/api/token", Header("x-aws-ec2-metadata-token-ttl-seconds", String(Self.sessionSeconds))))
    }
    // The service limits requests of each instance, and is busy now and then.
    if let failure = CallFailure.passing(connection, "the instance's metadata service", reply) {
      return .failed(failure)
    }
    switch phase {
    case .session: return takeSession(reply)
    case .role: return takeRole(reply)
    case .keys: return .done(keys(reply))
    }
  }

  private mutating func takeSession(_ reply: Reply) -> SignInStep<CredentialFinding> {
    let text = String(decoding: reply.body, as: UTF8.self)
    guard reply.status == 200, !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      // 403 where the service is off, and 404 where something else answers.
      return .done(.nothing(["\(Self.name): \(endpoint) gives no session token (HTTP \(reply.status))"]))
    }
    session = text
    phase = .role
    return .send(get(Self.roles))
  }

  private mutating func takeRole(_ reply: Reply) -> SignInStep<CredentialFinding> {
    if reply.status == 404 { return .done(.nothing(["\(Self.name): the instance has no role"])) }
    let name = String(decoding: reply.body, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
    guard reply.status == 200, let name, RoleName.problem(name) == nil else {
      return .done(.nothing(["\(Self.name): \(endpoint) names no role (HTTP \(reply.status))"]))
    }
    role = name
    phase = .keys
    return .send(get(Self.roles + name))
  }

  private func keys(_ reply: Reply) -> CredentialFinding {
    let role = role ?? ""
    guard reply.status == 200 else {
      return .unusable(["\(Self.name): no keys of role \(role) (HTTP \(reply.status))"])
    }
    do throws(CredentialDocument.Problem) {
      let document = try CredentialDocument.value(reply.body)
      if let code = document["Code"]?.string, code != "Success" {
        return .unusable(["\(Self.name): role \(role) has no keys now (\(code.prefix(64)))"])
      }
      let keys = try CredentialDocument.credentials(document, .endpoint, now: now)
      return .found(ResolvedCredentials(keys, from: "role \(role) of this instance"))
    } catch {
      return .unusable(["\(Self.name): role \(role) gives \(error.words)"])
    }
  }

  static let name = "instance metadata"

  private func get(_ path: String) -> HTTPRequest {
    request(.get, path, Header("x-aws-ec2-metadata-token", session ?? ""))
  }

  private func request(_ method: HTTPMethod, _ path: String, _ header: Header) -> HTTPRequest {
    var request = HTTPRequest(
      method, endpoint + path, headers: [header], bodyLimit: 1 << 16, connectTimeout: Self.connectTimeout,
      idleTimeout: 5, totalTimeout: 5)
    request.bypassesProxies = true
    return request
  }
}
