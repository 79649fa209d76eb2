internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// The versioning flag of a directory: metadata for those who back it up, a file system keeps no versions by itself.
enum LocalVersioning: Facet {
  typealias Model = Versioning

  static var schema: FacetSchema { Versioning.facet }

  static func read(_ target: Target) -> any Procedure<Observed<Versioning>> {
    MetadataDocument.read(target, schema.name)
  }

  static func write(_ change: FacetChange<Versioning>, on target: Target) throws(CallFailure) -> Effect {
    MetadataDocument.write(change.after?.value, target, schema.name)
  }
}
