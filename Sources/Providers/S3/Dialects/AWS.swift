extension S3Dialect {
  /// The service itself.
  static let aws = S3Dialect(
    name: "aws", summary: "Amazon S3, in all partitions; endpoint points at an emulator or a VPC endpoint.",
    style: .virtualHost, needsEndpoint: false, needsRegion: false, identity: .always,
    nameProblem: { BucketName.problemOnAWS($0) })
}
