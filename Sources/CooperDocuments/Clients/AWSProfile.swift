internal import CooperModel

/// A profile of the shared credentials file, which SDKs and the command line of AWS read.
enum AWSProfile {
  static func text(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentText {
    let client = try S3Client(subject, .awsProfile)
    var text = SettingsText(subject.header(.awsProfile))
    text.section(subject.name)
    if client.identity.kind == .role {
      text.set("role_arn", try client.identity.knownARN())
      // Whoever takes on the role signs in by it; another one is the reader's own affair.
      text.set("source_profile", "default")
      for party in client.identity.trust {
        if case .aws(_, let id?) = party { text.set("external_id", id) }
      }
    } else {
      try client.needsKeyPair(.awsProfile)
      text.set("aws_access_key_id", client.identity.slot("accessKeyId"))
      text.set("aws_secret_access_key", client.identity.slot("secretAccessKey"))
    }
    text.set("region", client.region)
    text.set("endpoint_url", client.endpoint)
    if client.bucket.needsPathStyle {
      text.line("s3 =")
      text.line("    addressing_style = path")
    }
    return text.text
  }
}
