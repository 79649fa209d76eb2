import CooperModel
import CooperSchema

/// A grant as statements of a bucket policy: one about objects, one about the bucket itself where it needs one.
enum GrantStatements {
  /// What a word allows on objects and on the bucket (S3 User Guide, "Actions, resources, and condition keys").
  private struct Rights {
    var objects: [String]
    var bucket: [String]
  }

  private static func rights(_ level: Grant.Level) -> Rights {
    switch level {
    case .readOnly:
      Rights(objects: ["s3:GetObject"], bucket: ["s3:ListBucket"])
    case .readWrite:
      // P-MIN of systems.md section 8.
      Rights(objects: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], bucket: ["s3:ListBucket"])
    case .backup:
      // P-BACKUP of systems.md section 8, without the part about volumes.
      Rights(
        objects: [
          "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject",
        ], bucket: ["s3:ListBucket"])
    case .replicate:
      // S3 User Guide, "Setting up permissions for live replication", for a bucket that is source and destination.
      Rights(
        objects: [
          "s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging",
          "s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags",
        ], bucket: ["s3:GetReplicationConfiguration", "s3:ListBucket"])
    case .admin:
      Rights(objects: ["s3:*"], bucket: ["s3:*"])
    }
  }

  static func statements(_ grant: GrantFacts) -> [Value] {
    if let word = grant.allow.string, let level = Grant.Level(rawValue: word) {
      let rights = rights(level)
      return [
        statement(grant, grant.name, rights.objects, onBucket: false, onObjects: true, conditions: nil),
        statement(
          grant, grant.name + "-bucket", rights.bucket, onBucket: true, onObjects: false,
          conditions: rights.bucket.contains("s3:ListBucket") && rights.bucket.count == 1
            ? grant.prefix.map(listing) : nil),
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
