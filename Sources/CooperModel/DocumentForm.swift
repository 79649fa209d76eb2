/// What can be made of a resource; each form is one file of the room `CooperDocuments`.
public enum DocumentForm: String, Sendable, CaseIterable {
  case policy, kmsPolicy, trust, role, cors, iamBindings, customRole, roleAssignments, workloadIdentity
  case velero, kubernetes, cosi, bucketInfo
  case awsProfile, mc, rclone, s3cmd, restic, env
  case flowfile, infinstor, flashback, palette, terraform

  /// Sections whose resources it can be made of.
  public var sections: [String] {
    let bucket = BucketKind.section
    return switch self {
    case .policy: [bucket, Identity.section, Grant.section, BackupLocation.section, Registration.section]
    case .kmsPolicy, .velero, .palette: [BackupLocation.section]
    case .customRole: [BackupLocation.section]
    case .trust, .role: [Identity.section]
    case .workloadIdentity: [BackupLocation.section]
    case .cors: [bucket, Registration.section]
    case .iamBindings: [bucket, Identity.section, Grant.section]
    case .roleAssignments: [bucket, Identity.section, Grant.section, Registration.section]
    case .kubernetes, .cosi, .terraform: [bucket]
    case .bucketInfo, .awsProfile, .mc, .rclone, .s3cmd, .restic, .env:
      [bucket, BackupLocation.section, Registration.section]
    case .flowfile, .infinstor, .flashback: [Registration.section]
    }
  }

  public var summary: String {
    switch self {
    case .policy: "an IAM or bucket policy, with the least that its user needs"
    case .kmsPolicy: "rights on the key of encrypted volumes (P-EBSKMS)"
    case .trust: "who may act as a role: its trust policy"
    case .role: "a role as `aws iam create-role --cli-input-json` reads it: trust and length of sessions"
    case .cors: "CORS rules of a bucket, or those that a platform needs (C-1)"
    case .iamBindings: "bindings of roles at Google"
    case .customRole: "the role that Velero needs at Google or Azure"
    case .roleAssignments: "role assignments at Azure"
    case .workloadIdentity: "how a service account of a cluster acts as one of Google's"
    case .velero: "Velero's locations and their Secret"
    case .kubernetes: "Cozystack's Bucket"
    case .cosi: "COSI's claim, accesses and, with a driver, classes"
    case .bucketInfo: "COSI's BucketInfo"
    case .awsProfile: "a profile of the AWS command line and SDKs"
    case .mc: "an alias, for `mc alias import`"
    case .rclone: "a remote of rclone"
    case .s3cmd: "settings of s3cmd"
    case .restic: "variables of restic"
    case .env: "variables with bucket, endpoint and keys"
    case .flowfile: "a cloud connection in a project of Flowfile"
    case .infinstor: "the body that enters the bucket in InfinStor's table"
    case .flashback: "the body that registers the bucket with Flashback"
    case .palette: "the body that makes the location in Palette"
    case .terraform: "import blocks"
    }
  }
}
