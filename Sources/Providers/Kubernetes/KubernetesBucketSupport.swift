internal import CooperModel
internal import CooperSchema

/// What a bucket on a cluster holds: the object that asks for it. How it is set up is the platform's business.
enum KubernetesBucketSupport {
  static let support: KindSupport = {
    var support = base
    support.makers = ["cozystack", "cosi"]
    return support
  }()

  private static let base = KindSupport(
    facets: BucketKind.support(
      holding: ["cozystack", "cosi"], lacking: lacks, store: "a bucket that a cluster makes"),
    settings: Set(BucketKind.settings.map(\.name)).subtracting(["region", "account"]),
    nameProblem: { nameProblem($0) }, scope: ["cozystack.namespace", "cosi.namespace"],
    // CZ-06: the name at the store is made by the platform.
    outputs: [
      "bucketName": { _ in nil }, "endpoint": { _ in nil }, "region": { _ in nil }, "caCertificate": { _ in nil },
      "pathStyle": { _ in nil },
    ])

  /// CZ-04: a DNS label with a letter first, and `bucket-` and the name have 53 characters at most. COSI would take
  /// longer ones; the shorter rule is kept for both, so that a bucket can move between the two.
  private static func nameProblem(_ name: String) -> String? {
    if name.utf8.count > 46 { return "names of buckets in a cluster have at most 46 characters (CZ-04)" }
    return DNSLabel.isValidWithLetterFirst(name)
      ? nil : "names of buckets in a cluster hold lower-case letters, digits and hyphens, a letter first (CZ-04)"
  }

  /// Facets of the bucket that the platform makes, which it gives nobody a way to set.
  private static let lacks: [String: KindSupport.Facet] = Dictionary(
    BucketKind.facets.filter { $0.name != "cozystack" && $0.name != "cosi" }.map { facet in
      (
        facet.name,
        .unsupported(
          reason: "the platform makes the bucket and has no field for \(facet.name)",
          nearest: nearest[facet.name])
      )
    }, uniquingKeysWith: { $1 })

  private static let nearest = [
    "policy": "users of cozystack, or access of cosi", "iam": "users of cozystack, or access of cosi",
    "objectLock": "locking of cozystack", "storageClass": "storagePool of cozystack, or bucketClass of cosi",
  ]
}
