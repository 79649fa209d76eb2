import CooperProvider

/// The endpoint that hands a container its role: of ECS, of EKS Pod Identity, or of a local agent.
///
/// AWS SDKs and Tools Reference Guide, "Container credential provider".
struct ContainerEndpoint: SignIn {
  static let name = "container"
  private static let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
  private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
  private static let token = "AWS_CONTAINER_AUTHORIZATION_TOKEN"

  let connection: String
  let url: String
  /// Sent as it is in `Authorization`.
  let authorization: Secret?
  let now: Double

  /// What the environment says; a finding when it says nothing, or what can't be followed.
  static func read(_ connection: String, _ environment: ProviderEnvironment) -> (ContainerEndpoint?, CredentialFinding)
  {
    let url: String
    if let path = environment.text(relative) {
      guard path.hasPrefix("/"), path.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
        return (nil, .unusable(["\(name): \(relative) is no path"]))
      }
      url = "http://169.254.170.2" + path
    } else if let given = environment.text(full) {
      do throws(OwnEndpoint.Problem) {
        url = try OwnEndpoint.url(given, plain: OwnEndpoint.containers)
      } catch {
        return (nil, .unusable(["\(name): \(full): \(error.words)"]))
      }
    } else {
      return (nil, .nothing(["\(name): \(relative) and \(full) are not set"]))
    }
    do throws(OwnEndpoint.Problem) {
      let endpoint = ContainerEndpoint(
        connection: connection, url: url, authorization: try authorization(environment), now: environment.now())
      return (endpoint, .nothing([]))
    } catch {
      return (nil, .unusable(["\(name): \(error.words)"]))
    }
  }

  /// The file wins: EKS writes the token there anew before it expires.
  private static func authorization(_ environment: ProviderEnvironment) throws(OwnEndpoint.Problem) -> Secret? {
    var secret: Secret?
    var place = token
    if let path = environment.text(token + "_FILE") {
      place = token + "_FILE"
      let bytes: [UInt8]?
      do { bytes = try environment.readFile(path) } catch {
        throw OwnEndpoint.Problem(words: "\(place): \(path) can't be read")
      }
      guard let bytes else { throw OwnEndpoint.Problem(words: "\(place): \(path) is not there") }
      secret = Secret(bytes.trimmed)
    } else if let text = environment.text(token) {
      secret = Secret(text)
    }
    guard let secret else { return nil }
    // A line break would begin a header of its own.
    guard !secret.isEmpty, secret.withBytes({ $0.allSatisfy { (0x20...0x7e).contains($0) } }) else {
      throw OwnEndpoint.Problem(words: "\(place) holds no text that a header can carry")
    }
    return secret
  }

  func next(_ reply: Reply?) -> SignInStep<CredentialFinding> {
    guard let reply else { return .send(request) }
    if let failure = CallFailure.passing(connection, "the container's endpoint", reply) { return .failed(failure) }
    guard reply.status == 200 else {
      return .done(.unusable(["\(Self.name): \(address) gives no keys (HTTP \(reply.status))"]))
    }
    do throws(CredentialDocument.Problem) {
      let document = try CredentialDocument.value(reply.body)
      let keys = try CredentialDocument.credentials(document, .endpoint, now: now)
      return .done(.found(ResolvedCredentials(keys, from: "the role of this container (\(address))")))
    } catch {
      return .done(.unusable(["\(Self.name): \(address) gives \(error.words)"]))
    }
  }

  /// Without the path, which on ECS is what tells one container's keys from another's.
  private var address: String {
    url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3).joined(separator: "/")
  }

  private var request: HTTPRequest {
    var request = HTTPRequest(
      .get, url,
      headers: authorization.map { secret in
        [Header("Authorization", secret.withBytes { String(decoding: $0, as: UTF8.self) })]
      } ?? [],
      bodyLimit: 1 << 16, connectTimeout: 2, idleTimeout: 10, totalTimeout: 10)
    request.bypassesProxies = url.hasPrefix("http://")
    return request
  }
}

extension ProviderEnvironment {
  /// A variable that is set and not empty.
  func text(_ name: String) -> String? { variable(name).flatMap { $0.isEmpty ? nil : $0 } }
}

extension [UInt8] {
  /// Without blanks and line breaks at the ends, which writers of token files add.
  var trimmed: ArraySlice<UInt8> {
    var bytes = self[...]
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
    return bytes
  }
}
