import CooperModel
import CooperProvider
import CooperSchema

/// What a Secret says of a bucket, in any of the forms that platforms write (systems.md section 5).
struct BucketSecret: Sendable {
  var bucketName: String?
  /// With its scheme.
  var endpoint: String?
  /// Nil where it is empty, which is legal (R-01, CZ-09).
  var region: String?
  /// PEM text of who vouches for the store, where COSI v1alpha2 tells it.
  var caCertificate: String?
  /// Whether the bucket stands in the path; nil where nobody tells.
  var usesPath: Bool?
  var accessKeyId: Secret?
  var secretAccessKey: Secret?

  /// Reads `data` of a Secret or TenantSecret; nil when it has none of the forms. Values stay in it alone.
  init?(_ object: Value) {
    guard let data = object["data"]?.map else { return nil }
    func bytes(_ key: String) -> [UInt8]? {
      guard let text = data[key]?.string, let bytes = StandardBase64.decode(text.utf8) else { return nil }
      return bytes.isEmpty ? nil : bytes
    }
    func text(_ key: String) -> String? { bytes(key).map { String(decoding: $0, as: UTF8.self) } }
    if let info = bytes("BucketInfo") {
      guard let spec = (try? ValueJSON.decode(info, limits: JSONLimits(depth: 20, bytes: 1 << 20)))?["spec"],
        let s3 = spec["secretS3"], s3.map != nil, spec["authenticationType"]?.string?.lowercased() == "key"
      else { return nil }
      self.init(
        name: spec["bucketName"]?.string, endpoint: s3["endpoint"]?.string, region: s3["region"]?.string,
        id: s3["accessKeyID"]?.string.map { Secret($0) }, key: s3["accessSecretKey"]?.string.map { Secret($0) })
    } else if let id = bytes("accessKey"), let key = bytes("secretKey") {
      self.init(
        name: text("bucketName"), endpoint: text("endpoint"), region: text("region"), id: Secret(id), key: Secret(key))
    } else {
      guard let names = COSINames.all.first(where: { bytes($0.id) != nil && bytes($0.key) != nil }),
        let id = bytes(names.id), let key = bytes(names.key)
      else { return nil }
      self.init(
        name: text(names.bucket), endpoint: text(names.endpoint), region: text(names.region), id: Secret(id),
        key: Secret(key))
      caCertificate = text("COSI_CERTIFICATE_AUTHORITY").flatMap { $0.hasPrefix("-----BEGIN ") ? $0 : nil }
      switch text(names.style)?.lowercased() {
      case "path"?: usesPath = true
      case "virtual"?: usesPath = false
      default: break
      }
    }
  }

  /// Keys of COSI v1alpha2's Secrets (container-object-storage-interface, client/apis/objectstorage/v1alpha2): those of its
  /// first releases, and the names that SDKs of AWS know, which took their place.
  private struct COSINames {
    var bucket, endpoint, region, style, id, key: String

    static let all = [
      COSINames(
        bucket: "COSI_S3_BUCKET_ID", endpoint: "COSI_S3_ENDPOINT", region: "COSI_S3_REGION",
        style: "COSI_S3_ADDRESSING_STYLE", id: "COSI_S3_ACCESS_KEY_ID", key: "COSI_S3_ACCESS_SECRET_KEY"),
      COSINames(
        bucket: "BUCKET_NAME", endpoint: "AWS_ENDPOINT_URL", region: "AWS_DEFAULT_REGION",
        style: "AWS_S3_ADDRESSING_STYLE",
        id: "AWS_ACCESS_KEY_ID", key: "AWS_SECRET_ACCESS_KEY"),
    ]
  }

  private init?(name: String?, endpoint: String?, region: String?, id: Secret?, key: Secret?) {
    guard let id, let key, !id.isEmpty, !key.isEmpty else { return nil }
    bucketName = name.flatMap { $0.isEmpty ? nil : $0 }
    self.endpoint = endpoint.flatMap { $0.isEmpty ? nil : $0 }.map { Self.withScheme($0) }
    self.region = region.flatMap { $0.isEmpty ? nil : $0 }
    accessKeyId = id
    secretAccessKey = key
  }

  /// The flat form of Cozystack has no scheme.
  static func withScheme(_ endpoint: String) -> String {
    endpoint.hasPrefix("https://") || endpoint.hasPrefix("http://") ? endpoint : "https://" + endpoint
  }

  func output(_ name: String) -> Secret? {
    switch name {
    case "accessKeyId": accessKeyId
    case "secretAccessKey": secretAccessKey
    default: nil
    }
  }
}

/// Where the keys of a Cozystack bucket may be: vendors' pages and versions differ, so all are tried in this order.
enum CozystackSecrets {
  /// B flat, B info, A info, A flat, then the spellings that some pages have.
  static func names(_ bucket: String, user: String?) -> [String] {
    var names: [String] = []
    if let user {
      names += ["bucket-\(bucket)-\(user)-credentials", "bucket-\(bucket)-\(user)"]
    } else {
      names += ["bucket-\(bucket)", "bucket-\(bucket)-credentials"]
    }
    return names + (user.map { ["\(bucket)-\($0)-credentials"] } ?? ["\(bucket)-credentials"])
  }
}
