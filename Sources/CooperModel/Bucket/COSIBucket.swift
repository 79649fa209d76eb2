public import CooperSchema

/// A bucket by the Container Object Storage Interface: a `BucketClaim` with its accesses (systems.md section 5).
public struct COSIBucket: Modeled {
  /// The two published versions differ in nearly every field.
  public enum Version: String, SchemaChoice { case v1alpha1, v1alpha2 }

  public var namespace = ""
  public var version: Version?
  public var bucketClass: String?
  public var existingBucket: String?
  public var access: [String: COSIAccess]?
  public var ownedBy: [String: String]?

  public init() {}

  private static let name = TextRule(lengths: 1...253)

  public static let schema = ObjectSchema<COSIBucket>(
    "COSIBucket", "A bucket that a COSI driver makes; its name at the store and its keys are born there.",
    [
      .init(
        required: "namespace", \.namespace, shape: .string(CozystackBucket.label),
        mutability: .replaces(because: "an object can't move to another namespace"), summary: "Namespace of the claim.",
        example: "apps"),
      .init(
        "version", \.version, summary: "Version of the interface; asked of the cluster if not written.",
        example: "v1alpha1"),
      .init(
        "bucketClass", \.bucketClass, shape: .string(name),
        mutability: .replaces(because: "the class of a bucket is chosen when it is made"),
        summary: "The class that says which driver makes it.", example: "fast"),
      .init(
        "existingBucket", \.existingBucket, shape: .string(name),
        mutability: .replaces(because: "a claim stays with its bucket"),
        summary: "A bucket that is already there, instead of a class.", example: "bucket-0a1b2c3d"),
      .init(
        "access", \.access, shape: .map(COSIAccess.shape, keys: CozystackBucket.label),
        summary: "Who gets credentials, by the name of the access.",
        example: "{ velero: { accessClass: s3, secret: velero-s3 } }"),
      .init(
        "ownedBy", \.ownedBy, .readOnly,
        summary: "Fields that another manager owns, with its name, where the cluster says otherwise than this."),
    ])

  public static let facet = FacetSchema(
    name: "cosi", shape: shape, summary: "Lets a COSI driver make the bucket, with credentials for those who use it.",
    example: "{ namespace: apps, bucketClass: fast, access: { app: { accessClass: s3, secret: app-s3 } } }",
    problems: problems)

  @Sendable private static func problems(_ value: Value) -> [FacetProblem] {
    guard let model = try? COSIBucket(value: value) else { return [] }
    var found: [FacetProblem] = []
    if (model.bucketClass == nil) == (model.existingBucket == nil) {
      found.append(
        FacetProblem(
          path: [], code: "COS0001", message: "a claim names a bucketClass or an existingBucket, one of the two",
          fix: "bucketClass: …"))
    }
    if model.version == .v1alpha1 {
      for (name, access) in (model.access ?? [:]).sorted(by: { $0.key < $1.key }) where access.mode != nil {
        found.append(
          FacetProblem(
            path: ["access", name, "mode"], code: "COS0002",
            message: "COSI v1alpha1 has no access mode; the access class decides", fix: "version: v1alpha2"))
      }
    }
    return found
  }
}

/// Credentials for one who uses a COSI bucket.
public struct COSIAccess: Modeled {
  public enum Mode: String, SchemaChoice {
    case readWrite = "ReadWrite"
    case readOnly = "ReadOnly"
    case writeOnly = "WriteOnly"
  }

  public var accessClass = ""
  public var secret = ""
  public var serviceAccount: String?
  public var mode: Mode?

  public init() {}

  private static let name = Shape.string(TextRule(lengths: 1...253))

  public static let schema = ObjectSchema<COSIAccess>(
    "COSIAccess", "Credentials for one who uses the bucket.",
    [
      .init(
        required: "accessClass", \.accessClass, shape: name, summary: "The class that says how one signs in.",
        example: "s3"),
      .init(
        required: "secret", \.secret, shape: name,
        summary: "Name of the Secret that the driver writes; one that is there is never overwritten.",
        example: "velero-s3"),
      .init(
        "serviceAccount", \.serviceAccount, shape: name, summary: "Service account, where the class signs in by it.",
        example: "app"),
      .init("mode", \.mode, summary: "What may be done; v1alpha2 only.", example: "ReadOnly"),
    ])
}
