internal import CooperConfig
internal import CooperDiagnostics
internal import CooperModel

/// Thresholds over the whole plan, and notes on entries that do nothing here.
extension Planner {
  /// Blocks every destroying change when there are more of them than `safety.maxDestroy` allows.
  mutating func applyThresholds() {
    let destroyed = plan.changes.filter { $0.action == .delete || $0.action == .replace }
    let safety = input.desired.safety
    var reasons: [String] = []
    if let limit = safety.maxDestroyCount, destroyed.count > limit {
      reasons.append("\(destroyed.count) resources would be destroyed, and safety.maxDestroy.count is \(limit)")
    }
    if let percent = safety.maxDestroyPercent, recorded.count >= safety.maxDestroyMinimum,
      destroyed.count * 100 > percent * recorded.count
    {
      reasons.append(
        "\(destroyed.count) of \(recorded.count) resources would be destroyed, and safety.maxDestroy.percent is \(percent)"
      )
    }
    guard !reasons.isEmpty else { return }
    let addresses = Set(destroyed.map(\.address))
    plan.changes.removeAll { addresses.contains($0.address) }
    for change in destroyed {
      plan.blocked.append(
        Blocked(
          address: change.address, action: change.action, why: reasons,
          consent: [
            "safety: { maxDestroy: { count: \(destroyed.count), percent: 100 } }  # for this change, in review"
          ],
          origin: change.origin, contents: change.contents))
    }
  }

  /// A consent whose last day is over permits nothing any more; whatever needs it is blocked where it is needed.
  mutating func noteEndedConsents() {
    for consent in input.desired.consents where !isValid(until: consent.until) {
      plan.diagnostics.append(
        PlanDiagnostic(
          "PLN0005", .note, "consents: that of \(consent.address) to \(consent.risk) ended on \(consent.until ?? "")",
          address: consent.address, origin: origin(consent.range),
          fix: ["remove it, or give it a later day in review"]))
    }
  }

  /// A `removed:` or `adopted:` entry without effect in this state is a note.
  mutating func noteHintsWithoutEffect(_ declared: [Address: ResourceDeclaration]) {
    for removal in input.desired.removed where recorded[removal.address] == nil {
      plan.diagnostics.append(
        PlanDiagnostic(
          "PLN0003", .note, "removed: \(removal.address) is not recorded here, nothing to remove",
          address: removal.address, origin: origin(removal.range)))
    }
    for adoption in input.desired.adopted where recorded[adoption.address] != nil && declared[adoption.address] != nil {
      plan.diagnostics.append(
        PlanDiagnostic(
          "PLN0004", .note, "adopted: \(adoption.address) is recorded already", address: adoption.address,
          origin: origin(adoption.range)))
    }
  }
}
