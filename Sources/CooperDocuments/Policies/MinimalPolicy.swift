/// P-MIN: list, get, put and delete in buckets, and nothing else (systems.md section 8; FB-31, IS-12).
public enum MinimalPolicy {
  static let bucketActions = ["s3:ListBucket"]
  static let objectActions = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]

  /// ARNs of buckets; of several the resources are lists of all.
  public static func document(buckets arns: [String]) -> DocumentNode {
    PolicyStatement.document([
      PolicyStatement.allow(bucketActions, on: arns),
      PolicyStatement.allow(objectActions, on: arns.map { $0 + "/*" }),
    ])
  }
}
