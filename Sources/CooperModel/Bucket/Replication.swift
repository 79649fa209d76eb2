public import CooperSchema

/// Copies of new objects in another bucket, by rule id.
public struct Replication: Modeled {
  /// Rules per bucket (S3 User Guide, replication configuration).
  public static let limit = 1000

  /// Nil only in the cleared value `{}`.
  public var role: String?
  public var rules: [String: ReplicationRule]?

  public init() {}

  public init(role: String?, rules: [String: ReplicationRule]?) {
    self.role = role
    self.rules = rules
  }

  public static let schema = ObjectSchema<Replication>(
    "Replication", "Copies of new objects in another bucket.",
    [
      .init(
        "role", \.role, shape: .string(TextRule(lengths: 1...2048)), summary: "ARN of the role that copies.",
        example: "$(identities.replicator.arn)"),
      .init(
        "rules", \.rules, shape: .map(ReplicationRule.shape, keys: TextRule(lengths: 1...255)),
        summary: "What goes where, by rule id.", example: "{ to-us: { destination: { bucket: data-us } } }"),
    ])

  public static let facet = FacetSchema(
    name: "replication", shape: shape, summary: "Copies new objects to other buckets, by rule id.",
    example: """
      { role: $(identities.replicator.arn),
        rules: { to-us: { destination: { bucket: data-us }, deleteMarkers: replicate } } }
      """, cleared: .map(ValueMap()), problems: problems)

  @Sendable private static func problems(_ value: Value) -> [FacetProblem] {
    guard let model = try? Replication(value: value) else { return [] }
    let rules = model.rules ?? [:]
    if model == Replication() { return [] }
    var found: [FacetProblem] = []
    if model.role == nil { found.append(.noRole) }
    if rules.isEmpty { found.append(.noRules) }
    if rules.count > limit { found.append(.tooManyRules(rules.count)) }
    var byPriority: [Int: [String]] = [:]
    for (id, rule) in rules.sorted(by: { $0.key < $1.key }) {
      if let priority = rule.priority { byPriority[priority, default: []].append(id) }
      if rule.deleteMarkers == .replicate, !(rule.tags ?? [:]).isEmpty { found.append(.markersWithTags(id)) }
      if (rule.encryptedObjects == true) != (rule.destination.kmsKey != nil) { found.append(.encryptedWithoutKey(id)) }
      if rule.destination.owner == .destination, rule.destination.account == nil { found.append(.ownerUnnamed(id)) }
    }
    for (priority, ids) in byPriority.sorted(by: { $0.key < $1.key }) where ids.count > 1 {
      found.append(.samePriority(priority, ids))
    }
    return found
  }
}

/// Which objects a rule copies, and where to.
public struct ReplicationRule: Modeled {
  /// What becomes of deletions; a choice that S3 makes silently when a rule gets a filter
  /// (hashicorp/terraform-provider-aws#16250).
  public enum DeleteMarkers: String, SchemaChoice { case replicate, ignore }

  public var enabled: Bool?
  public var priority: Int?
  public var prefix: String?
  public var tags: Tags?
  public var destination = ReplicationDestination()
  public var deleteMarkers: DeleteMarkers?
  public var existingObjects: Bool?
  public var encryptedObjects: Bool?
  public var replicaModifications: Bool?

  public init() {}

  public static let schema = ObjectSchema<ReplicationRule>(
    "ReplicationRule", "Which objects are copied; without a condition it is all objects.",
    [
      .init("enabled", \.enabled, .defaulted(true), summary: "A rule that is off stays on record.", example: "false"),
      .init(
        "priority", \.priority, shape: .integer(0...2_147_483_647),
        summary: "Of rules that fit one object the highest wins; each rule has its own.", example: "1"),
      .init(
        "prefix", \.prefix, shape: .string(TextRule(lengths: 0...1024)), summary: "Only keys that begin so.",
        example: "in/"),
      .init("tags", \.tags, summary: "Only objects that have all these tags.", example: "{ copy: \"yes\" }"),
      .init(
        required: "destination", \.destination, summary: "The bucket that gets the copies.",
        example: "{ bucket: data-us }"),
      .init(
        "deleteMarkers", \.deleteMarkers, .defaulted("ignore"),
        summary: "Whether deletions are copied as well; not with tags.", example: "replicate"),
      .init(
        "existingObjects", \.existingObjects,
        summary: "Copies objects that were there before the rule; AWS enables it on request.", example: "true"),
      .init(
        "encryptedObjects", \.encryptedObjects, summary: "Copies objects that are encrypted with a KMS key, too.",
        example: "true"),
      .init(
        "replicaModifications", \.replicaModifications,
        summary: "Copies changes of metadata back from the replica.", example: "true"),
    ])
}

/// The bucket that gets copies, and what is different there.
public struct ReplicationDestination: Modeled {
  public enum Owner: String, SchemaChoice {
    case source
    /// The copies belong to the account of the destination.
    case destination
  }

  public var bucket = ""
  public var account: String?
  public var storageClass: String?
  public var kmsKey: String?
  public var owner: Owner?
  /// Copies within 15 minutes, with metrics (S3 Replication Time Control).
  public var timeControl: Bool?
  public var metrics: Bool?

  public init() {}

  public static let schema = ObjectSchema<ReplicationDestination>(
    "ReplicationDestination", "The bucket that gets copies.",
    [
      .init(
        required: "bucket", \.bucket, shape: .reference(section: BucketKind.section),
        summary: "A bucket of the project; one of others is declared with  origin: existing.", example: "data-us"),
      .init(
        "account", \.account, shape: .string(TextRule(lengths: 1...64)),
        summary: "Account of the destination, where it is another one.", example: "\"222233334444\""),
      .init(
        "storageClass", \.storageClass, shape: .string(TextRule(lengths: 1...255)),
        summary: "Storage class of the copies, default that of the original.", example: "STANDARD_IA"),
      .init(
        "kmsKey", \.kmsKey, shape: .string(TextRule(lengths: 1...2048)),
        summary: "Key in the destination's region with which copies are encrypted.",
        example: "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d"),
      .init("owner", \.owner, summary: "Whose the copies are.", example: "destination"),
      .init("timeControl", \.timeControl, summary: "Copies within 15 minutes, at a price.", example: "true"),
      .init("metrics", \.metrics, summary: "Measures what waits to be copied.", example: "true"),
    ])
}

extension FacetProblem {
  fileprivate static let noRole = FacetProblem(
    path: [], code: "REP0001", message: "replication has no role that could copy",
    fix: "role: $(identities.replicator.arn)")
  fileprivate static let noRules = FacetProblem(
    path: ["rules"], code: "REP0002", message: "replication has no rules",
    fix: "rules: { copy: { destination: { bucket: … } } }   or  replication: {}   to clear it")

  fileprivate static func tooManyRules(_ count: Int) -> FacetProblem {
    .init(
      path: ["rules"], code: "REP0003",
      message: "\(count) replication rules; a bucket holds at most \(Replication.limit)")
  }

  fileprivate static func samePriority(_ priority: Int, _ ids: [String]) -> FacetProblem {
    .init(
      path: ["rules", ids[ids.count - 1], "priority"], code: "REP0004",
      message: "rules \(ids.joined(separator: " and ")) have the same priority \(priority)")
  }

  fileprivate static func markersWithTags(_ id: String) -> FacetProblem {
    .init(
      path: ["rules", id, "deleteMarkers"], code: "REP0005",
      message: "a rule with tags can't copy deletions: a delete marker has no tags", fix: "deleteMarkers: ignore")
  }

  fileprivate static func encryptedWithoutKey(_ id: String) -> FacetProblem {
    .init(
      path: ["rules", id], code: "REP0006",
      message: "encryptedObjects and the destination's kmsKey go together: one without the other is refused",
      fix: "encryptedObjects: true  and  destination: { kmsKey: … }")
  }

  fileprivate static func ownerUnnamed(_ id: String) -> FacetProblem {
    .init(
      path: ["rules", id, "destination", "owner"], code: "REP0007",
      message: "copies can belong to the destination's account only if that is named", fix: "account: \"222233334444\"")
  }
}
