public import CooperModel

/// What the words of `allow:` mean at AWS, on objects and on the bucket; bucket policies and IAM policies share it.
///
/// Sources: S3 User Guide, "Actions, resources, and condition keys"; systems.md section 8.
public struct GrantRights: Sendable, Hashable {
  public var objects: [String]
  public var bucket: [String]

  public init(_ level: Grant.Level) {
    switch level {
    case .readOnly:
      objects = ["s3:GetObject"]
      bucket = MinimalPolicy.bucketActions
    case .readWrite:
      // P-MIN.
      objects = MinimalPolicy.objectActions
      bucket = MinimalPolicy.bucketActions
    case .backup:
      // P-BACKUP; its part about volumes stands in policies of identities only.
      objects = BackupPolicy.objectActions
      bucket = MinimalPolicy.bucketActions
    case .replicate:
      // S3 User Guide, "Setting up permissions for live replication", for a bucket that is source and destination.
      objects = [
        "s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging",
        "s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags",
      ]
      bucket = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
    case .admin:
      objects = ["s3:*"]
      bucket = ["s3:*"]
    }
  }

  /// Listing is a right on the bucket, so a prefix becomes a condition where listing is all there is.
  public var listsOnly: Bool { bucket == MinimalPolicy.bucketActions }
}
