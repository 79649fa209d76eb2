import CooperSchema

/// How long deleted data can be brought back.
public enum SoftDelete {
  private static let day: Int64 = 86_400

  /// Zero, which is off, or 7 to 90 days (Cloud Storage documentation, soft delete); of a bucket.
  public static let facet = FacetSchema(
    name: "softDelete", shape: .duration(0...(90 * day)),
    summary: "How long deleted objects can be brought back: 7 to 90 days, or 0s for not at all.", example: "7d",
    problems: { value in
      guard let text = value.string, let span = TimeSpan(text), span.seconds != 0, span.seconds < 7 * day else {
        return []
      }
      return [
        FacetProblem(
          path: [], code: "SOF0001", message: "deleted objects are kept for 7 to 90 days, or not at all",
          fix: "softDelete: 7d")
      ]
    })
}
