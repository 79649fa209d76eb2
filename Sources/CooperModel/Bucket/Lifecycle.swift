public import CooperSchema

/// Lifecycle rules of a bucket by id; their order has no meaning.
public typealias Lifecycle = [String: LifecycleRule]

/// One lifecycle rule: which objects, and what happens to them.
public struct LifecycleRule: Modeled {
  /// Rules per bucket (S3 API Reference, PutBucketLifecycleConfiguration).
  public static let limit = 1000

  public var enabled: Bool?
  public var prefix: String?
  public var tags: Tags?
  /// Zero is not the same as nothing.
  public var sizeGreaterThan: ByteSize?
  public var sizeLessThan: ByteSize?
  public var expiration: LifecycleExpiration?
  public var noncurrentExpiration: NoncurrentExpiration?
  public var transitions: [LifecycleTransition]?
  public var noncurrentTransitions: [NoncurrentTransition]?
  public var abortMultipartAfter: TimeSpan?
  /// What Google can ask for besides.
  public var conditions: LifecycleConditions?

  public init() {}

  public init(
    enabled: Bool? = nil, prefix: String? = nil, tags: Tags? = nil, sizeGreaterThan: ByteSize? = nil,
    sizeLessThan: ByteSize? = nil, expiration: LifecycleExpiration? = nil,
    noncurrentExpiration: NoncurrentExpiration? = nil, transitions: [LifecycleTransition]? = nil,
    noncurrentTransitions: [NoncurrentTransition]? = nil, abortMultipartAfter: TimeSpan? = nil,
    conditions: LifecycleConditions? = nil
  ) {
    self.enabled = enabled
    self.prefix = prefix
    self.tags = tags
    self.sizeGreaterThan = sizeGreaterThan
    self.sizeLessThan = sizeLessThan
    self.expiration = expiration
    self.noncurrentExpiration = noncurrentExpiration
    self.transitions = transitions
    self.noncurrentTransitions = noncurrentTransitions
    self.abortMultipartAfter = abortMultipartAfter
    self.conditions = conditions
  }

  public static let schema = ObjectSchema<LifecycleRule>(
    "LifecycleRule", "Which objects, and what happens to them; without a condition it is all objects.",
    [
      .init("enabled", \.enabled, .defaulted(true), summary: "A rule that is off stays on record.", example: "false"),
      .init(
        "prefix", \.prefix, shape: .string(TextRule(lengths: 0...1024)), summary: "Only keys that begin so.",
        example: "tmp/"),
      .init("tags", \.tags, summary: "Only objects that have all these tags.", example: "{ keep: \"no\" }"),
      .init("sizeGreaterThan", \.sizeGreaterThan, summary: "Only objects larger than this.", example: "128KiB"),
      .init("sizeLessThan", \.sizeLessThan, summary: "Only objects smaller than this.", example: "1GiB"),
      .init("expiration", \.expiration, summary: "When objects are deleted.", example: "{ after: 400d }"),
      .init(
        "noncurrentExpiration", \.noncurrentExpiration,
        summary: "When versions that are no longer the newest are deleted.", example: "{ after: 30d, keep: 3 }"),
      .init(
        "transitions", \.transitions, shape: .set(LifecycleTransition.shape, identity: ["to"]),
        summary: "When objects move to another storage class, one entry for each class.",
        example: "[{ to: GLACIER, after: 90d }]"),
      .init(
        "noncurrentTransitions", \.noncurrentTransitions,
        shape: .set(NoncurrentTransition.shape, identity: ["to"]),
        summary: "The same for versions that are no longer the newest.",
        example: "[{ to: GLACIER, after: 30d }]"),
      .init(
        "abortMultipartAfter", \.abortMultipartAfter,
        summary: "Drops the parts of uploads that were never finished, whole days after they began.", example: "7d"),
      .init(
        "conditions", \.conditions, summary: "What must hold besides, on Google Cloud Storage alone.",
        example: "{ storageClasses: [STANDARD] }"),
    ])

  public static let facet = FacetSchema(
    name: "lifecycle", shape: .map(shape, keys: TextRule(lengths: 1...255)),
    summary: "Rules that delete or move objects by age, by rule id.",
    example: "{ trim: { noncurrentExpiration: { after: 30d, keep: 3 } } }", cleared: .map(ValueMap()),
    problems: lifecycleProblems)
}
