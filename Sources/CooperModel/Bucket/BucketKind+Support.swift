/// A facet that one kind of store has alone, and what comes nearest to it on the others.
extension BucketKind {
  /// What a type of connection holds of the bucket's facets: those named, and for the others the reason why not.
  ///
  /// `lacks` speaks for facets that such a store could have had; of those that belong to another platform altogether
  /// it needs no words, because where they belong is said here.
  public static func support(
    holding held: Set<String>, lacking lacks: [String: KindSupport.Facet], store: String
  ) -> [String: KindSupport.Facet] {
    var facets: [String: KindSupport.Facet] = [:]
    for facet in BucketKind.facets {
      if let lack = lacks[facet.name] {
        facets[facet.name] = lack
      } else if held.contains(facet.name) {
        facets[facet.name] = .supported
      } else {
        let home = homes[facet.name] ?? "other stores"
        facets[facet.name] = .unsupported(reason: "\(store) has no \(facet.name); it belongs to \(home)", nearest: nil)
      }
    }
    return facets
  }

  /// Where facets are at home that not all stores have.
  private static let homes: [String: String] = [
    "ownership": "Amazon S3", "policy": "Amazon S3 and stores like it", "replication": "Amazon S3 and stores like it",
    "logging": "Amazon S3 and Google Cloud Storage", "uniformAccess": "Google Cloud Storage",
    "softDelete": "Google Cloud Storage and Azure storage accounts",
    "objectLock": "Amazon S3 and stores like it", "retention": "Google Cloud Storage",
    "notifications": "Amazon S3 and stores like it", "website": "Amazon S3 and Google Cloud Storage",
    "acl": "Amazon S3 and stores like it", "requestPayment": "Amazon S3 and Google Cloud Storage",
    "accelerate": "Amazon S3", "intelligentTiering": "Amazon S3", "inventory": "Amazon S3", "metrics": "Amazon S3",
    "analytics": "Amazon S3", "storageClass": "Google Cloud Storage", "autoclass": "Google Cloud Storage",
    "rpo": "Google Cloud Storage", "hierarchicalNamespace": "Google Cloud Storage",
    "eventHolds": "Google Cloud Storage", "iam": "Google Cloud Storage", "anonymousAccess": "Azure containers",
    "metadata": "Azure containers", "immutability": "Azure containers", "legalHold": "Azure containers",
    "cozystack": "Cozystack on a kubernetes connection", "cosi": "COSI on a kubernetes connection",
  ]
}
