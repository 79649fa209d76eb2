internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// A facet's value as a JSON document in the metadata directory.
enum MetadataDocument {
  static func read<Model: SchemaValue>(_ target: Target, _ facet: String) -> any Procedure<Observed<Model>> {
    SingleCall(LocalBucket.call(.get, target, [QueryItem(facet)])) { reply throws(CallFailure) in
      if reply.status == 204 { return .absent }
      guard reply.status == 200 else { throw LocalFailure.from(reply, target.name) }
      do {
        return .present(try Model(value: try ValueJSON.decode(reply.body)))
      } catch {
        throw CallFailure(
          .protocolBroken, code: "LOC0002",
          "the metadata of \(target.name), facet \(facet), is not what Cooper writes: \(error)")
      }
    }
  }

  static func write(_ value: Value?, _ target: Target, _ facet: String) -> Effect {
    let call =
      value.map { LocalBucket.call(.put, target, [QueryItem(facet)], body: ValueJSON.encode($0, pretty: true)) }
      ?? LocalBucket.call(.delete, target, [QueryItem(facet)])
    return Effect(
      rank: 100,
      .procedure(
        SingleCall(call) { reply throws(CallFailure) in
          guard reply.status == 200 || reply.status == 204 else { throw LocalFailure.from(reply, target.name) }
        }))
  }
}
