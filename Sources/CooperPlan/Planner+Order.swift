internal import CooperConfig
internal import CooperModel
internal import CooperProvider
internal import CooperState

/// What must be done before what, as far as this plan does it.
extension Planner {
  /// A setting that names another resource, or lives on it, waits until that is finished; a facet waits until that is
  /// made and its plain facets are written, so that two buckets may replicate to each other; what goes, goes before what
  /// it needed.
  mutating func order() {
    let places = Dictionary(
      plan.changes.enumerated().map { ($1.address, $0) }, uniquingKeysWith: { first, _ in first })
    let graph = input.desired.graph
    // Kinds hold many closures, and there are few of them.
    var bornWith: [String: Set<String>] = [:]
    for index in graph.edges.isEmpty ? 0..<0 : plan.changes.indices {
      let own = graph.edges(of: plan.changes[index].address)
      if own.isEmpty { continue }
      let change = plan.changes[index].whole
      if change.action == .delete || change.action == .forget { continue }
      var before: [Address] = []
      var waits: [String: [Address]] = [:]
      for edge in own where edge.to != change.address {
        let needed = changed(edge.to, places, besides: change.address)
        if needed.isEmpty { continue }
        if change.facets.contains(where: { $0.name == edge.field }), !isCarried(edge.field, change, &bornWith) {
          waits[edge.field, default: []] += needed
        } else {
          before += needed
        }
      }
      if before.isEmpty, waits.isEmpty { continue }
      var ordered = change
      ordered.startsAfter = before.sortedOnce()
      ordered.facetWaits = waits.mapValues { $0.sortedOnce() }
      plan.changes[index] = Change(ordered)
    }
    orderRemovals(places)
  }

  /// Whether the call that makes the resource carries the facet as well.
  private func isCarried(_ facet: String, _ change: ChangeFields, _ known: inout [String: Set<String>]) -> Bool {
    guard change.action == .create else { return false }
    let key = change.address.section + " " + change.target.site.type
    if let facets = known[key] { return facets.contains(facet) }
    let facets = input.registry.kind(section: change.address.section, ofType: change.target.site.type)?.bornWith ?? []
    known[key] = facets
    return facets.contains(facet)
  }

  /// The changes behind a need: of the resource itself, or of what it needs in turn where it is only used.
  private func changed(_ address: Address, _ places: [Address: Int], besides origin: Address) -> [Address] {
    if address == origin { return [] }
    if places[address] != nil { return [address] }
    guard givens.contains(address) else { return [] }
    var found: [Address] = []
    for edge in input.desired.graph.edges(of: address) where edge.to != address {
      found += changed(edge.to, places, besides: origin)
    }
    return found
  }

  /// What a resource names, and what stands behind those of them that are only used; sorted.
  func needs(of address: Address) -> [Address] {
    let direct = input.desired.graph.needs(of: address)
    guard direct.contains(where: givens.contains) else { return direct }
    var found = Set(direct)
    var open = direct.filter(givens.contains)
    while let given = open.popLast() {
      for next in input.desired.graph.needs(of: given) where next != address && found.insert(next).inserted {
        if givens.contains(next) { open.append(next) }
      }
    }
    return found.sorted()
  }

  private mutating func orderRemovals(_ places: [Address: Int]) {
    guard plan.changes.contains(where: { $0.action == .delete }) else { return }
    for (address, entry) in recorded.sorted(by: { $0.key < $1.key }) {
      guard places[address] != nil else { continue }
      for needed in entry.dependsOn {
        guard let place = places[needed], plan.changes[place].action == .delete, needed != address else { continue }
        plan.changes[place].startsAfter.append(address)
      }
    }
  }
}

extension [Address] {
  /// Sorted, each once; most have one.
  fileprivate func sortedOnce() -> [Address] { count < 2 ? self : Set(self).sorted() }
}
