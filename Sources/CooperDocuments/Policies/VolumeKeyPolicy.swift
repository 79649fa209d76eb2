internal import CooperModel
internal import CooperSchema

/// P-EBSKMS: what Velero needs of the key with which volumes are encrypted (systems.md section 8).
public enum VolumeKeyPolicy {
  static let actions = [
    "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Encrypt", "kms:DescribeKey", "kms:Decrypt", "kms:CreateGrant",
    "kms:ListGrants", "kms:RevokeGrant", "kms:RetireGrant", "kms:ListRetirableGrants",
  ]

  public static func document(key arn: String) -> DocumentNode {
    PolicyStatement.document([PolicyStatement.allow(actions, on: [arn])])
  }

  static func policy(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentNode {
    let snapshots = subject.platform?.settings["snapshots"]?["ebsKmsKeyId"]
    let key = try (snapshots ?? subject.bucket?.facets["encryption"]?["kmsKey"])?.knownText()
    guard let key else {
      throw .lacking(
        subject.address, "key of its own",
        fix:
          "write  snapshots: { ebsKmsKeyId: arn:… }  at the location, or  encryption: { kmsKey: arn:… }  at the bucket")
    }
    guard key.hasPrefix("arn:") else {
      throw .unfit(
        .kmsPolicy, subject.address, "a policy names a key by its ARN, and this is \(key)",
        fix: "write the ARN of the key")
    }
    return document(key: key)
  }
}
