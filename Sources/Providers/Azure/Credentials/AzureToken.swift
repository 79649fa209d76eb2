import CooperModel
import CooperProvider
import CooperSchema

/// A token of Entra ID with its origin.
struct AzureToken: Sendable {
  var secret: Secret
  /// Seconds since 1970.
  var expiry: Double
  /// Where it comes from, in words.
  var source: String

  /// Who it speaks for, as far as it can be read: the claims of an access token are not for its bearer to rely on, so
  /// they go into messages and into the comparison of tenants only.
  var claims: AzureClaims { AzureClaims(secret) }
}

/// Claims of an access token (Microsoft identity platform, "Access token claims reference").
struct AzureClaims: Sendable, Hashable {
  var tenant: String?
  var object: String?
  var application: String?

  init(_ token: Secret) {
    let payload = token.withBytes { bytes -> [UInt8]? in
      let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      return parts.count == 3 ? Base64.decode(parts[1]) : nil
    }
    guard let payload, let claims = try? ValueJSON.decode(payload) else { return }
    tenant = claims["tid"]?.string?.lowercased()
    object = claims["oid"]?.string
    application = claims["appid"]?.string ?? claims["azp"]?.string
  }

  var principal: String? {
    if let application { return "application \(application)" + (object.map { " (object \($0))" } ?? "") }
    return object.map { "object \($0)" }
  }
}

/// What a source had.
enum AzureFinding: Sendable {
  case found(AzureToken)
  /// Why there was nothing, one line for each place that was looked at.
  case nothing([String])
}
