internal import CooperModel
internal import CooperSchema

/// Shapes of whole sections, made from the catalog; they guide merging.
struct ProjectShapes: Sendable {
  private let entries: [String: Shape]

  init(_ catalog: Catalog) {
    var entries: [String: Shape] = [:]
    for (section, kind) in catalog.kinds { entries[section] = .object(Self.resource(kind)) }
    if let bucket = catalog.kinds["buckets"] {
      var profile = Self.resource(bucket)
      let block = Shape.object(profile)
      for type in catalog.connectionTypes.keys.sorted() {
        profile.fields.append(FieldShape(type, block, summary: "For buckets on connections of this type only."))
      }
      entries["profiles"] = .object(profile)
    }
    self.entries = entries
  }

  func ofEntries(in section: String) -> Shape? { entries[section] }

  private static func resource(_ kind: KindSchema) -> ObjectShape {
    ObjectShape(
      kind.name, summary: kind.summary,
      fields: kind.settings + kind.facets.map { FieldShape($0.name, $0.shape, summary: $0.summary) }
        + [RuleFields.field])
  }
}
