internal import CooperModel
internal import CooperSchema

/// Grants that are things of their own and yet stand in a facet of their bucket: where the YAML owns that facet whole, it
/// holds what the grants say as well, so that the two never undo each other's work.
extension Elaborator {
  func joinGrants(_ made: inout [ResourceDeclaration]) {
    let grants = made.filter { $0.address.section == Grant.section }
    guard !grants.isEmpty else { return }
    var places: [String: Int] = [:]
    for (index, resource) in made.enumerated() where resource.address.section == BucketKind.section {
      places[resource.address.name] = index
    }
    let facets = catalog.kinds[BucketKind.section]
    for grant in grants {
      guard let type = connections[grant.connection].flatMap({ catalog.connectionTypes[$0.declaration.type] }),
        let joined = type.support[Grant.section]?.joined, let derived = grant.facet(joined.derived)?.value
      else { continue }
      for name in bucketNames(of: grant) {
        guard let place = places[name], !made[place].shared.contains(joined.facet),
          let index = made[place].facets.firstIndex(where: { $0.name == joined.facet }),
          let known = made[place].facets[index].value.list
        else { continue }
        let added = joined.entries(derived, made[place].name).filter { !known.contains($0) }
        // Which grant stands first in the files means nothing.
        let all = Value.list(known + added)
        made[place].facets[index].value = facets?.facet(joined.facet).map { canonical(all, $0.shape) } ?? all
      }
    }
  }
}
