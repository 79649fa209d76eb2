extension S3Dialect {
  /// The service itself.
  static let aws = S3Dialect(
    name: "aws", summary: "Amazon S3, in all partitions; endpoint points at an emulator or a VPC endpoint.",
    style: .virtualHost, needsEndpoint: false, needsRegion: false, identity: .always,
    notes: [
      "the bucket is in the host's name unless it has a dot, or there is an endpoint",
      "every call on a bucket names the account that must own it (S3 User Guide, bucket owner condition)",
      "LocationConstraint everywhere but in us-east-1, where it is refused (S3 API Reference, CreateBucket)",
      "at any other host than Amazon's a facet is read before its first write: it may be an emulator",
    ],
    nameProblem: { BucketName.problemOnAWS($0) })
}
