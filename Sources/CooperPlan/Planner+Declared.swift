internal import CooperConfig
internal import CooperDiagnostics
public import CooperModel
public import CooperProvider
internal import CooperSchema
internal import CooperState

/// Rows of the decision table in which the resource is declared.
extension Planner {
  mutating func planDeclared(_ resource: ResourceDeclaration, recorded entry: RecordedResource?) {
    let address = resource.address
    guard input.observed.connections[resource.connection]?.failure == nil else { return }
    guard let target = input.targets[address] else { return }
    guard let kind = input.registry.kind(section: address.section, ofType: target.site.type) else {
      return planOutOfReach(resource, target, recorded: entry)
    }
    if let entry, !entry.identity.isSame(as: target.identity) {
      return block(replacementOf: resource, entry, target)
    }
    if !resource.faults.isEmpty {
      plan.blocked.append(
        Blocked(
          address: address, action: entry == nil ? .create : .update, why: resource.faults, consent: [],
          origin: origin(resource.range)))
      return
    }
    let observed = input.observed.resources[address] ?? ObservedResource(presence: .absent)
    switch observed.presence {
    case .unknown(let failure): blockUnreadable(resource, failure)
    case .foreign(let owner): blockForeign(resource, target, owner, recorded: entry)
    case .absent: planCreation(resource, kind, target, recorded: entry)
    case .present(let region):
      // Not every store's listing names the region; what was recorded at the creation stays true. Google writes EU for eu.
      if let known = region ?? entry?.region, let wanted = resource.region, known.lowercased() != wanted.lowercased() {
        return blockRegion(resource, observed: known, wanted: wanted)
      }
      if let entry {
        planComparison(resource, kind, target, entry, observed)
      } else {
        planAdoption(resource, kind, target, observed)
      }
    }
  }

  private mutating func planCreation(
    _ resource: ResourceDeclaration, _ kind: Kind, _ target: Target, recorded entry: RecordedResource?
  ) {
    // Nothing was looked at, so what is said to be there is taken to be there.
    let isTaken = resource.origin == .existing || input.desired.adopted.contains { $0.address == resource.address }
    if !input.isObserved, entry == nil, isTaken {
      return planAdoption(resource, kind, target, ObservedResource(presence: .present(region: resource.region)))
    }
    if resource.origin == .existing {
      plan.diagnostics.append(
        PlanDiagnostic(
          "PLN0010", .error, "\(resource.address) is  origin: existing  but \(target.name) does not exist",
          address: resource.address, origin: origin(resource.range),
          fix: ["correct bucketName, or remove  origin: existing  to have Cooper make it"]))
      return
    }
    if let adoption = input.desired.adopted.first(where: { $0.address == resource.address }), entry == nil {
      plan.diagnostics.append(
        PlanDiagnostic(
          "PLN0011", .error, "adopted: \(adoption.name) does not exist", address: resource.address,
          origin: origin(adoption.range), fix: ["correct the name, or remove the entry to have Cooper make a new one"]))
      return
    }
    var change = makeChange(resource, .create, kind, target)
    // What vanished under its earlier address is recorded there: without the move one bucket had two records.
    change.movedFrom = moves[resource.address]
    if let entry {
      let interrupted = entry.status == .creating
      change.reasons = [interrupted ? .interrupted : .vanished]
      if !interrupted {
        plan.drift.append(
          Drift(
            address: resource.address, facet: nil, recorded: .string(target.name), observed: nil, origin: change.origin)
        )
        plan.diagnostics.append(
          PlanDiagnostic(
            "PLN0012", .warning, "\(target.name) was recorded and is gone; its data is not coming back with the bucket",
            address: resource.address, origin: change.origin))
      }
    } else {
      change.reasons = [.declared]
    }
    var comparison = FacetComparison(
      input: input, kind: kind, target: target.beingMade(with: resource.facets), resource: resource, recorded: nil,
      isNew: true)
    // What another resource showed the platform to lack, it lacks for this one too.
    let learned = input.observed.resources[resource.address]?.facets ?? [:]
    comparison.compare(ObservedResource(presence: .absent, facets: learned), &forms)
    finish(&change, comparison, resource)
  }

  private mutating func planAdoption(
    _ resource: ResourceDeclaration, _ kind: Kind, _ target: Target, _ observed: ObservedResource
  ) {
    let adoption = input.desired.adopted.first { $0.address == resource.address }
    if resource.origin == .managed {
      guard let adoption else { return blockUnadopted(resource, target) }
      let support = input.registry.support(section: resource.address.section, ofType: target.site.type)
      let given = support?.given?(adoption.name) ?? GivenName(adoption.name)
      guard given.name == target.name, given.account == nil || given.account == target.identity.account else {
        plan.diagnostics.append(
          PlanDiagnostic(
            "PLN0013", .error, "adopted: says \(adoption.name), but \(resource.address) is named \(target.name)",
            address: resource.address, origin: origin(adoption.range), fix: ["make the two names equal"]))
        return
      }
    }
    var change = makeChange(resource, .adopt, kind, target)
    change.reasons = [.adopted]
    change.refersOnly = resource.origin == .existing
    var comparison = FacetComparison(
      input: input, kind: kind, target: target, resource: resource, recorded: nil, isNew: false)
    comparison.compare(observed, &forms)
    finish(&change, comparison, resource)
  }

  private mutating func planComparison(
    _ resource: ResourceDeclaration, _ kind: Kind, _ target: Target, _ entry: RecordedResource,
    _ observed: ObservedResource
  ) {
    let interrupted = entry.status == .creating
    var change = makeChange(resource, interrupted ? .adopt : .update, kind, target)
    change.refersOnly = resource.origin == .existing
    if interrupted { change.reasons.append(.interrupted) }
    if let from = moves[resource.address] {
      change.movedFrom = from
      change.reasons.append(.renamed)
    }
    var comparison = FacetComparison(
      input: input, kind: kind, target: interrupted ? target.beingMade(with: resource.facets) : target,
      resource: resource, recorded: entry, isNew: interrupted)
    comparison.compare(observed, &forms)
    finish(&change, comparison, resource)
  }

  /// Adds a change to the plan, or what blocks it, or counts it as unchanged.
  private mutating func finish(
    _ change: inout ChangeFields, _ comparison: FacetComparison, _ resource: ResourceDeclaration
  ) {
    plan.drift += comparison.drift
    plan.unsupported += comparison.unsupported
    plan.diagnostics += comparison.diagnostics
    if !comparison.outOfReach.isEmpty { facetsOutOfReach[change.address] = comparison.outOfReach }
    let secrets = input.secrets[change.address] ?? [:]
    noteUnknown(secrets, resource)
    if change.action != .create { change.secretsChanged = secrets.changedPlaces }
    if !change.secretsChanged.isEmpty { change.reasons.append(.configurationChanged) }
    change.facets = comparison.facets.sorted { ($0.rank, $0.name) < ($1.rank, $1.name) }
    change.risks = comparison.risks
    change.revision = input.observed.resources[change.address]?.revision
    change.calls = creationCalls(change) + comparison.calls
    for facet in change.facets where facet.action != .record && !change.reasons.contains(facet.reason) {
      change.reasons.append(facet.reason)
    }
    if !comparison.blocked.isEmpty {
      plan.blocked += comparison.blocked.map { blocked in
        var blocked = blocked
        if blocked.action != .replace { blocked.action = change.action }
        return blocked
      }
      return
    }
    let writes = change.facets.filter { $0.action != .record }
    if change.action == .update {
      if writes.isEmpty, change.movedFrom != nil {
        change.action = .move
      } else if writes.isEmpty, change.secretsChanged.isEmpty {
        if comparison.hasUnsupported { return }
        plan.unchanged += 1
        if !change.facets.isEmpty || needsRecording(change, resource) { plan.recordings.append(Change(change)) }
        return
      } else if !writes.isEmpty, change.secretsChanged.isEmpty, writes.allSatisfy({ $0.action == .release }) {
        change.action = .release
      }
    }
    plan.changes.append(Change(change))
  }

  /// A job without the secrets can't say whether they changed: that is told, and is no change.
  private mutating func noteUnknown(_ secrets: SecretStandings, _ resource: ResourceDeclaration) {
    for (place, standing) in secrets.sorted(by: { $0.key < $1.key }) {
      guard case .unknown(let why) = standing else { continue }
      plan.diagnostics.append(
        PlanDiagnostic(
          "PLN0030", .note, "\(resource.address) \(place): whether the secret changed is unknown here: \(why)",
          address: resource.address, origin: origin(resource.range)))
    }
  }

  /// True when what is recorded besides facets differs from what is declared.
  private func needsRecording(_ change: ChangeFields, _ resource: ResourceDeclaration) -> Bool {
    guard let entry = recorded[change.address] else { return true }
    if (input.secrets[change.address] ?? [:]).hasFirst { return true }
    return entry.deletion != resource.deletion || entry.connection != resource.connection
      || entry.region != (change.target.region ?? entry.region) || entry.settings != resource.settings
      || entry.dependsOn != change.dependsOn || entry.declaredAt != change.origin.map { "\($0.file):\($0.line)" }
  }

  private func creationCalls(_ change: ChangeFields) -> [PlannedCall] {
    guard change.action == .create,
      let kind = input.registry.kind(section: change.address.section, ofType: change.target.site.type)
    else { return [] }
    if let payload = kind.payload {
      let document = change.facets.first { $0.name == payload.facet.name }?.after?.withPlaceholders
      return payload.create(change.targetInRun, document ?? .null).plannedCalls.filter { !$0.reads }.map {
        plannedCall($0, change.connection)
      }
    }
    return kind.create(change.birth).plannedCalls.filter { !$0.reads }.map { plannedCall($0, change.connection) }
  }

  func plannedCall(_ call: Call, _ connection: String) -> PlannedCall {
    PlannedCall(
      method: call.method.rawValue, url: input.url(connection, call), permission: call.permissions.first?.action)
  }

  func makeChange(_ resource: ResourceDeclaration, _ action: Action, _ kind: Kind, _ target: Target) -> ChangeFields {
    makeChange(resource, action, kind.schema.name, target)
  }

  func makeChange(_ resource: ResourceDeclaration, _ action: Action, _ kind: String, _ target: Target) -> ChangeFields {
    var change = ChangeFields(
      address: resource.address, kind: kind, action: action, target: target, connection: resource.connection)
    change.dependsOn = needs(of: resource.address)
    change.knownAfterApply = resource.knownAfterApply
    change.origin = origin(resource.range)
    change.deletion = resource.deletion
    change.description = resource.description
    return change
  }
}

extension PhysicalIdentity {
  /// Equal, where an account that one side doesn't know proves nothing.
  public func isSame(as other: PhysicalIdentity) -> Bool {
    endpoint == other.endpoint && name == other.name && scope == other.scope
      && (account == other.account || account == nil || other.account == nil)
  }
}

extension Target {
  fileprivate func beingMade(with facets: [FacetDeclaration]) -> Target {
    var target = self
    target.atCreation = ValueMap(facets.map { ($0.name, $0.value) })
    return target
  }
}

extension ChangeFields {
  /// The target with the facets that the resource is to have, as long as this change makes it.
  public var targetInRun: Target {
    guard action == .create || reasons.contains(.interrupted) else { return target }
    var making = target
    making.atCreation = ValueMap(facets.compactMap { facet in facet.after.map { (facet.name, $0) } })
    return making
  }
}
