internal import CooperModel

/// The Secret that a location refers to, with one key; a role of the pod itself has none (VL-06).
struct VeleroCredential {
  static let key = "cloud"
  static let accountKeyVariable = "AZURE_STORAGE_ACCOUNT_ACCESS_KEY"

  var name: String
  var contents: DocumentText

  /// Nil for roles and accounts that the pod has by itself: a credential would switch them off.
  init?(_ subject: DocumentSubject) throws(DocumentProblem) {
    let bucket = try subject.needsBucket()
    guard let identity = subject.identity,
      let contents = try Self.contents(bucket, identity, address: subject.address)
    else { return nil }
    name = subject.name + "-credentials"
    self.contents = contents
  }

  var reference: DocumentNode { ["name": .text(name), "key": .text(Self.key)] }

  func manifest(namespace: String) -> DocumentNode {
    [
      "apiVersion": "v1", "kind": "Secret", "metadata": VeleroManifests.metadata(name, namespace), "type": "Opaque",
      "stringData": .map([.init(Self.key, .lines(contents))]),
    ]
  }

  private static func contents(
    _ bucket: BucketFacts, _ identity: IdentityFacts, address: Address
  ) throws(DocumentProblem) -> DocumentText? {
    switch VeleroManifests.provider(of: bucket) {
    case .aws: return aws(identity)
    case .gcp:
      guard identity.hasGoogleKey else { return nil }
      var text = DocumentText()
      text.append(identity.slot("key"), .block(0))
      return text
    case .azure: return try azure(bucket, identity, address)
    }
  }

  /// A section of an INI file, as SDKs of AWS read it.
  private static func aws(_ identity: IdentityFacts) -> DocumentText? {
    guard identity.hasKeyPair else { return nil }
    var text = DocumentText("[default]\naws_access_key_id=")
    text.append(identity.slot("accessKeyId"), .line)
    text.append("\naws_secret_access_key=")
    text.append(identity.slot("secretAccessKey"), .line)
    text.append("\n")
    return text
  }

  private static func azure(
    _ bucket: BucketFacts, _ identity: IdentityFacts, _ address: Address
  ) throws(DocumentProblem) -> DocumentText? {
    guard let place = bucket.azure else {
      throw .lacking(bucket.address, "storage account", fix: "write  account:  at the bucket")
    }
    var text = DocumentText()
    switch identity.kind {
    case .accessKey:
      text.append(accountKeyVariable + "=")
      text.append(identity.slot("secretAccessKey"), .line)
      text.append("\n")
    case .servicePrincipal:
      for (name, value) in [
        ("AZURE_SUBSCRIPTION_ID", place.subscription), ("AZURE_TENANT_ID", identity.tenant ?? place.tenant),
        ("AZURE_CLIENT_ID", identity.clientId),
      ] {
        guard let value else {
          throw .lacking(address, "value for \(name)", fix: "write  tenant:  and  subscription:  at the connection")
        }
        text.append("\(name)=\(value)\n")
      }
      text.append("AZURE_CLIENT_SECRET=")
      text.append(identity.slot("clientSecret"), .line)
      text.append("\n")
      if let group = place.resourceGroup { text.append("AZURE_RESOURCE_GROUP=\(group)\n") }
    default: return nil
    }
    text.append("AZURE_CLOUD_NAME=\(cloud(place.cloud))\n")
    return text
  }

  private static func cloud(_ name: String) -> String {
    switch name {
    case "usGovernment": "AzureUSGovernmentCloud"
    case "china": "AzureChinaCloud"
    default: "AzurePublicCloud"
    }
  }
}
