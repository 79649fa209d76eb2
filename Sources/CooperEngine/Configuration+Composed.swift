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
    _ recorded: StateSnapshot, _ opened: Connections, _ registry: ProviderRegistry, at now: Int64 = 0,
    keys: KeyFiles = .none, sights: KeySights = KeySights()
  ) -> Configuration {
    let born = RecordedOutputs(recorded)
    // Their index by address is made anew with each assignment, so they are worked on apart.
    var resources = born.isEmpty ? self.resources : self.resources.map { born.filling($0) }
    let types = Dictionary(
      connections.map { ($0.key, $0.value.declaration.type) }, uniquingKeysWith: { first, _ in first })
    func kind(_ resource: ResourceDeclaration) -> Kind? {
      types[resource.connection].flatMap { registry.kind(section: resource.address.section, ofType: $0) }
    }
    let kinds = registry.providers.flatMap(\.kinds)
    func places(_ isMeant: (Kind) -> Bool) -> [Int] {
      // By their section first, so that thousands of buckets are passed over quickly.
      let sections = Set(kinds.filter(isMeant).map(\.schema.section))
      return resources.indices.filter {
        sections.contains(resources[$0].address.section) && kind(resources[$0]).map(isMeant) ?? false
      }
    }
    var entries: [Address: RecordedResource]?
    for index in places({ $0.keys != nil }) {
      let resource = resources[index]
      guard let wanted = resource.settings[IssuedKeys.setting], let issuer = kind(resource)?.keys else { continue }
      let known = entries ?? Moves.resolve(self, recorded).resources
      entries = known
      let ledger = KeyLedger(known[resource.address]?.outputs[IssuedKeys.ledgerOutput])
      let demand = KeyDemand(resource.address, wanted, ledger, issuer.limit, now, keys, sights)
      resources[index].add(IssuedKeys.facetName, demand.value)
    }
    var composed = self
    composed.resources = resources
    if !born.isEmpty { composed.givens = givens.map { born.filling($0) } }
    let composing = places { $0.payload != nil }
    let refining = places { $0.refine != nil }
    guard !composing.isEmpty || !refining.isEmpty else { return composed }
    let relations = Relations(composed, recorded, opened, registry)
    for index in composing {
      let resource = resources[index]
      guard let payload = kind(resource)?.payload, let target = relations.target(of: resource) else { continue }
      let composition = Composition(
        target: target, connection: connections[resource.connection]?.declaration.settings ?? ValueMap(),
        facets: Dictionary(resource.facets.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
      do throws(CallFailure) {
        let value = try payload.compose(composition)
        resources[index].add(payload.facet.name, value)
        resources[index].knownAfterApply = value.unknowns.sorted()
      } catch {
        resources[index].faults.append("\(error.code): \(error.message)")
      }
    }
    if !refining.isEmpty {
      let entries = entries ?? Moves.resolve(self, recorded).resources
      for index in refining {
        guard let refine = kind(resources[index])?.refine else { continue }
        resources[index].whole.refine(refine, self, entries, relations, registry)
      }
    }
    composed.resources = resources
    return composed
  }
}

extension ResourceDeclaration {
  fileprivate mutating func add(_ facet: String, _ value: Value) {
    whole.facets.append(FacetDeclaration(name: facet, value: value, range: whole.range))
    whole.facets.sort { $0.name < $1.name }
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
    var resource = resource.whole
    resource.knownAfterApply.removeAll { values[$0] != nil }
    for index in resource.facets.indices where resource.facets[index].value.hasUnknowns {
      resource.facets[index].value = resource.facets[index].value.filling { values[$0] }
    }
    if resource.settings.contains(where: { $0.value.hasUnknowns }) {
      resource.settings = ValueMap(resource.settings.map { ($0.key, $0.value.filling { values[$0] }) })
    }
    return ResourceDeclaration(resource)
  }
}
