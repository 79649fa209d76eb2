internal import CooperModel

/// A cloud connection in a project of Flowfile: every field of FF-10, secrets as placeholders of Flowfile's own (FF-06).
public enum FlowfileConnection {
  static func file(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentNode {
    guard subject.platform?.type == "flowfile" else {
      throw .unfit(.flowfile, subject.address, "it is not a registration in Flowfile", fix: "in: FLOWFILE-CONNECTION")
    }
    let bucket = try subject.needsBucket()
    let identity = try subject.needsIdentity()
    var fields = try method(bucket, identity, subject)
    fields["endpoint_url"] = try bucket.knownEndpoint().map { .text($0) }
    fields["aws_allow_unsafe_html"] = bucket.flavour.speaksS3 ? .flag(bucket.allowsPlainHTTP) : nil
    fields["verify_ssl"] = true
    if bucket.flavour.speaksS3 {
      // FF-13; R-01: a store without a region is signed for us-east-1.
      guard let region = try bucket.signingRegion() else {
        throw .lacking(bucket.address, "region, which Flowfile needs (FF-13)", fix: "write  region:  at the bucket")
      }
      fields["aws_region"] = .text(region)
    }
    let head: [DocumentNode.Field] = [.init("kind", "cloud_connection"), .init("connection_name", .text(subject.name))]
    return .map(head + order.map { .init($0, fields[$0] ?? .null) })
  }

  private static let order = [
    "storage_type", "auth_method", "aws_region", "aws_access_key_id", "aws_role_arn", "aws_allow_unsafe_html",
    "azure_account_name", "azure_tenant_id", "azure_client_id", "gcs_project_id", "endpoint_url", "verify_ssl",
    "aws_secret_access_key", "azure_account_key", "azure_client_secret", "azure_sas_token", "gcs_service_account_key",
  ]

  /// The file's name without `.yaml`: the connection's name, or what is left of it and the start of its SHA-256 (FF-06).
  public static func stem(_ name: String) -> String {
    var cleaned = ""
    for scalar in name.unicodeScalars {
      let isSafe = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      if isSafe || "._-".unicodeScalars.contains(scalar) {
        cleaned.unicodeScalars.append(scalar)
      } else if !cleaned.hasSuffix("_") || cleaned.isEmpty {
        cleaned += "_"
      }
    }
    while let last = cleaned.last, "._-".contains(last) { cleaned.removeLast() }
    cleaned = String(cleaned.drop { "._-".contains($0) })
    return cleaned == name ? name : cleaned + "_" + Digest.sha256Hex(Array(name.utf8)).prefix(8)
  }

  /// A placeholder; `FLOWFILE_SECRET_` and this name in capitals is the variable from which Flowfile fills it.
  static func placeholder(_ connection: String, _ field: String) -> DocumentNode {
    .text("${secret:\(stem(connection))_\(field)}")
  }

  /// FF-11 … FF-13, FF-16.
  private static func method(
    _ bucket: BucketFacts, _ identity: IdentityFacts, _ subject: DocumentSubject
  ) throws(DocumentProblem) -> [String: DocumentNode] {
    let name = subject.name
    switch (bucket.flavour, identity.kind) {
    case (.azure, .accessKey):
      return try azure(bucket, "access_key", ["azure_account_key": placeholder(name, "azure_account_key")])
    case (.azure, .servicePrincipal):
      return try azure(
        bucket, "service_principal",
        [
          "azure_tenant_id": (identity.tenant ?? bucket.azure?.tenant).map { .text($0) } ?? .null,
          "azure_client_id": identity.clientId.map { .text($0) } ?? .null,
          "azure_client_secret": placeholder(name, "azure_client_secret"),
        ])
    case (.azure, .external): return try azure(bucket, "managed_identity", [:])
    case (.google, .serviceAccount) where identity.hasGoogleKey:
      return [
        "storage_type": "gcs", "auth_method": "service_account",
        "gcs_service_account_key": placeholder(name, "gcs_service_account_key"),
        "gcs_project_id": (bucket.project ?? identity.home).map { .text($0) } ?? .null,
      ]
    case (.google, .serviceAccount):
      return [
        "storage_type": "gcs", "auth_method": "env_vars", "gcs_project_id": bucket.project.map { .text($0) } ?? .null,
      ]
    case (_, .role) where bucket.flavour.speaksS3:
      // FF-16: Flowfile sends no external id.
      return ["storage_type": "s3", "auth_method": "iam_role", "aws_role_arn": .text(try identity.knownARN())]
    case (_, .accessKey) where bucket.flavour.speaksS3, (_, .bucketUser) where bucket.flavour.speaksS3:
      return [
        "storage_type": "s3", "auth_method": "access_key",
        "aws_access_key_id": placeholder(name, "aws_access_key_id"),
        "aws_secret_access_key": placeholder(name, "aws_secret_access_key"),
      ]
    default:
      throw .unfit(
        .flowfile, subject.address, "Flowfile has no way to sign in there as \(identity.address) (FF-12)",
        fix: "name an identity of another type")
    }
  }

  private static func azure(
    _ bucket: BucketFacts, _ method: String, _ more: [String: DocumentNode]
  ) throws(DocumentProblem) -> [String: DocumentNode] {
    guard let account = bucket.azure?.account else {
      throw .lacking(bucket.address, "storage account", fix: "write  account:  at the bucket")
    }
    return more.merging(["storage_type": "adls", "auth_method": .text(method), "azure_account_name": .text(account)]) {
      $1
    }
  }
}
