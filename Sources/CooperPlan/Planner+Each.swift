internal import CooperConfig
internal import CooperModel

/// The rows of the decision table, over all resources.
extension Planner {
  /// Resources know nothing of each other at this stage, so that many are planned on all processors.
  mutating func planEach(_ addresses: [Address], _ declared: [Address: ResourceDeclaration]) {
    guard addresses.count >= parallelThreshold else {
      for address in addresses { planOne(address, declared[address]) }
      return
    }
    var empty = self
    empty.plan = Plan(
      project: plan.project, cooperVersion: plan.cooperVersion, createdAt: plan.createdAt, basis: plan.basis,
      isObserved: plan.isObserved)
    empty.outOfReach = [:]
    empty.facetsOutOfReach = [:]
    let start = empty
    let parts = inParallelChunks(addresses.count) { range in
      var part = start
      for address in addresses[range] { part.planOne(address, declared[address]) }
      return part
    }
    for part in parts {
      plan.append(part.plan)
      outOfReach.merge(part.outOfReach, uniquingKeysWith: +)
      facetsOutOfReach.merge(part.facetsOutOfReach) { $1 }
    }
  }

  private mutating func planOne(_ address: Address, _ resource: ResourceDeclaration?) {
    noteOpenIntent(address)
    switch (resource, recorded[address]) {
    case (let resource?, let entry): planDeclared(resource, recorded: entry)
    case (nil, let entry?): planRemoval(address, entry)
    case (nil, nil): break
    }
  }
}

extension Plan {
  /// Takes over what another part of the same plan holds.
  fileprivate mutating func append(_ part: Plan) {
    changes += part.changes
    recordings += part.recordings
    drift += part.drift
    blocked += part.blocked
    unsupported += part.unsupported
    diagnostics += part.diagnostics
    unchanged += part.unchanged
    openIntents += part.openIntents
    connections += part.connections
    basis.observed.merge(part.basis.observed) { $1 }
  }
}
