public import CooperSchema

/// Whether a Google bucket has folders of its own; said once, when it is made (Cloud Storage documentation, "Hierarchical
/// namespace").
public enum HierarchicalNamespace: String, SchemaChoice {
  case enabled, disabled

  public static let facet = FacetSchema(
    name: "hierarchicalNamespace", shape: shape,
    summary: "Whether the bucket has real folders; only a bucket that is made can get them.", example: "enabled",
    cleared: "disabled")
}
