internal import CooperModel
internal import CooperSchema

/// What a container holds; most of what buckets have belongs to its account.
enum AzureContainerSupport {
  static let support = KindSupport(
    facets: BucketKind.support(
      holding: ["anonymousAccess", "metadata", "immutability", "legalHold"], lacking: lacks, store: "an Azure container"
    ),
    settings: Set(BucketKind.settings.map(\.name)).subtracting(["region"]), required: ["account"],
    nameProblem: { AzureNames.containerProblem($0) }, scope: ["account"],
    carries: ["account": ["storageAccountName", "resourceGroup"]])

  /// Settings of a container's target that say which account holds it.
  static let accountName = "account.storageAccountName"
  static let accountGroup = "account.resourceGroup"

  private static func ofAccount(_ facet: String, _ what: String) -> (String, KindSupport.Facet) {
    (
      facet,
      .unsupported(
        reason: "on Azure \(what) of the storage account, for all of its containers",
        nearest: "\(facet) at the account:  storageAccounts: { ACCOUNT: { \(facet): … } }")
    )
  }

  private static let lacks: [String: KindSupport.Facet] = Dictionary(
    uniqueKeysWithValues: [
      ofAccount("versioning", "versions are a setting"), ofAccount("cors", "CORS rules are those"),
      ofAccount("lifecycle", "lifecycle rules are those"), ofAccount("softDelete", "soft delete is a setting"),
      ofAccount("tags", "tags are those"), ofAccount("publicAccess", "the block of public access is a setting"),
      (
        "encryption",
        .unsupported(
          reason: "Azure encrypts everything; a key of one's own is a setting of the account", nearest: nil)
      ),
      (
        "policy",
        .unsupported(reason: "Azure has role assignments and no policy documents", nearest: "grants")
      ),
      (
        "uniformAccess",
        .unsupported(reason: "Azure containers have no ACLs of single blobs to switch off", nearest: nil)
      ),
      (
        "objectLock",
        .unsupported(reason: "Azure keeps blobs by a policy of the container", nearest: "immutability: { period: 30d }")
      ),
      (
        "acl",
        .unsupported(reason: "Azure containers have no lists of rights", nearest: "anonymousAccess")
      ),
      (
        "storageClass",
        .unsupported(reason: "the tier of blobs is a setting of the account", nearest: "accessTier at the account")
      ),
      (
        "replication",
        .unsupported(
          reason: "Azure keeps copies by the account's SKU", nearest: "sku at the account, for example Standard_GZRS")
      ),
    ])
}
