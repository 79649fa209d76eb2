internal import CooperModel
internal import CooperSchema

/// What a bucket on Google Cloud Storage holds, and how it narrows the facets that others have as well.
enum GCSBucketSupport {
  static let support: KindSupport = {
    var support = KindSupport(
      facets: BucketKind.support(holding: held, lacking: lacks, store: "Google Cloud Storage"),
      settings: Set(BucketKind.settings.map(\.name)).subtracting(["account"]), required: ["region"],
      nameProblem: { GCSBucketName.problem($0) }, facetProblem: { GCSNarrowing.problems($0, $1) })
    support.placeProblem = { GCSNarrowing.problems($0, $1, in: $2) }
    support.onlyAtCreation[HierarchicalNamespace.facet.name] = GCSHierarchicalNamespace.reason
    return support
  }()

  private static let held: Set<String> = [
    "versioning", "encryption", "publicAccess", "uniformAccess", "cors", "lifecycle", "softDelete", "logging", "tags",
    "retention", "website", "requestPayment", "storageClass", "autoclass", "eventHolds", "rpo",
    "hierarchicalNamespace", "iam",
  ]

  private static let lacks: [String: KindSupport.Facet] = [
    "ownership": .unsupported(
      reason: "ownership of objects is a thing of S3; Google turns ACLs off by uniform access",
      nearest: "uniformAccess: enabled"),
    "policy": .unsupported(
      reason: "Google Cloud Storage has IAM bindings and no policy documents", nearest: "iam, or grants"),
    "objectLock": .unsupported(
      reason: "Google keeps objects by a retention policy of the bucket", nearest: "retention: 30d"),
    "acl": .unsupported(
      reason: "lists of rights are not managed here; Google advises against them", nearest: "iam"),
    "intelligentTiering": .unsupported(
      reason: "intelligent tiering is a storage class of S3", nearest: "autoclass: enabled"),
    "notifications": .unsupported(
      reason: "Google tells Pub/Sub topics, which are not managed here", nearest: nil),
    "replication": .unsupported(
      reason: "a Google bucket is replicated by its location, not by rules", nearest: "a dual-region, e.g. region: EUR4"
    ),
  ]
}
