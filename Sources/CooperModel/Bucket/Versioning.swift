public import CooperSchema

/// Whether a bucket keeps earlier versions of its objects; a bucket that never had versions has no value at all.
public enum Versioning: String, SchemaChoice {
  case enabled
  /// Versions that are there stay, new ones are not made; there is no way back to never-versioned.
  case suspended

  public static let facet = FacetSchema(
    name: "versioning", shape: shape,
    summary: "Keeps earlier versions of objects; once enabled it can only be suspended, never unset.",
    example: "enabled")
}
