import CooperModel
import CooperProvider
import CooperSchema

/// The bucket on Google Cloud Storage: found, made, read, changed and removed by the calls of this folder.
enum GCSBucket {
  /// One line for each facet that Google has; the order is that of reference pages and plans.
  static let facets: [AnyFacet] = [
    AnyFacet(GCSVersioning.self), AnyFacet(GCSEncryption.self), AnyFacet(GCSPublicAccess.self),
    AnyFacet(GCSUniformAccess.self), AnyFacet(GCSCORS.self), AnyFacet(GCSLifecycle.self), AnyFacet(GCSSoftDelete.self),
    AnyFacet(GCSLogging.self), AnyFacet(GCSLabels.self), AnyFacet(GCSRetention.self), AnyFacet(GCSWebsite.self),
    AnyFacet(GCSRequestPayment.self), AnyFacet(GCSStorageClass.self), AnyFacet(GCSAutoclass.self),
    AnyFacet(GCSEventHolds.self), AnyFacet(GCSRecoveryPoint.self), AnyFacet(GCSHierarchicalNamespace.self),
    AnyFacet(GCSIAM.self),
  ]

  static let kind: Kind = {
    var kind = Kind(
      schema: BucketKind.schema, granularity: .resource { PatchBucket($0, $1, revision: $2) }, facets: facets,
      find: { FindBucket($0) }, create: { CreateBucket.procedure($0) }, delete: { DeleteBucket.procedure($0) },
      contents: { BucketContents.count($0, limit: $1) }, empty: { BucketContents.empty($0) }, list: { ListBuckets($0) },
      revision: { BucketDocument.revision($0) })
    kind.probe = { GCSObjectProbe.probe($0, $1, $2) }
    return kind
  }()
}
