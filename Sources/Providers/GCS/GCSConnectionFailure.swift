import CooperProvider

/// Failures that only the connection can word: they name it, and the field to mend.
extension CallFailure {
  static func plainEndpoint(_ connection: String, _ endpoint: String) -> CallFailure {
    CallFailure(
      .invalid, code: "GCS0001",
      "connection \"\(connection)\": endpoint \(endpoint) is not encrypted; write https://, or insecure: allow beside it"
    )
  }

  static func setting(_ connection: String, _ field: String, _ problem: String) -> CallFailure {
    CallFailure(.invalid, code: "GCS0002", "connection \"\(connection)\": \(field): \(problem)")
  }

  static func noCredentials(_ connection: String, tried: [String]) -> CallFailure {
    CallFailure(
      .unauthenticated, code: "GCS0003",
      (["connection \"\(connection)\" (access): no credentials; tried"] + tried.map { "  - " + $0 })
        .joined(separator: "\n"))
  }

  /// A source that is there and can't be used: others aren't tried in its place.
  static func unusable(_ connection: String, _ source: String, _ problem: String) -> CallFailure {
    CallFailure(.unauthenticated, code: "GCS0004", "connection \"\(connection)\": \(source): \(problem)")
  }

  /// A token endpoint that said no, or nothing that can be understood.
  static func noToken(_ connection: String, _ source: String, _ problem: String, _ kind: Kind) -> CallFailure {
    CallFailure(kind, code: "GCS0005", "connection \"\(connection)\": \(source): \(problem)")
  }
}
