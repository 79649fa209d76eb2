internal import CooperModel
internal import CooperSchema

/// Which policy `as: policy` is, by what it is made of.
enum PolicyChoice {
  static func policy(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentNode {
    switch subject.address.section {
    case BucketKind.section: return try own(of: subject)
    case Registration.section: return MinimalPolicy.document(buckets: [try arn(subject)])
    case BackupLocation.section:
      // Palette's own cluster profile tags nothing.
      let tagsObjects = subject.platform.map { VeleroConfig.tagsObjects(.map($0.settings)) } ?? false
      return BackupPolicy.document(bucket: try arn(subject), tagsObjects: tagsObjects)
    default: return try GrantPolicy.document(of: subject)
    }
  }

  private static func arn(_ subject: DocumentSubject) throws(DocumentProblem) -> String {
    let bucket = try subject.needsBucket()
    guard bucket.flavour.speaksS3 else {
      throw .unfit(
        .policy, subject.address, "\(bucket.address) is on a store without policies of IAM",
        fix: "write  as: iamBindings  at Google,  as: roleAssignments  at Azure")
    }
    return try bucket.arn()
  }

  /// The bucket's own policy, grants counted in, as it would be written.
  private static func own(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentNode {
    guard let policy = subject.bucket?.facets[BucketPolicy.facet.name], policy["Statement"]?.list?.isEmpty == false
    else {
      throw .lacking(subject.address, "policy", fix: "write  policy:  at the bucket, or a grant on it")
    }
    return try ordered(policy)
  }

  /// A policy document with the usual order of keys.
  static func ordered(_ policy: Value) throws(DocumentProblem) -> DocumentNode {
    var statements: [DocumentNode] = []
    for statement in policy["Statement"]?.list ?? [] {
      statements.append(
        try sorted(
          statement,
          [
            "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
          ]))
    }
    var fields: [DocumentNode.Field] = []
    for key in ["Version", "Id"] {
      if let value = policy[key] { fields.append(.init(key, try DocumentNode(value))) }
    }
    return .map(fields + [.init("Statement", .list(statements))])
  }

  private static func sorted(_ value: Value, _ order: [String]) throws(DocumentProblem) -> DocumentNode {
    guard case .map(let fields) = try DocumentNode(value) else { return try DocumentNode(value) }
    return .map(
      fields.sorted { a, b in
        let (first, second) = (order.firstIndex(of: a.key) ?? order.count, order.firstIndex(of: b.key) ?? order.count)
        return first == second ? a.key < b.key : first < second
      })
  }
}
