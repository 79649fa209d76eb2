import CooperProvider

/// A token for calls, and what is known of whose it is.
struct AccessToken: Sendable {
  var secret: Secret
  /// Seconds since 1970; nil where nobody said.
  var expiry: Double?
  /// E.g. `cooper@acme-prod.iam.gserviceaccount.com`.
  var principal: String
  /// Where it came from, in words, e.g. `the key in access.key (file:/run/secrets/gcs.json)`.
  var source: String
  /// Asking again gives another one.
  var canRenew = true
}

/// Scopes of tokens: rights come from IAM alone (Cloud Storage documentation, OAuth 2.0 scopes).
enum Scope {
  static let cloudPlatform = "https://www.googleapis.com/auth/cloud-platform"
}
