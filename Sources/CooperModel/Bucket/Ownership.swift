public import CooperSchema

/// Who owns the objects that others write into a bucket, and whether ACLs count.
public enum Ownership: String, SchemaChoice {
  /// The bucket's owner owns everything and ACLs are off.
  case bucketOwnerEnforced = "BucketOwnerEnforced"
  case bucketOwnerPreferred = "BucketOwnerPreferred"
  case objectWriter = "ObjectWriter"

  public static let facet = FacetSchema(
    name: "ownership", shape: shape,
    summary: "Who owns objects that others write; BucketOwnerEnforced turns ACLs off.",
    example: "BucketOwnerEnforced")
}
