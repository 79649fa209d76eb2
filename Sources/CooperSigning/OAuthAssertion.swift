internal import CooperModel
public import CooperProvider
public import CooperSchema

/// A JSON Web Token signed with RS256, as a service proves to a token endpoint who it is.
///
/// RFC 7515 and 7519; the bearer grant is RFC 7523. A function of header, claims and key.
public enum OAuthAssertion {
  /// The token; whoever has it is the service until it ends, so it is a secret.
  public static func token(header: ValueMap, claims: ValueMap, key: RSAPrivateKey) throws(RSAKeyProblem) -> Secret {
    var header = header
    header["alg"] = "RS256"
    header["typ"] = "JWT"
    let parts = [header, claims].map { Base64.encodeURL(ValueJSON.encode(.map($0), pretty: false)) }
    let text = parts.joined(separator: ".")
    return Secret(text + "." + Base64.encodeURL(try key.signature(of: Array(text.utf8))))
  }
}
