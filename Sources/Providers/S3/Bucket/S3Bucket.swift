import CooperModel
import CooperProvider
import CooperSchema

/// The bucket on S3 and compatible stores: found, made, read, changed and removed by the calls of this folder.
enum S3Bucket {
  /// One line for each facet that S3 has; the order is that of reference pages and plans.
  static let facets: [AnyFacet] = [
    AnyFacet(S3Versioning.self), AnyFacet(S3Encryption.self), AnyFacet(S3PublicAccess.self),
    AnyFacet(S3Ownership.self), AnyFacet(S3CORS.self), AnyFacet(S3Lifecycle.self), AnyFacet(S3Policy.self),
    AnyFacet(S3Tags.self), AnyFacet(S3Replication.self), AnyFacet(S3AccessLogging.self), AnyFacet(S3ObjectLock.self),
    AnyFacet(S3Notifications.self), AnyFacet(S3Website.self), AnyFacet(S3ACL.self), AnyFacet(S3RequestPayment.self),
    AnyFacet(S3Acceleration.self), AnyFacet(S3IntelligentTiering.self), AnyFacet(S3Inventory.self),
    AnyFacet(S3RequestMetrics.self), AnyFacet(S3StorageAnalytics.self),
  ]

  static let kind: Kind = {
    var kind = Kind(
      schema: BucketKind.schema, granularity: .facet, facets: facets, find: { FindBucket.procedure($0) },
      create: { CreateBucket.procedure($0) }, delete: { DeleteBucket.procedure($0) },
      contents: { BucketContents.count($0, limit: $1) }, empty: { BucketContents.empty($0) }, list: { ListBuckets($0) })
    kind.probe = { S3ObjectProbe.probe($0, $1, $2) }
    return kind
  }()
}
