internal import CooperConfig
internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperSchema
internal import CooperState

// Platforms that an identity trusts: what they say of themselves is asked when the identity is made, and kept with it.

extension ResourceFields {
  /// Connections whose platform is asked, because the trust leaves to it what it says.
  var askedParties: [String] {
    guard address.section == Identity.section else { return [] }
    return ((written["trust"] ?? facet("trust")?.value)?.list ?? []).compactMap { entry in
      entry["externalId"] == nil ? entry["party"]?.string : nil
    }
  }

  /// Puts in the place of facets what the provider's kind makes of them.
  mutating func refine(
    _ refine: @Sendable (Composition) throws(CallFailure) -> [String: Value], _ configuration: Configuration,
    _ recorded: [Address: RecordedResource], _ relations: Relations, _ registry: ProviderRegistry
  ) {
    guard let target = relations.target(of: ResourceDeclaration(self)) else { return }
    var composition = Composition(
      target: target, connection: configuration.connections[connection]?.declaration.settings ?? ValueMap(),
      facets: Dictionary(facets.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
    composition.description = description
    let kept = recorded[address]?.outputs["parties"]
    for entry in facet("trust")?.value.list ?? [] {
      guard let name = entry["party"]?.string, let type = configuration.connections[name]?.declaration.type else {
        continue
      }
      let outputs = registry.provider(ofType: type)?.connectionTypes.first { $0.name == type }?.partyOutputs ?? []
      var values = ValueMap()
      for output in outputs { values[output] = kept?[name]?[output] ?? .unknown("connections.\(name).\(output)") }
      composition.parties[name] = Composition.Party(type: type, values: values)
    }
    var unknowns = Set(knownAfterApply.filter { !$0.hasPrefix("connections.") })
    composition.grants = configuration.statements(grantedTo: address) { section, type in
      registry.support(section: section, ofType: type)
    }
    do throws(CallFailure) {
      for (name, value) in try refine(composition) {
        if let index = facets.firstIndex(where: { $0.name == name }) {
          written[name] = facets[index].value
          facets[index].value = value
        } else {
          facets.append(FacetDeclaration(name: name, value: value, range: range))
        }
        unknowns.formUnion(value.unknowns)
      }
      facets.sort { $0.name < $1.name }
      knownAfterApply = unknowns.sorted()
    } catch {
      faults.append("\(error.code): \(error.message)")
    }
  }
}

extension OutputBook {
  /// What a platform says of itself, for `connections.NAME.OUTPUT`.
  func askParty(_ name: String) async throws(CallFailure) {
    guard let (address, _) = Self.parts(name) else { return }
    guard let connection = connections.opened[address.name] else {
      if let failure = connections.failures[address.name] { throw failure }
      return
    }
    guard let ask = registry.provider(ofType: connection.site.type)?.party else { return }
    learn(address, try await runner.run(ask(connection.site, "aws"), on: connection))
  }

  /// By connection, what platforms said that a change needs; empty where it needs none.
  func parties(of change: Change) -> ValueMap {
    var parties = ValueMap()
    for name in Set(change.facets.compactMap(\.after).flatMap(\.unknowns)) where name.hasPrefix("connections.") {
      guard let (address, output) = Self.parts(name), let value = value(name) else { continue }
      var values = parties[address.name]?.map ?? ValueMap()
      values[output] = value
      parties[address.name] = .map(values)
    }
    return parties
  }
}
