/// P-BACKUP and P-VELERO: what Velero needs of volumes and of its bucket (systems.md section 8).
public enum BackupPolicy {
  public static let volumeActions = [
    "ec2:DescribeVolumes", "ec2:DescribeSnapshots", "ec2:CreateTags", "ec2:CreateVolume", "ec2:CreateSnapshot",
    "ec2:DeleteSnapshot",
  ]
  static let objectActions = [
    "s3:GetObject", "s3:DeleteObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts",
  ]
  /// Only where the location tags its objects.
  public static let taggingAction = "s3:PutObjectTagging"

  public static func document(bucket arn: String, tagsObjects: Bool) -> DocumentNode {
    PolicyStatement.document([
      PolicyStatement.allow(volumeActions, on: ["*"]),
      PolicyStatement.allow(objectActions + (tagsObjects ? [taggingAction] : []), on: [arn + "/*"]),
      PolicyStatement.allow(MinimalPolicy.bucketActions, on: [arn]),
    ])
  }
}
