internal import CooperDiagnostics

extension Plan {
  /// The same plan with only what concerns drift.
  public var onlyDrift: Plan {
    var plan = self
    let drifted = Set(drift.map(\.address))
    plan.changes = []
    plan.recordings = []
    plan.blocked = []
    plan.unsupported = []
    plan.diagnostics = diagnostics.filter { $0.severity == .error || $0.address.map(drifted.contains) ?? false }
    return plan
  }
}
