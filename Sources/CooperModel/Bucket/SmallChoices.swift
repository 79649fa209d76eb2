public import CooperSchema

/// Transfers to a bucket by way of Amazon's edge; it can't be unset, and suspended is the same as never set.
public enum Acceleration: String, SchemaChoice {
  case enabled, suspended

  public static let facet = FacetSchema(
    name: "accelerate", shape: shape, summary: "Transfers by way of Amazon's edge.", example: "enabled",
    cleared: suspended.value)
}

/// Who pays for requests and transfer.
public enum RequestPayment: String, SchemaChoice {
  case bucketOwner, requester

  public static let facet = FacetSchema(
    name: "requestPayment", shape: shape, summary: "Who pays for requests and transfer.", example: "requester",
    cleared: bucketOwner.value)
}

/// A ready-made list of rights; S3 reads grants back and not its name (S3 User Guide, canned ACL).
public enum CannedACL: String, SchemaChoice {
  case `private`
  case publicRead = "public-read"
  case publicReadWrite = "public-read-write"
  case authenticatedRead = "authenticated-read"
  case logDeliveryWrite = "log-delivery-write"

  public static let facet = FacetSchema(
    name: "acl", shape: shape,
    summary: "A ready-made list of rights; off while ownership is BucketOwnerEnforced.", example: "private",
    cleared: CannedACL.private.value, overwriteNeedsConsent: true)
}

/// The class of objects that name none, on Google (Cloud Storage documentation, storage classes).
public enum StorageClass: String, SchemaChoice {
  case standard = "STANDARD"
  case nearline = "NEARLINE"
  case coldline = "COLDLINE"
  case archive = "ARCHIVE"
  /// Of old buckets; they stay what they are.
  case multiRegional = "MULTI_REGIONAL"
  case regional = "REGIONAL"
  case durableReducedAvailability = "DURABLE_REDUCED_AVAILABILITY"

  public static let facet = FacetSchema(
    name: "storageClass", shape: shape, summary: "Storage class of objects that name none.", example: "NEARLINE")
}

/// Whether new objects are held until somebody lets go of them.
public enum EventHolds: String, SchemaChoice {
  case enabled, disabled

  public static let facet = FacetSchema(
    name: "eventHolds", shape: shape, summary: "Holds new objects until somebody lets go of them.", example: "enabled")
}

/// Who may read a container without signing in.
public enum AnonymousAccess: String, SchemaChoice {
  case none
  /// Blobs whose name is known.
  case blob
  /// All blobs, with their list.
  case container

  public static let facet = FacetSchema(
    name: "anonymousAccess", shape: shape,
    summary: "What may be read without signing in; the account must allow it as well.", example: "none")
}
