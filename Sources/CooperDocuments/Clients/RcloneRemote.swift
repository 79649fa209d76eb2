internal import CooperModel

/// A remote of rclone, at S3, Google or Azure.
enum RcloneRemote {
  static func text(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentText {
    let bucket = try subject.needsBucket()
    var text = SettingsText(subject.header(.rclone))
    text.section(subject.name)
    switch bucket.flavour {
    case .google: try google(subject, bucket, &text)
    case .azure: try azure(subject, bucket, &text)
    default: try s3(subject, &text)
    }
    return text.text
  }

  /// Words of rclone's documentation, "Amazon S3 storage providers".
  private static func provider(_ flavour: BucketFacts.Flavour) -> String {
    switch flavour {
    case .aws: "AWS"
    case .minio: "Minio"
    case .ceph: "Ceph"
    case .r2: "Cloudflare"
    case .wasabi: "Wasabi"
    default: "Other"
    }
  }

  private static func s3(_ subject: DocumentSubject, _ text: inout SettingsText) throws(DocumentProblem) {
    let client = try S3Client(subject, .rclone)
    text.set("type", "s3")
    text.set("provider", provider(client.bucket.flavour))
    if client.identity.kind == .role {
      text.set("env_auth", "true")
      text.set("role_arn", try client.identity.knownARN())
    } else {
      try client.needsKeyPair(.rclone)
      text.set("access_key_id", client.identity.slot("accessKeyId"))
      text.set("secret_access_key", client.identity.slot("secretAccessKey"))
    }
    text.set("region", client.region)
    text.set("endpoint", client.endpoint)
    text.set("force_path_style", client.bucket.needsPathStyle ? "true" : "false")
    // The bucket is Cooper's to make; without this rclone tries to.
    text.set("no_check_bucket", "true")
  }

  private static func google(
    _ subject: DocumentSubject, _ bucket: BucketFacts, _ text: inout SettingsText
  ) throws(DocumentProblem) {
    let identity = try subject.needsIdentity()
    text.set("type", "google cloud storage")
    text.set("bucket_policy_only", "true")
    if identity.hasGoogleKey {
      text.set("service_account_credentials", identity.slot("key"), .oneLine)
    } else {
      text.set("env_auth", "true")
    }
    text.set("endpoint", try bucket.knownEndpoint())
  }

  private static func azure(
    _ subject: DocumentSubject, _ bucket: BucketFacts, _ text: inout SettingsText
  ) throws(DocumentProblem) {
    let identity = try subject.needsIdentity()
    text.set("type", "azureblob")
    text.set("account", bucket.azure?.account)
    switch identity.kind {
    case .accessKey: text.set("key", identity.slot("secretAccessKey"))
    case .servicePrincipal:
      text.set("tenant", identity.tenant ?? bucket.azure?.tenant)
      text.set("client_id", identity.clientId)
      text.set("client_secret", identity.slot("clientSecret"))
    default: text.set("env_auth", "true")
    }
    text.set("endpoint", try bucket.knownEndpoint())
  }
}
