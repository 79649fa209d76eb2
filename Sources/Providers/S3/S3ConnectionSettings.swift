import CooperModel
import CooperProvider
import CooperSchema

/// The fields of a connection besides `type` and access: declared, and read from a checked declaration.
struct S3ConnectionSettings {
  var endpoint: S3Endpoint?
  var tokenEndpoint: S3Endpoint?
  var region: String?
  var style: S3Addressing.Style
  var caCertificate: String?
  var account: String?

  init(
    _ declaration: ConnectionDeclaration, _ dialect: S3Dialect, _ environment: ProviderEnvironment
  ) throws(CallFailure) {
    let settings = declaration.settings
    let allowsPlain = settings["insecure"]?.string == "allow"
    endpoint = try Self.endpoint("endpoint", declaration, allowsPlain: allowsPlain)
    tokenEndpoint = try Self.endpoint("sts", declaration, allowsPlain: allowsPlain)
    if dialect.needsEndpoint, endpoint == nil {
      throw .setting(declaration.name, "endpoint", "connections of type \(dialect.name) need one")
    }
    if let endpoint, !endpoint.isEncrypted, let domain = dialect.encryptedDomain, endpoint.host.hasSuffix("." + domain)
    {
      throw .setting(
        declaration.name, "endpoint",
        "\(domain) answers HTTPS only, with insecure: allow too; write  https://\(endpoint.host)")
    }
    let written = settings["region"]?.string
    let named = endpoint.flatMap { dialect.regionOfHost?($0.host) }
    if let written, let named, written != named {
      throw .setting(
        declaration.name, "region", "the endpoint is that of \(named), and the signature would be for \(written)")
    }
    region = written ?? named ?? dialect.onlyRegion
    if region == nil, dialect.needsRegion || dialect.regionOfHost != nil {
      let why = dialect.needsRegion ? "" : ", because the endpoint's host names none"
      throw .setting(declaration.name, "region", "connections of type \(dialect.name) need one\(why)")
    }
    // Endpoints of one's own rarely have a name for each bucket.
    let standard = endpoint == nil ? dialect.style : .path
    style = settings["pathStyle"]?.bool.map { $0 ? .path : .virtualHost } ?? standard
    account = settings["account"]?.string
    if let path = settings["caCertificate"]?.string {
      caCertificate = try Self.certificate(path, declaration.name, environment)
    }
  }

  private static func endpoint(
    _ field: String, _ declaration: ConnectionDeclaration, allowsPlain: Bool
  ) throws(CallFailure) -> S3Endpoint? {
    guard let text = declaration.settings[field]?.string else { return nil }
    let endpoint: S3Endpoint
    do throws(S3Endpoint.Problem) {
      endpoint = try S3Endpoint(text)
    } catch {
      throw .setting(declaration.name, field, error.words)
    }
    guard endpoint.isEncrypted || allowsPlain else { throw .plainEndpoint(declaration.name, endpoint.text) }
    return endpoint
  }

  private static func certificate(
    _ path: String, _ connection: String, _ environment: ProviderEnvironment
  ) throws(CallFailure) -> String {
    do throws(CertificateFile.Problem) {
      return try CertificateFile.text(path, environment)
    } catch {
      throw .unreadableCertificate(connection, error.words)
    }
  }

  static func shape(_ dialect: S3Dialect) -> ObjectShape {
    let address = TextRule(
      lengths: 8...2048, pattern: "^https?://", expectation: "an address such as https://minio.internal:9000",
      matches: { $0.hasPrefix("https://") || $0.hasPrefix("http://") })
    var fields = [
      FieldShape(
        "endpoint", .string(address), presence: dialect.needsEndpoint ? .required : .optional,
        summary: dialect.isAWS
          ? "An emulator, a proxy or a VPC endpoint instead of AWS's own addresses." : "Where the store answers.",
        example: "https://minio.internal:9000"),
      FieldShape(
        "region", .string(.region), presence: dialect.needsRegion ? .required : .optional,
        summary: "Region of its buckets that name none, and of the signature.", example: "eu-west-1"),
      FieldShape(
        "pathStyle", .bool, summary: "The bucket stands in the path and not in front of the host name.",
        example: "true"),
      FieldShape(
        "caCertificate", .string(TextRule(lengths: 1...4096)),
        summary: "PEM file with the authorities to trust instead of the system's, from the project directory.",
        example: "certs/minio-ca.pem"),
      FieldShape(
        "insecure", .choice(["allow"]), summary: "Lets an http:// endpoint through; requests can be read on the way.",
        example: "allow"),
    ]
    if dialect.identity != .never {
      fields.append(
        FieldShape(
          "sts", .string(address), summary: "Where STS answers, if not at the usual place.",
          example: "https://sts.eu-west-1.amazonaws.com"))
      fields.append(
        FieldShape(
          "account",
          .string(
            TextRule(
              lengths: 12...12, pattern: "^[0-9]{12}$", expectation: "an account of 12 digits",
              matches: { $0.utf8.count == 12 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })),
          summary: "Account it must be signed in to; in another one nothing is read.", example: "\"111122223333\""))
    }
    return ObjectShape(dialect.name + "Connection", summary: dialect.summary, fields: fields)
  }
}
