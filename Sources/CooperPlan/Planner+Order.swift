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
    let edges = Dictionary(grouping: input.desired.graph.edges, by: \.from)
    if !edges.isEmpty {
      for index in plan.changes.indices where ![.delete, .forget].contains(plan.changes[index].action) {
        let address = plan.changes[index].address
        guard let own = edges[address] else { continue }
        let facets = Set(plan.changes[index].facets.map(\.name))
        let change = plan.changes[index]
        let carried: Set<String> =
          change.action == .create
          ? input.registry.kind(section: address.section, ofType: change.target.site.type)?.bornWith ?? [] : []
        var before: Set<Address> = []
        var waits: [String: Set<Address>] = [:]
        for edge in own where edge.to != address {
          for needed in changed(edge.to, places, edges, besides: address) {
            if facets.contains(edge.field), !carried.contains(edge.field) {
              waits[edge.field, default: []].insert(needed)
            } else {
              before.insert(needed)
            }
          }
        }
        if before.isEmpty, waits.isEmpty { continue }
        plan.changes[index].whole.startsAfter = before.sorted()
        plan.changes[index].whole.facetWaits = waits.mapValues { $0.sorted() }
      }
    }
    orderRemovals(places)
  }

  /// The changes behind a need: of the resource itself, or of what it needs in turn where it is only used.
  private func changed(
    _ address: Address, _ places: [Address: Int], _ edges: [Address: [ResourceGraph.Edge]], besides origin: Address
  ) -> Set<Address> {
    if address == origin { return [] }
    if places[address] != nil { return [address] }
    guard givens.contains(address) else { return [] }
    var found: Set<Address> = []
    for edge in edges[address] ?? [] where edge.to != address {
      found.formUnion(changed(edge.to, places, edges, besides: origin))
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
