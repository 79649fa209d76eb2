public import CooperSchema

/// Whether a Google bucket's rights are those of IAM alone, without ACLs.
public enum UniformAccess: String, SchemaChoice {
  /// After 90 days it can't be turned off any more (Cloud Storage documentation, uniform bucket-level access).
  case enabled
  case disabled

  public static let facet = FacetSchema(
    name: "uniformAccess", shape: shape,
    summary: "Rights come from IAM alone and ACLs are off; 90 days after it was enabled there is no way back.",
    example: "enabled")
}
