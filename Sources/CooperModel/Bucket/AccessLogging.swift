public import CooperSchema

/// Where a bucket's access logs go.
public struct AccessLogging: Modeled {
  /// How S3 names log objects (S3 API Reference, TargetObjectKeyFormat).
  public enum KeyFormat: String, SchemaChoice { case simple, eventTime, deliveryTime }

  /// Nil only in the cleared value `{}`.
  public var bucket: String?
  /// Empty is the same as absent: S3 reads either back as empty.
  public var prefix: String?
  public var keyFormat: KeyFormat?

  public init() {}

  public init(bucket: String?, prefix: String? = nil) {
    self.bucket = bucket
    self.prefix = prefix
  }

  public static let schema = ObjectSchema<AccessLogging>(
    "AccessLogging", "Where access logs go.",
    [
      .init(
        "bucket", \.bucket, shape: .reference(section: BucketKind.section),
        summary: "A bucket of the project that takes the logs; one of others is declared with  origin: existing.",
        example: "logs-$(self.region)"),
      .init(
        "prefix", \.prefix, shape: .string(TextRule(lengths: 0...900)), summary: "How the keys of logs begin.",
        example: "$(self.bucketName)/"),
      .init(
        "keyFormat", \.keyFormat,
        summary: "Plain keys, or keys parted by the day of the event or of the delivery; AWS alone.",
        example: "eventTime"),
    ])

  public static let facet = FacetSchema(
    name: "logging", shape: shape, summary: "Writes access logs into another bucket.",
    example: "{ bucket: logs-eu-west-1, prefix: $(self.bucketName)/ }", cleared: .map(ValueMap()),
    problems: { value in
      guard let model = try? AccessLogging(value: value), model != AccessLogging(), model.bucket == nil else {
        return []
      }
      return [
        FacetProblem(
          path: [], code: "LOG0001", message: "logging names no bucket that takes the logs", fix: "bucket: …")
      ]
    })
}
