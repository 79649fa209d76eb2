public import CooperConfig
internal import CooperModel
public import CooperProvider
internal import CooperSchema
public import CooperState

extension Configuration {
  /// The same project with exactly what is recorded declared: a plan of it holds no edits, so what it shows is drift,
  /// also of resources whose block was edited or removed since.
  public func asRecorded(_ recorded: StateSnapshot, _ registry: ProviderRegistry) -> Configuration {
    var mirrored = self
    let declared = Dictionary(resources.map { ($0.address, $0) }, uniquingKeysWith: { $1 })
    let entries = Moves.resolve(self, recorded).resources
    mirrored.resources = entries.sorted { $0.key < $1.key }.map { address, entry in
      let kind = connections[entry.connection].flatMap {
        registry.kind(section: address.section, ofType: $0.declaration.type)
      }
      let facets = entry.facets.sorted { $0.key < $1.key }.compactMap { name, facet -> FacetDeclaration? in
        guard let value = facet.value ?? kind?.facet(name)?.schema.cleared else { return nil }
        return FacetDeclaration(name: name, value: value, range: declared[address]?.facet(name)?.range)
      }
      return ResourceDeclaration(
        address: address, connection: entry.connection, name: entry.identity.name, region: entry.region,
        settings: entry.settings, facets: facets, deletion: entry.deletion,
        origin: entry.origin == .existing ? .existing : .managed, shared: declared[address]?.shared ?? [],
        range: declared[address]?.range)
    }
    return mirrored
  }
}
