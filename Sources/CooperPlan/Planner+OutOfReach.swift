internal import CooperConfig
internal import CooperDiagnostics
internal import CooperModel
internal import CooperProvider
internal import CooperState

/// Resources of kinds that the language knows and this version has no procedures for: planned from the YAML and the state
/// alone, and blocked as soon as somebody wants to look or write.
extension Planner {
  mutating func planOutOfReach(_ resource: ResourceDeclaration, _ target: Target, recorded entry: RecordedResource?) {
    let refers = resource.origin == .existing
    let action: Action = entry != nil ? .update : refers ? .adopt : .create
    guard !input.isObserved else {
      // Nothing is made of what is only referred to: the YAML's word that it is there is enough to go on.
      guard !refers else {
        plan.diagnostics.append(
          PlanDiagnostic(
            "PLN0032", .note,
            "\(resource.address): not verified: this version of cooper can't look at \(resource.address.section) on "
              + "connections of type \(target.site.type) yet; it is taken to be there, as origin: existing says"))
        return
      }
      plan.blocked.append(
        Blocked(
          address: resource.address, action: action,
          why: [
            "this version of cooper can't reach \(resource.address.section) on connections of type \(target.site.type) yet",
            "it is checked and planned offline:  cooper plan --no-observe",
          ], consent: [], origin: origin(resource.range)))
      return
    }
    if let entry, !entry.identity.isSame(as: target.identity) {
      return block(replacementOf: resource, entry, target)
    }
    let kind = input.registry.kindNames[resource.address.section] ?? resource.address.section
    var target = target
    target.region = resource.region
    outOfReach[target.site.type, default: 0] += 1
    var change = makeChange(resource, action, kind, target)
    change.refersOnly = refers
    change.reasons = [entry == nil ? (refers ? .adopted : .declared) : .configurationChanged]
    change.facets = resource.facets.compactMap { facet in
      let before = entry?.facets[facet.name]?.value
      guard entry == nil || before != facet.value else { return nil }
      return FacetPlan(
        name: facet.name, action: .set, reason: entry == nil ? .declared : .configurationChanged, before: before,
        after: facet.value, origin: origin(facet.range ?? resource.range))
    }
    if let entry, change.facets.isEmpty, entry.settings == resource.settings {
      plan.unchanged += 1
    } else {
      plan.changes.append(Change(change))
    }
  }

  /// A plan made offline says what apply will leave alone.
  mutating func noteOutOfReach() {
    if !outOfReach.isEmpty {
      let count = outOfReach.values.reduce(0, +)
      let types = outOfReach.keys.sorted().joined(separator: ", ")
      noteOutOfReach(
        "\(count) \(count == 1 ? "resource is of a kind" : "resources are of kinds") that this version can't reach yet "
          + "(connections of type \(types))")
    }
    if !facetsOutOfReach.isEmpty {
      let count = facetsOutOfReach.count
      let names = Set(facetsOutOfReach.values.joined()).sorted().joined(separator: ", ")
      noteOutOfReach(
        "\(count) \(count == 1 ? "resource has" : "resources have") what this version can't write yet (\(names))")
    }
  }

  private mutating func noteOutOfReach(_ what: String) {
    plan.diagnostics.append(
      PlanDiagnostic("PLN0031", .note, what + ": apply leaves them, and what needs them, alone"))
  }

  /// Before anything is there a store shows nothing of what it holds: who reviews the plan must know what isn't known.
  mutating func noteUnverified(_ connection: ObservedConnection, _ name: String) {
    let unverified = connection.unverified
    guard !unverified.isEmpty else { return }
    plan.connections[plan.connections.count - 1].unverified = Set(unverified.map { "\($0.section)/\($0.facet)" })
      .sorted()
    let facets = Set(unverified.map(\.facet)).sorted()
    let sections = Set(unverified.map(\.section)).sorted().joined(separator: ", ")
    plan.diagnostics.append(
      PlanDiagnostic(
        "PLN0036", .warning,
        "connection \"\(name)\": not verified: whether its store holds \(facets.joined(separator: ", ")) of \(sections)",
        origin: origin(input.desired.connections[name]?.range),
        notes: Set(unverified.map(\.reason)).sorted() + [
          "nothing is there yet that could be looked at: apply makes it, looks at each of these before its first write, and "
            + "refuses what the store can't hold; what was made then stays without it"
        ], fix: ["cooper check \(name)   as soon as something is there"]))
  }

  /// Where a platform shows nothing, a plan is made on what is recorded, and says so.
  mutating func noteUnverified() {
    guard input.isObserved else { return }
    let silent = sections { $0.showsNothing }
    if silent.isEmpty { return }
    // Diagnostics are sorted when the plan is whole.
    for (address, target) in input.targets
    where silent[target.site.type]?.contains(address.section) == true && !givens.contains(address) {
      let what = recorded[address] == nil ? "nothing of it is recorded" : "it is taken to be as recorded"
      plan.diagnostics.append(
        PlanDiagnostic(
          "PLN0032", .note, "\(address): not verified: \(target.site.type) shows nothing of its entries; \(what)"))
    }
  }

  /// Of each type of connection in use the sections of such kinds; most have none, and asking for each resource is dear.
  private func sections(where isSuch: (Kind) -> Bool) -> [String: Set<String>] {
    var found: [String: Set<String>] = [:]
    for type in Set(input.observed.connections.values.map(\.site.type)) {
      let kinds = input.registry.provider(ofType: type)?.kinds.filter(isSuch) ?? []
      if !kinds.isEmpty { found[type] = Set(kinds.map(\.schema.section)) }
    }
    return found
  }

  /// What a kind says of its resources: a loss in every plan, a choice where something of it changes.
  mutating func noteRemarks(_ desired: [ResourceDeclaration]) {
    let remarking = sections { $0.remarks != nil }
    if remarking.isEmpty { return }
    let changed = Set(plan.changes.map(\.address))
    for resource in desired {
      guard let target = input.targets[resource.address],
        remarking[target.site.type]?.contains(resource.address.section) == true,
        let remarks = input.registry.kind(section: resource.address.section, ofType: target.site.type)?.remarks
      else { continue }
      for remark in remarks(target) where remark.isLoss || changed.contains(resource.address) {
        plan.diagnostics.append(
          PlanDiagnostic(
            remark.isLoss ? "PLN0034" : "PLN0035", remark.isLoss ? .warning : .note,
            "\(resource.address): \(remark.words)", address: resource.address, origin: origin(resource.range)))
      }
    }
  }

  /// What needs something that can't be made now can't be made either; the rest goes on.
  mutating func blockDependents() {
    // What is only referred to is there, whether or not this version can look at it.
    let existing = Set(input.desired.resources.filter { $0.origin == .existing }.map(\.address))
    var stopped = Set(
      plan.blocked.filter {
        recorded[$0.address] == nil && ($0.action == .create || $0.action == .adopt) && !existing.contains($0.address)
      }.map(\.address))
    guard !stopped.isEmpty else { return }
    var goesOn = true
    while goesOn {
      goesOn = false
      for change in plan.changes where recorded[change.address] == nil {
        guard let need = change.dependsOn.first(where: { stopped.contains($0) && $0 != change.address }) else {
          continue
        }
        stopped.insert(change.address)
        goesOn = true
        plan.blocked.append(
          Blocked(
            address: change.address, action: change.action, why: ["it needs \(need), which is blocked"], consent: [],
            origin: change.origin))
      }
      plan.changes.removeAll { stopped.contains($0.address) }
    }
  }
}
