public import CooperConfig
internal import CooperModel
internal import CooperPlan
public import CooperProvider
internal import CooperSchema
public import CooperState

extension Configuration {
  /// The same project with what is recorded of values born in apply filled in, and with the documents that kinds make of
  /// settings standing among the facets; its digest stays that of the YAML.
  public func composed(
    _ recorded: StateSnapshot, _ connections: Connections, _ registry: ProviderRegistry, at now: Int64 = 0,
    keys: KeyFiles = .none, sights: KeySights = KeySights()
  ) -> Configuration {
    var composed = self
    let born = RecordedOutputs(recorded)
    if !born.isEmpty {
      composed.resources = resources.map { born.filling($0) }
      composed.givens = givens.map { born.filling($0) }
    }
    let types = Dictionary(
      self.connections.map { ($0.key, $0.value.declaration.type) }, uniquingKeysWith: { first, _ in first })
    func kind(_ resource: ResourceDeclaration) -> Kind? {
      types[resource.connection].flatMap { registry.kind(section: resource.address.section, ofType: $0) }
    }
    func payload(_ resource: ResourceDeclaration) -> Payload? { kind(resource)?.payload }
    var entries: [Address: RecordedResource]?
    for index in composed.resources.indices {
      let resource = composed.resources[index]
      guard let wanted = resource.settings[IssuedKeys.setting], let issuer = kind(resource)?.keys else { continue }
      let known = entries ?? Moves.resolve(self, recorded).resources
      entries = known
      let ledger = KeyLedger(known[resource.address]?.outputs[IssuedKeys.ledgerOutput])
      let demand = KeyDemand(resource.address, wanted, ledger, issuer.limit, now, keys, sights)
      composed.resources[index].facets.append(
        FacetDeclaration(name: IssuedKeys.facetName, value: demand.value, range: resource.range))
      composed.resources[index].facets.sort { $0.name < $1.name }
    }
    let hasPayloads = composed.resources.contains { payload($0) != nil }
    let refining = Set(registry.providers.flatMap(\.kinds).filter { $0.refine != nil }.map(\.schema.section))
    let refines = composed.resources.contains {
      refining.contains($0.address.section) && kind($0)?.refine != nil
    }
    guard hasPayloads || refines else { return composed }
    let relations = Relations(composed, recorded, connections, registry)
    for index in composed.resources.indices {
      let resource = composed.resources[index]
      guard let payload = payload(resource), let target = relations.target(of: resource) else { continue }
      let composition = Composition(
        target: target, connection: self.connections[resource.connection]?.declaration.settings ?? ValueMap(),
        facets: Dictionary(resource.facets.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
      do throws(CallFailure) {
        let value = try payload.compose(composition)
        composed.resources[index].facets.append(
          FacetDeclaration(name: payload.facet.name, value: value, range: resource.range))
        composed.resources[index].facets.sort { $0.name < $1.name }
        composed.resources[index].knownAfterApply = value.unknowns.sorted()
      } catch {
        composed.resources[index].faults.append("\(error.code): \(error.message)")
      }
    }
    if refines {
      let entries = entries ?? Moves.resolve(self, recorded).resources
      for index in composed.resources.indices {
        guard refining.contains(composed.resources[index].address.section),
          let refine = kind(composed.resources[index])?.refine
        else { continue }
        composed.resources[index].whole.refine(refine, self, entries, relations, registry)
      }
    }
    return composed
  }
}

/// Outputs of resources as the state has them, by full name, e.g. `buckets.hk.bucketName`.
struct RecordedOutputs: Sendable {
  private var values: [String: Value] = [:]

  init(_ recorded: StateSnapshot) {
    for (address, entry) in recorded.resources where !entry.outputs.isEmpty {
      for pair in entry.outputs { values["\(address).\(pair.key)"] = pair.value }
    }
  }

  var isEmpty: Bool { values.isEmpty }

  func filling(_ resource: ResourceDeclaration) -> ResourceDeclaration {
    guard !resource.knownAfterApply.isEmpty else { return resource }
    var resource = resource
    resource.knownAfterApply.removeAll { values[$0] != nil }
    for index in resource.facets.indices where resource.facets[index].value.hasUnknowns {
      resource.facets[index].value = resource.facets[index].value.filling { values[$0] }
    }
    if resource.settings.contains(where: { $0.value.hasUnknowns }) {
      resource.settings = ValueMap(resource.settings.map { ($0.key, $0.value.filling { values[$0] }) })
    }
    return resource
  }
}
