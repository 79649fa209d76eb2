import CooperProvider

/// Failures that only the connection can word: they name it, and the field to mend.
extension CallFailure {
  static func plainEndpoint(_ connection: String, _ endpoint: String) -> CallFailure {
    CallFailure(
      .invalid, code: "AWS0001",
      "connection \"\(connection)\": endpoint \(endpoint) is not encrypted; write https://, or insecure: allow beside it"
    )
  }

  static func setting(_ connection: String, _ field: String, _ problem: String) -> CallFailure {
    CallFailure(.invalid, code: "AWS0002", "connection \"\(connection)\": \(field): \(problem)")
  }

  static func noCredentials(
    _ connection: String, tried: [String], code: String = CredentialFinding.noCredentialsCode
  ) -> CallFailure {
    CallFailure(
      .unauthenticated, code: code,
      (["connection \"\(connection)\" (access): no credentials; tried"] + tried.map { "  - " + $0 })
        .joined(separator: "\n"))
  }

  static func unresolvedSecret(_ connection: String, field: String, _ cause: CallFailure) -> CallFailure {
    var failure = cause
    failure.message = "connection \"\(connection)\": \(field): \(cause.message)"
    return failure
  }

  static func emptySecret(_ connection: String, field: String) -> CallFailure {
    CallFailure(.unauthenticated, code: "AWS0004", "connection \"\(connection)\": \(field): it is empty")
  }

  /// What STS said when it gave no session; a passing trouble stays one, so that it is tried again.
  static func roleRefused(
    _ connection: String, role: String, source: ResolvedCredentials, _ cause: CallFailure
  ) -> CallFailure {
    var failure = cause
    switch cause.kind {
    case .throttled, .unavailable: break
    default: failure.kind = .unauthenticated
    }
    failure.code = "AWS0005"
    failure.message =
      "connection \"\(connection)\": \(source.source) can't take on role \(role): \(cause.code): \(cause.message)"
    return failure
  }

  /// As above, of a role that a token of an identity provider was to take on.
  static func webIdentityRefused(_ connection: String, role: String, token: String, _ cause: CallFailure) -> CallFailure
  {
    var failure = cause
    switch cause.kind {
    case .throttled, .unavailable: break
    default: failure.kind = .unauthenticated
    }
    failure.code = "AWS0021"
    failure.message =
      "connection \"\(connection)\": \(token) can't take on role \(role): \(cause.code): \(cause.message)"
    return failure
  }

  static func foreignPartition(_ connection: String, role: String, region: String) -> CallFailure {
    CallFailure(
      .invalid, code: "AWS0022",
      "connection \"\(connection)\": role \(role) is in another partition of AWS than region \(region); sessions are good in "
        + "their own partition only")
  }

  static func unreadableCertificate(_ connection: String, _ problem: String) -> CallFailure {
    CallFailure(.invalid, code: "AWS0006", "connection \"\(connection)\": caCertificate: \(problem)")
  }
}
