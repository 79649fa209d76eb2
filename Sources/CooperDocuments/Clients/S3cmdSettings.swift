internal import CooperModel

/// Settings of s3cmd, which wants hosts without a scheme.
enum S3cmdSettings {
  static func text(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentText {
    let client = try S3Client(subject, .s3cmd)
    try client.needsKeyPair(.s3cmd)
    let (host, isEncrypted) = S3Client.host(try S3Client.endpoint(of: client.bucket))
    var text = SettingsText(subject.header(.s3cmd))
    text.section("default")
    text.set("access_key", client.identity.slot("accessKeyId"))
    text.set("secret_key", client.identity.slot("secretAccessKey"))
    text.set("host_base", host)
    text.set("host_bucket", client.bucket.needsPathStyle ? host : "%(bucket)s." + host)
    text.set("bucket_location", client.region ?? "")
    text.set("use_https", isEncrypted ? "True" : "False")
    text.set("signature_v2", "False")
    return text.text
  }
}
