public import CooperSchema

/// Fields that connections of several types have, declared once.
public enum ConnectionFields {
  /// An address with its scheme; whether plain HTTP may be is another rule.
  public static let address = TextRule(
    lengths: 8...2048, pattern: "^https?://", expectation: "an address such as https://store.internal:9000",
    matches: { $0.hasPrefix("https://") || $0.hasPrefix("http://") })

  public static func endpoint(_ presence: Presence, summary: String, example: String) -> FieldShape {
    FieldShape("endpoint", .string(address), presence: presence, summary: summary, example: example)
  }

  public static let caCertificate = FieldShape(
    "caCertificate", .string(TextRule(lengths: 1...4096)),
    summary: "PEM file with the authorities to trust instead of the system's, from the project directory.",
    example: "certs/internal-ca.pem")

  public static let insecure = FieldShape(
    "insecure", .choice(["allow"]), summary: "Lets an http:// endpoint through; requests can be read on the way.",
    example: "allow")

  /// A reference to a secret.
  public static func secret(
    _ name: String, _ presence: Presence = .required, summary: String, example: String
  ) -> FieldShape {
    FieldShape(
      name, .secret, presence: presence, sensitivity: .sensitive, summary: summary, example: example)
  }
}
