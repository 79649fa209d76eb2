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

/// What a source had.
enum CredentialFinding: Sendable {
  case found(ResolvedCredentials)
  /// Why there was nothing, one line for each place that was looked at.
  case nothing([String])
}
