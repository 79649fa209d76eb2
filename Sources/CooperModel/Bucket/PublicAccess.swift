public import CooperSchema

/// Which ways of making data public are blocked: `blocked` is all four, `allowed` is none.
///
/// A flag that isn't written is off, which is what S3 makes of a missing member (S3 API Reference,
/// PutPublicAccessBlock).
public struct PublicAccess: Sendable, Hashable {
  public var blockPublicAcls: Bool
  public var ignorePublicAcls: Bool
  public var blockPublicPolicy: Bool
  public var restrictPublicBuckets: Bool

  public init(
    blockPublicAcls: Bool = false, ignorePublicAcls: Bool = false, blockPublicPolicy: Bool = false,
    restrictPublicBuckets: Bool = false
  ) {
    self.blockPublicAcls = blockPublicAcls
    self.ignorePublicAcls = ignorePublicAcls
    self.blockPublicPolicy = blockPublicPolicy
    self.restrictPublicBuckets = restrictPublicBuckets
  }

  public static let blocked = PublicAccess(
    blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true)
  public static let allowed = PublicAccess()

  /// The flags with the names they have in YAML.
  public var flags: [(name: String, isOn: Bool)] {
    [
      ("blockPublicAcls", blockPublicAcls), ("ignorePublicAcls", ignorePublicAcls),
      ("blockPublicPolicy", blockPublicPolicy), ("restrictPublicBuckets", restrictPublicBuckets),
    ]
  }

  /// Names of the flags that are on here and off there.
  public func flagsLost(in other: PublicAccess) -> [String] {
    zip(flags, other.flags).compactMap { mine, theirs in mine.isOn && !theirs.isOn ? mine.name : nil }
  }

  public static let facet = FacetSchema(
    name: "publicAccess", shape: shape,
    summary: "Blocks what could make data public: all of it with `blocked`, or flag by flag.", example: "blocked")
}

extension PublicAccess: SchemaValue {
  private static func flag(_ name: String, _ summary: String) -> FieldShape {
    FieldShape(name, .bool, presence: .defaulted(false), summary: summary, example: "true")
  }

  public static let shape = Shape.either(
    scalar: .choice(["blocked", "allowed"]),
    long: .object(
      ObjectShape(
        "PublicAccess", summary: "The four flags of the S3 public access block.",
        fields: [
          flag("blockPublicAcls", "Refuses requests that would set a public ACL."),
          flag("ignorePublicAcls", "Ignores public ACLs that are there."),
          flag("blockPublicPolicy", "Refuses a bucket policy that is public."),
          flag("restrictPublicBuckets", "Lets only the account and services in while a policy is public."),
        ])))

  public init(value: Value) throws(SchemaMismatch) {
    switch value {
    case .string("blocked"): self = .blocked
    case .string("allowed"): self = .allowed
    case .map(let map):
      func flag(_ name: String) throws(SchemaMismatch) -> Bool {
        guard let flag = map[name] else { return false }
        guard let isOn = flag.bool else { throw SchemaMismatch(expected: "true or false", path: name) }
        return isOn
      }
      self.init(
        blockPublicAcls: try flag("blockPublicAcls"), ignorePublicAcls: try flag("ignorePublicAcls"),
        blockPublicPolicy: try flag("blockPublicPolicy"),
        restrictPublicBuckets: try flag("restrictPublicBuckets"))
    default: throw SchemaMismatch(expected: "blocked, allowed or the four flags")
    }
  }

  public var value: Value {
    switch self {
    case .blocked: "blocked"
    case .allowed: "allowed"
    default: .map(ValueMap(flags.map { ($0.name, .bool($0.isOn)) }))
    }
  }
}
