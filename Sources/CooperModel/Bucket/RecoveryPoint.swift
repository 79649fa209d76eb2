public import CooperSchema

/// How soon objects of a Google dual-region are in both places (Cloud Storage documentation, "Data availability and
/// durability": turbo replication).
public enum RecoveryPoint: String, SchemaChoice {
  case standard = "DEFAULT"
  /// Within 15 minutes.
  case asyncTurbo = "ASYNC_TURBO"

  public static let facet = FacetSchema(
    name: "rpo", shape: shape,
    summary: "How soon objects of a dual-region are in both places: ASYNC_TURBO is within 15 minutes.",
    example: "ASYNC_TURBO")
}
