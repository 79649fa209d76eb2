import CooperDocuments
import CooperModel
import CooperSchema

/// A grant as statements of a bucket policy: one about objects, one about the bucket itself where it needs one.
enum GrantStatements {
  static func statements(_ grant: GrantFacts) -> [Value] {
    if let word = grant.allow.string, let level = Grant.Level(rawValue: word) {
      let rights = GrantRights(level)
      if level == .backup, grant.isOfIdentity { return backup(grant, rights) }
      let objects = rights.objects + (level == .backup && grant.tagsObjects ? [BackupPolicy.taggingAction] : [])
      return [
        statement(grant, grant.name, objects.sorted(), onBucket: false, onObjects: true, conditions: nil),
        statement(
          grant, grant.name + "-bucket", rights.bucket.sorted(), onBucket: true, onObjects: false,
          conditions: rights.listsOnly ? grant.prefix.map(listing) : nil),
      ]
    }
    let own = grant.allow.list ?? []
    return own.enumerated().map { index, rule in
      let places = rule["on"]?.list?.compactMap(\.string) ?? ["objects"]
      return statement(
        grant, own.count == 1 ? grant.name : "\(grant.name)-\(index + 1)",
        rule["actions"]?.list?.compactMap(\.string) ?? [],
        onBucket: places.contains("bucket"), onObjects: places.contains("objects"), conditions: rule["conditions"])
    }
  }

  /// P-BACKUP and P-VELERO to the letter (systems.md section 8): volumes are no bucket's business, so that only the policy
  /// of an identity can hold that statement, and none of the three has an id.
  private static func backup(_ grant: GrantFacts, _ rights: GrantRights) -> [Value] {
    let objects = rights.objects + (grant.tagsObjects ? [BackupPolicy.taggingAction] : [])
    var listing: ValueMap = [
      "Effect": "Allow", "Action": .list(rights.bucket.map { .string($0) }), "Resource": [.string(grant.bucket)],
    ]
    if let prefix = grant.prefix { listing["Condition"] = Self.listing(prefix) }
    return [
      [
        "Effect": "Allow", "Action": .list(BackupPolicy.volumeActions.map { .string($0) }), "Resource": ["*"],
      ],
      [
        "Effect": "Allow", "Action": .list(objects.map { .string($0) }),
        "Resource": [.string(grant.bucket + "/" + (grant.prefix ?? "") + "*")],
      ], .map(listing),
    ]
  }

  private static func statement(
    _ grant: GrantFacts, _ sid: String, _ actions: [String], onBucket: Bool, onObjects: Bool, conditions: Value?
  ) -> Value {
    var resources: [Value] = []
    if onBucket { resources.append(.string(grant.bucket)) }
    if onObjects { resources.append(.string(grant.bucket + "/" + (grant.prefix ?? "") + "*")) }
    var principals = ValueMap()
    for (kind, word) in [(GrantFacts.Principal.Kind.aws, "AWS"), (.service, "Service")] {
      let names = grant.principals.filter { $0.kind == kind }.map(\.name)
      if !names.isEmpty { principals[word] = .list(names) }
    }
    var statement: ValueMap = [
      "Sid": .string(sid), "Effect": "Allow", "Principal": .map(principals),
      "Action": .list(actions.map { .string($0) }), "Resource": .list(resources),
    ]
    if let conditions { statement["Condition"] = conditions }
    return .map(statement)
  }

  /// Listing is a right on the bucket, so a prefix becomes a condition.
  private static func listing(_ prefix: String) -> Value { ["StringLike": ["s3:prefix": .string(prefix + "*")]] }
}
