internal import CooperModel

/// Variables with everything a program needs of a bucket, as shells and readers of .env files take them.
enum EnvironmentFile {
  static func text(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentText {
    let bucket = try subject.needsBucket()
    let identity = try subject.needsIdentity()
    var text = SettingsText(subject.header(.env))
    text.variable("BUCKET_NAME", try bucket.knownName())
    text.variable("BUCKET_PREFIX", subject.prefix)
    switch bucket.flavour {
    case .google:
      text.variable("GOOGLE_CLOUD_PROJECT", bucket.project)
      text.variable("STORAGE_ENDPOINT", try bucket.knownEndpoint())
      if identity.hasGoogleKey {
        text.variable("GOOGLE_CLIENT_EMAIL", identity.slot("key", member: "client_email"))
      } else {
        text.variable("GOOGLE_CLIENT_EMAIL", try identity.knownEmail())
      }
    case .azure:
      text.variable("AZURE_STORAGE_ACCOUNT", bucket.azure?.account)
      text.variable("AZURE_STORAGE_ENDPOINT", try bucket.knownEndpoint())
      switch identity.kind {
      case .accessKey: text.variable("AZURE_STORAGE_KEY", identity.slot("secretAccessKey"))
      case .servicePrincipal:
        text.variable("AZURE_TENANT_ID", identity.tenant ?? bucket.azure?.tenant)
        text.variable("AZURE_CLIENT_ID", identity.clientId)
        text.variable("AZURE_CLIENT_SECRET", identity.slot("clientSecret"))
      default: break
      }
    case .local: throw .unfit(.env, subject.address, "it is a directory", fix: "name a bucket of a store")
    default:
      let client = try S3Client(subject, .env)
      if identity.hasKeyPair {
        text.variable("AWS_ACCESS_KEY_ID", identity.slot("accessKeyId"))
        text.variable("AWS_SECRET_ACCESS_KEY", identity.slot("secretAccessKey"))
      } else {
        text.variable("AWS_ROLE_ARN", try identity.knownARN())
      }
      text.variable("AWS_REGION", client.region)
      text.variable("AWS_ENDPOINT_URL_S3", client.endpoint)
    }
    return text.text
  }
}
