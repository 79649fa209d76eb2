internal import CooperModel
internal import CooperSchema

/// Grants as a policy of IAM for whoever gets them: the same rights as in the bucket's policy, without a principal.
public enum GrantPolicy {
  static func document(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentNode {
    var statements: [DocumentNode] = []
    for grant in subject.grants where grant.bucket.flavour.speaksS3 {
      statements += try Self.statements(grant, isOne: subject.grants.filter { $0.name == grant.name }.count == 1)
    }
    guard !statements.isEmpty else {
      throw .lacking(
        subject.address, "grant on a bucket with policies of IAM",
        fix: "write a grant to it, or  as: iamBindings  at Google,  as: roleAssignments  at Azure")
    }
    return PolicyStatement.document(statements)
  }

  /// `isOne` is false for a grant on several buckets, whose statements then carry the bucket's name too.
  private static func statements(
    _ grant: DocumentSubject.Grant, isOne: Bool
  ) throws(DocumentProblem) -> [DocumentNode] {
    let arn = try grant.bucket.arn()
    let sid = sid(isOne ? grant.name : "\(grant.name)-\(grant.bucket.address.name)")
    let objects = "\(arn)/\(grant.prefix ?? "")*"
    if let word = grant.allow.string, let level = Grant.Level(rawValue: word) {
      let rights = GrantRights(level)
      let listing: DocumentNode? =
        rights.listsOnly ? grant.prefix.map { ["StringLike": ["s3:prefix": .text($0 + "*")]] } : nil
      if level == .backup {
        // P-BACKUP and P-VELERO, to the letter.
        let objects = (actions: rights.objects + (grant.tagsObjects ? [BackupPolicy.taggingAction] : []), on: objects)
        return [
          PolicyStatement.allow(BackupPolicy.volumeActions, on: ["*"]),
          PolicyStatement.allow(objects.actions, on: [objects.on]),
          PolicyStatement.allow(rights.bucket, on: [arn], condition: listing),
        ]
      }
      return [
        PolicyStatement.allow(sid: sid, rights.objects, on: [objects]),
        PolicyStatement.allow(sid: sid + "Bucket", rights.bucket, on: [arn], condition: listing),
      ]
    }
    var made: [DocumentNode] = []
    let own = grant.allow.list ?? []
    for (index, rule) in own.enumerated() {
      let places = rule["on"]?.list?.compactMap(\.string) ?? ["objects"]
      let condition = rule["conditions"]
      made.append(
        PolicyStatement.allow(
          sid: own.count == 1 ? sid : "\(sid)\(index + 1)", rule["actions"]?.list?.compactMap(\.string) ?? [],
          on: (places.contains("bucket") ? [arn] : []) + (places.contains("objects") ? [objects] : []),
          condition: try condition.map { value throws(DocumentProblem) in try DocumentNode(value) }))
    }
    return made
  }

  /// Ids of statements in IAM hold letters and digits only (IAM User Guide, "Sid").
  static func sid(_ name: String) -> String {
    name.split { !$0.isASCII || !($0.isLetter || $0.isNumber) }.map { $0.prefix(1).uppercased() + $0.dropFirst() }
      .joined()
  }
}
