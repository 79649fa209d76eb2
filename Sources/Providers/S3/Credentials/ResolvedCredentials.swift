import CooperSigning

/// Credentials with their origin, so that a refusal can name what to mend.
struct ResolvedCredentials: Sendable {
  var credentials: AWSCredentials
  /// Where they come from, in words, e.g. `profile work in ~/.aws/credentials`.
  var source: String
  /// The field, variable or key that holds the key's id.
  var keyField: String
  /// The field, variable or key that holds the secret.
  var secretField: String
}

extension ResolvedCredentials {
  /// Keys that somebody made for us, which are mended only where they came from.
  init(_ credentials: AWSCredentials, from source: String) {
    self.init(
      credentials: credentials, source: source, keyField: "the keys of \(source)",
      secretField: "the keys of \(source)")
  }
}

/// What a source had.
enum CredentialFinding: Sendable {
  case found(ResolvedCredentials)
  /// Why there was nothing, one line for each place that was looked at.
  case nothing([String])
  /// It is set up and can't be used. The chain ends here: to go on as somebody else would be a surprise.
  case unusable([String], code: String = noCredentialsCode)

  static let noCredentialsCode = "AWS0003"

  /// A source without anything, or one that is set up and fails, for sources that some other one points to.
  var unusableWhenEmpty: CredentialFinding {
    if case .nothing(let lines) = self { .unusable(lines) } else { self }
  }

  /// With the lines of what was tried before.
  func after(_ earlier: [String]) -> CredentialFinding {
    switch self {
    case .found: self
    case .nothing(let lines): .nothing(earlier + lines)
    case .unusable(let lines, let code): .unusable(earlier + lines, code: code)
    }
  }
}
