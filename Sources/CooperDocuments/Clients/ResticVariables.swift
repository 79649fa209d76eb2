internal import CooperModel

/// Variables of restic: the repository and how one signs in; its password is nobody's here.
enum ResticVariables {
  static func text(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentText {
    let bucket = try subject.needsBucket()
    let identity = try subject.needsIdentity()
    let name = try bucket.knownName()
    let folder = subject.prefix.map { "/" + $0 } ?? ""
    var text = SettingsText(subject.header(.restic))
    text.comment("The repository's own password is not in here: set RESTIC_PASSWORD_FILE.")
    switch bucket.flavour {
    case .google:
      text.variable("RESTIC_REPOSITORY", "gs:\(name):\(folder.isEmpty ? "/" : folder)")
      text.variable("GOOGLE_PROJECT_ID", bucket.project)
      guard identity.hasGoogleKey else { break }
      text.comment("GOOGLE_APPLICATION_CREDENTIALS names a file with the JSON key of \(identity.address).")
    case .azure:
      text.variable("RESTIC_REPOSITORY", "azure:\(name):\(folder.isEmpty ? "/" : folder)")
      text.variable("AZURE_ACCOUNT_NAME", bucket.azure?.account)
      if identity.kind == .accessKey { text.variable("AZURE_ACCOUNT_KEY", identity.slot("secretAccessKey")) }
    case .local:
      throw .unfit(.restic, subject.address, "it is a directory", fix: "name a bucket of a store")
    default:
      let client = try S3Client(subject, .restic)
      text.variable("RESTIC_REPOSITORY", "s3:\(try S3Client.endpoint(of: bucket))/\(name)\(folder)")
      if identity.hasKeyPair {
        text.variable("AWS_ACCESS_KEY_ID", identity.slot("accessKeyId"))
        text.variable("AWS_SECRET_ACCESS_KEY", identity.slot("secretAccessKey"))
      }
      text.variable("AWS_DEFAULT_REGION", client.region)
    }
    return text.text
  }
}
