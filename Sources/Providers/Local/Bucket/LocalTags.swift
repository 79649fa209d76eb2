internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// Tags of a directory, kept as a JSON map beside it.
enum LocalTags: Facet {
  typealias Model = Tags

  static var schema: FacetSchema { TagSet.facet }

  static func read(_ target: Target) -> any Procedure<Observed<Tags>> { MetadataDocument.read(target, schema.name) }

  static func write(_ change: FacetChange<Tags>, on target: Target) throws(CallFailure) -> Effect {
    let tags = change.after ?? [:]
    return MetadataDocument.write(tags.isEmpty ? nil : tags.value, target, schema.name)
  }
}
