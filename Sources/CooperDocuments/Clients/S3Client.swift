internal import CooperModel

/// What programs with the S3 protocol want to know of a bucket and its user.
struct S3Client {
  var bucket: BucketFacts
  var identity: IdentityFacts
  var name: String
  var region: String?
  var endpoint: String?

  init(_ subject: DocumentSubject, _ form: DocumentForm) throws(DocumentProblem) {
    let bucket = try subject.needsBucket()
    guard bucket.flavour.speaksS3 else {
      throw .unfit(
        form, subject.address, "\(bucket.address) doesn't speak the S3 protocol", fix: "rclone, restic and env know it")
    }
    identity = try subject.needsIdentity()
    name = try bucket.knownName()
    region = try bucket.signingRegion()
    endpoint = try bucket.knownEndpoint()
    self.bucket = bucket
  }

  /// The pair of a key, for programs that know nothing else.
  func needsKeyPair(_ form: DocumentForm) throws(DocumentProblem) {
    guard !identity.hasKeyPair else { return }
    throw .unfit(
      form, identity.address, "the program knows key pairs only",
      fix: "name an identity of type accessKey or bucketUser")
  }

  /// The endpoint with its scheme; AWS's own by region.
  static func endpoint(of bucket: BucketFacts) throws(DocumentProblem) -> String {
    if let endpoint = try bucket.knownEndpoint() { return endpoint }
    let domain = bucket.partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"
    return "https://s3.\(try bucket.knownRegion() ?? "us-east-1").\(domain)"
  }

  /// host and port, for programs that want none of the scheme.
  static func host(_ endpoint: String) -> (host: String, isEncrypted: Bool) {
    let isEncrypted = !endpoint.hasPrefix("http://")
    let rest = endpoint.split(separator: "://", maxSplits: 1).last ?? ""
    return (String(rest.split(separator: "/").first ?? ""), isEncrypted)
  }
}
