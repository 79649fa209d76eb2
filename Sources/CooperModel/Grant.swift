public import CooperSchema

/// Who may do what with a bucket; on stores with bucket policies a grant is a part of the bucket's policy.
public enum Grant {
  public static let section = "grants"

  /// What a grant allows, in words that every provider translates.
  public enum Level: String, SchemaChoice, CaseIterable {
    case readOnly, readWrite
    /// What Velero needs (systems.md section 8, P-BACKUP, the part that concerns the bucket).
    case backup
    /// What a role needs that copies objects from and to the bucket.
    case replicate
    case admin
  }

  private static let actions = Shape.set(.string(TextRule(lengths: 1...256)), identity: [])

  /// A statement of one's own; its principal comes from `to`.
  private static let statement = ObjectShape(
    "GrantStatement", summary: "What is allowed, where one of the words says too much or too little.",
    fields: [
      FieldShape(
        "actions", actions, presence: .required, summary: "Actions in the provider's spelling.",
        example: "[s3:GetObject]"),
      FieldShape(
        "on", .set(.choice(["bucket", "objects"]), identity: []), presence: .defaulted(["objects"]),
        summary: "Whether it is about the bucket, its objects, or both.", example: "[bucket]"),
      FieldShape("conditions", .anything, summary: "Conditions in the provider's spelling."),
    ])

  /// Exactly one of its fields is written.
  private static let principal = ObjectShape(
    "GrantPrincipal", summary: "Somebody who gets a right.",
    fields: [
      FieldShape(
        "identity", .reference(section: Identity.section), summary: "An identity of the project.", example: "etl"),
      FieldShape(
        "aws", .string(TextRule(lengths: 1...2048)), summary: "ARN or account at AWS.",
        example: "arn:aws:iam::210987654321:role/etl"),
      FieldShape(
        "service", .string(TextRule(lengths: 1...256)), summary: "A service of AWS.",
        example: "logging.s3.amazonaws.com"),
      FieldShape(
        "gcp", .string(TextRule(lengths: 1...256)), summary: "A member at Google.",
        example: "serviceAccount:etl@acme.iam.gserviceaccount.com"),
      FieldShape(
        "azure", .string(TextRule(lengths: 1...64)), summary: "Object id at Azure.",
        example: "00000000-1111-2222-3333-444444444444"),
    ])

  public static let schema = KindSchema(
    section: section, name: "grant", summary: "Who may do what with a bucket.", holdsData: false,
    settings: [
      FieldShape("description", .string(.any), summary: "What the grant is for; shown in plans."),
      FieldShape(
        "bucket",
        .either(
          scalar: .reference(section: BucketKind.section),
          long: .set(.reference(section: BucketKind.section), identity: [])), presence: .required,
        summary: "The bucket, or a list of buckets.", example: "data-eu"),
      FieldShape(
        "prefix", .string(TextRule(lengths: 1...1024)), summary: "Only objects whose keys begin so.", example: "in/"),
      FieldShape(
        "allow", .either(scalar: Level.shape, long: .list(.object(statement))), presence: .required,
        summary: "What is allowed: a word, or statements of one's own.", example: "readOnly"),
      FieldShape(
        "through", .choice(["bucketPolicy", "identityPolicy"]), presence: .defaulted("bucketPolicy"),
        summary: "Whose policy says it at AWS: that of the bucket, or that of each identity of the same account.",
        example: "identityPolicy"),
      FieldShape(
        "to", .set(.object(principal), identity: []), presence: .required, summary: "Whoever gets the right.",
        example: "[{ identity: etl }]"),
    ], facets: [], connection: .resource(field: "bucket", section: BucketKind.section), problems: problems)

  @Sendable private static func problems(_ settings: ValueMap) -> [FacetProblem] {
    var found: [FacetProblem] = []
    if settings["to"]?.list?.isEmpty ?? false {
      found.append(
        FacetProblem(
          path: ["to"], code: "GRA0001", message: "a grant to nobody allows nothing",
          fix: "take the grant out, or write  to: [{ identity: … }]"))
    }
    for (index, principal) in (settings["to"]?.list ?? []).enumerated() where principal.map?.count != 1 {
      found.append(
        FacetProblem(
          path: ["to", String(index)], code: "GRA0002",
          message: "each entry of \"to\" names one: identity, aws, service, gcp or azure",
          fix: "write an entry for each"))
    }
    for (index, principal) in (settings["to"]?.list ?? []).enumerated()
    where settings["through"]?.string == "identityPolicy" && principal["identity"] == nil {
      found.append(
        FacetProblem(
          path: ["to", String(index)], code: "GRA0004",
          message: "only an identity of the project has a policy that Cooper writes",
          fix: "name an identity, or take out  through: identityPolicy"))
    }
    if settings["bucket"]?.list?.isEmpty ?? false {
      found.append(FacetProblem(path: ["bucket"], code: "GRA0003", message: "a grant needs a bucket"))
    }
    return found
  }
}

/// A grant with its principals and its bucket resolved, from which a provider makes policy statements.
public struct GrantFacts: Sendable {
  public struct Principal: Sendable, Hashable {
    public enum Kind: String, Sendable { case aws, service }
    public var kind: Kind
    /// Text, or known after apply.
    public var name: Value

    public init(_ kind: Kind, _ name: Value) {
      self.kind = kind
      self.name = name
    }
  }

  /// The grant's key.
  public var name: String
  public var prefix: String?
  /// A word, or statements of one's own.
  public var allow: Value
  public var principals: [Principal]
  /// ARN of the bucket.
  public var bucket: String
  /// The statements stand in the policy of whoever gets the right, which names no principal.
  public var isOfIdentity = false
  /// A backup location on the bucket tags its objects (P-VELERO).
  public var tagsObjects = false

  public init(name: String, prefix: String?, allow: Value, principals: [Principal], bucket: String) {
    self.name = name
    self.prefix = prefix
    self.allow = allow
    self.principals = principals
    self.bucket = bucket
  }
}
