internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// R-12, CZ-07: with the object of an unlocked bucket Cozystack deletes the data, and nobody counts it before.
enum ClusterBucketDeletion: ConfigurationRule {
  static let name = "cluster-bucket-deletion"
  static let level = RuleLevel.warning
  static let isGuard = true
  static let entries: [CatalogueEntry] = [
    .init(
      .clusterBucketDeletion, "Deleting the object deletes the data (R-12, CZ-07)",
      "The bucket may be deleted when it leaves the YAML, and Cozystack then deletes what is in it, be it empty or not: a "
        + "cluster doesn't tell how much its buckets hold. A bucket with locking is kept.",
      fix: "Leave  deletion: protect  as it is by default, or write  cozystack: { locking: true }.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.compactMap { bucket in
      guard bucket.deletion != .protect, context.type(ofConnection: bucket.connection) == "kubernetes",
        let object = bucket.facet("cozystack")?.value, object["locking"]?.bool != true
      else { return nil }
      return .guarding(
        .clusterBucketDeletion, bucket,
        "loses its data when its object is deleted, and nobody looks whether it is empty",
        notes: [.init("deletion: \(bucket.deletion.rawValue), and no locking")], fix: ["deletion: protect"])
    }
  }
}

extension DiagnosticCode {
  static let clusterBucketDeletion = DiagnosticCode("RUL0071")
}
