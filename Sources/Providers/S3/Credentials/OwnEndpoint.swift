internal import CooperProvider

/// An address that the user's environment names and that secrets of this machine go to or come from.
enum OwnEndpoint {
  struct Problem: Error {
    var words: String
  }

  /// Link-local addresses of the services that answer containers, in plain HTTP (Amazon ECS Developer Guide, "Task IAM
  /// role"; Amazon EKS User Guide, "EKS Pod Identity").
  static let containers: Set<String> = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"]

  /// Refuses plain HTTP to anything but this machine and the hosts given.
  static func endpoint(_ text: String, plain: Set<String> = []) throws(Problem) -> S3Endpoint {
    let endpoint: S3Endpoint
    do throws(S3Endpoint.Problem) { endpoint = try S3Endpoint(text) } catch { throw Problem(words: error.words) }
    try check(endpoint, plain: plain)
    return endpoint
  }

  /// A whole URL, whose query is kept as it is.
  static func url(_ text: String, plain: Set<String> = []) throws(Problem) -> String {
    let address = String(text.prefix { $0 != "?" })
    guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), !text.contains("#") else {
      throw Problem(words: "is no URL")
    }
    _ = try endpoint(address, plain: plain)
    return text
  }

  private static func check(_ endpoint: S3Endpoint, plain: Set<String>) throws(Problem) {
    guard !endpoint.isEncrypted, !endpoint.isThisMachine, !plain.contains(endpoint.host) else { return }
    throw Problem(words: "over http:// nothing is asked of \(endpoint.host), which is not this machine")
  }
}

extension S3Endpoint {
  /// `localhost`, 127.0.0.0/8 and ::1; another name could lead anywhere.
  fileprivate var isThisMachine: Bool {
    let host = self.host
    if host == "localhost" || host == "[::1]" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
