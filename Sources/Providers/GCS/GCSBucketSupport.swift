internal import CooperModel
internal import CooperSchema

/// What a bucket on Google Cloud Storage holds, and how it narrows the facets that others have as well.
enum GCSBucketSupport {
  static let support = KindSupport(
    facets: BucketKind.support(holding: held, lacking: lacks, store: "Google Cloud Storage"),
    settings: Set(BucketKind.settings.map(\.name)).subtracting(["account"]), required: ["region"],
    nameProblem: { GCSBucketName.problem($0) }, facetProblem: { GCSNarrowing.problems($0, $1) })

  private static let held: Set<String> = [
    "versioning", "encryption", "publicAccess", "uniformAccess", "cors", "lifecycle", "softDelete", "logging", "tags",
  ]

  private static let lacks: [String: KindSupport.Facet] = [
    "ownership": .unsupported(
      reason: "ownership of objects is a thing of S3; Google turns ACLs off by uniform access",
      nearest: "uniformAccess: enabled"),
    "policy": .unsupported(
      reason: "Google Cloud Storage has IAM bindings and no policy documents", nearest: "grants"),
    "replication": .unsupported(
      reason: "a Google bucket is replicated by its location, not by rules", nearest: "a dual-region, e.g. region: EUR4"
    ),
  ]
}
