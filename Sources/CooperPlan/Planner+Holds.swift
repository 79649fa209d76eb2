internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// Deletions that something of others stands in the way of.
extension Planner {
  /// After all changes are planned: what this very plan takes away, or lets go of it, holds nothing. What is blocked here
  /// may have been about to let go of another one, so that this goes on until nothing more is blocked.
  mutating func blockHeld() {
    var goesOn = true
    while goesOn {
      goesOn = false
      for change in plan.changes where change.action == .delete {
        let left = (input.observed.resources[change.address]?.holds ?? []).filter { hold in
          !(hold.isPurged && change.purges) && !isEnded(hold, change)
        }
        guard !left.isEmpty else { continue }
        goesOn = true
        plan.changes.removeAll { $0.address == change.address }
        block(change, left)
      }
    }
  }

  private func isEnded(_ hold: Hold, _ change: Change) -> Bool {
    guard let holder = hold.holder else { return false }
    return plan.changes.contains { other in
      let identity = other.target.identity
      guard other.address.section == holder.section, identity.name == holder.name, identity.scope == holder.scope,
        identity.account == change.target.identity.account, identity.endpoint == change.target.identity.endpoint
      else { return false }
      if other.action == .delete { return true }
      let named = other.facets.filter { $0.before?.mentions(holder.mention) ?? false }
      return !named.isEmpty && !named.contains { $0.action == .release || $0.after?.mentions(holder.mention) ?? false }
    }
  }

  private mutating func block(_ change: Change, _ holds: [Hold]) {
    let account = change.target.identity.account.map { "\(change.target.site.type) \($0)" } ?? change.connection
    var consent = ["removed: { \(change.address): forget }  # it stays, Cooper lets go"]
    if holds.allSatisfy(\.isPurged) {
      consent.append("removed: { \(change.address): purge }  # takes these off it, and deletes it")
    }
    plan.blocked.append(
      Blocked(
        address: change.address, action: .delete,
        why: ["\(change.target.name) (\(account)) can't be deleted as it stands, by what Cooper didn't make:"]
          + holds.map { "\($0.words): \($0.fix)" }, consent: consent, origin: change.origin))
  }
}

extension Value {
  /// Whether a text in it is this one.
  fileprivate func mentions(_ text: String) -> Bool {
    switch self {
    case .string(let own): own == text
    case .list(let elements): elements.contains { $0.mentions(text) }
    case .map(let map): map.contains { $0.value.mentions(text) }
    default: false
    }
  }
}
