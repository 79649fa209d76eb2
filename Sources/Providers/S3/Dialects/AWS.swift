import CooperSchema

extension S3Dialect {
  /// The service itself.
  static let aws = S3Dialect(
    name: "aws", summary: "Amazon S3, in all partitions; endpoint points at an emulator or a VPC endpoint.",
    style: .virtualHost, needsEndpoint: false, needsRegion: false, knowsExpectedOwner: true, identity: .always,
    // Every bucket encrypts since January 2023, and deleting the configuration resets to it.
    defaultEncryption: "AES256",
    // Since April 2023 (S3 User Guide, "Default settings for new S3 buckets").
    newBucketDefaults: [
      "encryption": ["algorithm": "AES256"], "ownership": "BucketOwnerEnforced", "publicAccess": "blocked",
    ],
    nameProblem: { BucketName.problemOnAWS($0) })
}
