import CooperModel
import CooperProvider
import CooperSchema

/// Makes Velero's document out of a location, its bucket and its identity; pure.
struct VeleroComposition {
  let target: Target

  static func document(_ target: Target) throws(CallFailure) -> VeleroDocument {
    try VeleroComposition(target: target).document()
  }

  /// Settings behind the connection's name in `in:`.
  private var placement: Value? { target.settings["in"]?.map?.first?.value }

  private func document() throws(CallFailure) -> VeleroDocument {
    guard let bucket = target.related["bucket"] else { throw unusable("it names no bucket that is declared") }
    let provider = Self.provider(of: bucket)
    // VL-01.
    if let name = bucket.name.string, name.contains("/"), !name.hasPrefix("arn:aws:s3:") {
      throw unusable("Velero takes no / in the bucket's name \"\(name)\" (VL-01); write  prefix:")
    }
    var document: ValueMap = ["provider": .string(provider), "bucket": bucket.name]
    document["prefix"] = target.settings["prefix"]
    document["caCertificate"] = RelatedBucket(bucket)?.bornCertificate
    if document["caCertificate"] == "" { document["caCertificate"] = nil }
    var config = try standard(provider, bucket)
    for pair in placement?["config"]?.map ?? ValueMap() { config[pair.key] = pair.value }
    try check(config, "config", provider, VeleroConfig.problems)
    document["config"] = .map(config)
    document["default"] = placement?["default"] ?? false
    document["accessMode"] = placement?["accessMode"] ?? "ReadWrite"
    document["backupSyncPeriod"] = placement?["backupSyncPeriod"]
    document["validationFrequency"] = placement?["validationFrequency"]
    document["credential"] = try credential(provider, bucket)
    document["snapshots"] = try snapshots(provider, config)
    return VeleroDocument(value: .map(document))
  }

  static func provider(of bucket: Related) -> String {
    switch bucket.site?.type {
    case "gcs": "gcp"
    case "azure": "azure"
    default: "aws"
    }
  }

  private func standard(_ provider: String, _ bucket: Related) throws(CallFailure) -> ValueMap {
    var config = ValueMap()
    let isMade = bucket.site?.type == "kubernetes"
    let endpoint = isMade ? bucket.outputs["endpoint"] : bucket.connection["endpoint"]
    switch provider {
    case "gcp":
      config["storeEndpoint"] = endpoint
      config["serviceAccount"] = target.related["identity"].flatMap { $0.settings["email"] ?? $0.outputs["email"] }
    case "azure":
      config["storageAccount"] = bucket.settings["account"]
      config["subscriptionId"] = bucket.connection["subscription"]
      config["resourceGroup"] = placement?["config"]?["resourceGroup"]
      if target.related["identity"]?.variant == "accessKey" {
        config["storageAccountKeyEnvVar"] = "AZURE_STORAGE_ACCOUNT_ACCESS_KEY"
      }
    default:
      let region = (bucket.region ?? bucket.connection["region"]?.string).map { Value.string($0) }
      config["region"] = isMade ? bucket.outputs["region"] : region ?? (endpoint == nil ? nil : "us-east-1")
      config["s3Url"] = endpoint
      // R-05: always written, and on for every address of one's own.
      let isPath = isMade || bucket.connection["pathStyle"]?.bool ?? (endpoint != nil)
      config["s3ForcePathStyle"] = RelatedBucket(bucket)?.told("pathStyle") ?? .string(isPath ? "true" : "false")
      // Stores that refuse the newer checksums (systems.md section 6).
      if ["ceph", "b2"].contains(bucket.site?.type ?? "") { config["checksumAlgorithm"] = "" }
    }
    return config
  }

  /// Nil for roles and accounts that the pod has by itself: a credential would switch them off.
  private func credential(_ provider: String, _ bucket: Related) throws(CallFailure) -> Value? {
    guard let identity = target.related["identity"] else { return nil }
    var credential: ValueMap = [
      "name": .string(target.name + "-credentials"), "key": .string(VeleroDocument.credentialKey),
    ]
    switch (provider, identity.variant) {
    case ("aws", "accessKey"), ("aws", "bucketUser"):
      credential["accessKeyId"] = identity.outputs["accessKeyId"]
      credential["secretAccessKey"] = identity.outputs["secretAccessKey"]
    case ("azure", "accessKey"):
      credential["secretAccessKey"] = identity.outputs["secretAccessKey"]
      credential["plain"] = ["AZURE_CLOUD_NAME": .string(cloud(bucket))]
    case ("azure", "servicePrincipal"):
      var plain: ValueMap = ["AZURE_CLOUD_NAME": .string(cloud(bucket))]
      plain["AZURE_SUBSCRIPTION_ID"] = bucket.connection["subscription"]
      plain["AZURE_TENANT_ID"] = identity.settings["tenant"] ?? bucket.connection["tenant"]
      plain["AZURE_CLIENT_ID"] = identity.settings["clientId"]
      plain["AZURE_RESOURCE_GROUP"] = placement?["config"]?["resourceGroup"]
      credential["plain"] = .map(plain)
      credential["clientSecret"] = identity.settings["clientSecret"]
    case ("aws", "role"), ("gcp", "serviceAccount"), (_, "external"): return nil
    case (_, let variant):
      throw unusable("Velero's plug-in for \(provider) can't use an identity of type \(variant ?? "?")")
    }
    return .map(credential)
  }

  /// R-08: at Azure there are several ways, and the storage account's key is one that takes no snapshots of disks.
  static func remarks(_ target: Target) -> [Remark] {
    guard let bucket = target.related["bucket"], provider(of: bucket) == "azure" else { return [] }
    switch target.related["identity"]?.variant {
    case "accessKey"?:
      return [
        .choice("at Azure Velero signs in with the account's key, which can't take snapshots of disks (R-08)")
      ]
    case "servicePrincipal"?:
      return [.choice("at Azure Velero signs in as a service principal, by client id and secret (R-08)")]
    default: return [.choice("at Azure Velero signs in as what its pod runs as, and no credential is sent (R-08)")]
    }
  }

  private func cloud(_ bucket: Related) -> String {
    switch bucket.connection["cloud"]?.string {
    case "usGovernment": "AzureUSGovernmentCloud"
    case "china": "AzureChinaCloud"
    default: "AzurePublicCloud"
    }
  }

  private func snapshots(_ provider: String, _ storage: ValueMap) throws(CallFailure) -> Value? {
    guard let own = placement?["snapshots"]?.map else { return nil }
    var config = ValueMap()
    for name in provider == "aws" ? ["region"] : provider == "azure" ? ["resourceGroup", "subscriptionId"] : [] {
      config[name] = storage[name]
    }
    for pair in own { config[pair.key] = pair.value }
    try check(config, "snapshots", provider, VeleroConfig.snapshotProblems)
    return .map(config)
  }

  /// VL-04: such a key makes the location Unavailable. What is known after apply is no key of a person's.
  private func check(
    _ config: ValueMap, _ field: String, _ provider: String,
    _ problems: ([String: String], VeleroConfig.Provider) -> [VeleroConfig.Problem]
  ) throws(CallFailure) {
    let texts = config.compactMap { pair in pair.value.string.map { (pair.key, $0) } }
    guard let plugin = VeleroConfig.Provider(rawValue: provider),
      let problem = problems(Dictionary(texts, uniquingKeysWith: { $1 }), plugin).first
    else { return }
    throw unusable("\(field).\(problem.key): \(problem.message) (VL-04); \(problem.fix)")
  }

  private func unusable(_ words: String) -> CallFailure {
    CallFailure(.invalid, code: "K8S0024", "\(target.address): \(words)")
  }
}
