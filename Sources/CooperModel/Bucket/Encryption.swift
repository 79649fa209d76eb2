public import CooperSchema

/// How a bucket encrypts new objects when a request doesn't say.
public struct Encryption: Modeled {
  /// The server-side algorithms of the S3 API Reference, PutBucketEncryption.
  public enum Algorithm: String, SchemaChoice {
    case aes256 = "AES256"
    case kms = "aws:kms"
    case dsse = "aws:kms:dsse"
  }

  /// Nil only in the cleared value `{}`, which means the service's own default.
  public var algorithm: Algorithm?
  /// Key id, alias or ARN, kept as written; nil with `aws:kms` means the account's own key for S3.
  public var kmsKey: String?
  public var bucketKey: Bool?
  /// Nil is not managed: what the bucket has is carried through.
  public var blockedEncryptionTypes: [String]?

  public init() {}

  public init(
    _ algorithm: Algorithm?, kmsKey: String? = nil, bucketKey: Bool? = nil, blockedEncryptionTypes: [String]? = nil
  ) {
    self.algorithm = algorithm
    self.kmsKey = kmsKey
    self.bucketKey = bucketKey
    self.blockedEncryptionTypes = blockedEncryptionTypes
  }

  public static let schema = ObjectSchema<Encryption>(
    "Encryption", "How new objects are encrypted when a request does not say.",
    [
      .init("algorithm", \.algorithm, summary: "The server-side algorithm.", example: "AES256"),
      .init(
        "kmsKey", \.kmsKey, shape: .string(TextRule(lengths: 1...2048)),
        summary:
          "Key id, alias or ARN, with aws:kms and aws:kms:dsse, default the account's own; on Google the full name "
          + "of a key, without an algorithm.",
        example: "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d"),
      .init(
        "bucketKey", \.bucketKey,
        summary: "Makes fewer calls to the key service by one key per bucket; not written is false.", example: "true"),
      .init(
        "blockedEncryptionTypes", \.blockedEncryptionTypes, .providerDefault,
        shape: .set(.choice(["SSE-C"]), identity: []),
        summary: "Kinds of encryption that requests may not ask for; left as they are when not written.",
        example: "[SSE-C]"),
    ])

  public static let facet = FacetSchema(
    name: "encryption", shape: shape, summary: schema.shape.summary, example: "{ algorithm: AES256 }",
    cleared: .map(ValueMap()), problems: problems)

  @Sendable private static func problems(_ value: Value) -> [FacetProblem] {
    guard let model = try? Encryption(value: value) else { return [] }
    var found: [FacetProblem] = []
    let cleared = model == Encryption() || model == Encryption(nil, bucketKey: false)
    // A key of Cloud KMS says it all; that S3 can't take such a key is for S3 to say.
    let isGoogleKey = model.kmsKey?.hasPrefix("projects/") ?? false
    if model.algorithm == nil, !cleared, !isGoogleKey { found.append(.algorithmMissing) }
    if model.kmsKey != nil, model.algorithm == .aes256 { found.append(.keyWithoutKMS) }
    if model.bucketKey == true, model.algorithm == .dsse { found.append(.bucketKeyWithDSSE) }
    return found
  }
}

extension FacetProblem {
  fileprivate static let algorithmMissing = FacetProblem(
    path: [], code: "ENC0001", message: "encryption has no algorithm", fix: "algorithm: aws:kms")
  fileprivate static let keyWithoutKMS = FacetProblem(
    path: ["kmsKey"], code: "ENC0002", message: "kmsKey has no meaning with AES256, whose keys are the service's own",
    fix: "algorithm: aws:kms")
  fileprivate static let bucketKeyWithDSSE = FacetProblem(
    path: ["bucketKey"], code: "ENC0003", message: "aws:kms:dsse does not take a bucket key",
    fix: "bucketKey: false")
}
