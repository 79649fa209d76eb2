internal import CooperDiagnostics
internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperSchema

/// Heading and summary of a plan.
struct PlanWords {
  let plan: Plan

  init(_ plan: Plan) { self.plan = plan }

  var title: String { plan.project + (plan.basis.environment.map { " [\($0)]" } ?? "") }

  func facts(seconds: Double?, namesPlan: Bool) -> [String] {
    var facts = ["state #\(plan.basis.stateSerial)"]
    if plan.isObserved {
      facts.append(
        "\(Amounts.grouped(observed)) \(noun(observed)) observed" + (seconds.map { " in " + Self.time($0) } ?? ""))
    } else {
      facts.append("planned from state alone, not observed")
    }
    if namesPlan { facts.append("plan " + PlanFile.identifier(plan)) }
    if seconds == nil { facts.append("made " + Instant(epochSeconds: plan.createdAt).text) }
    return facts
  }

  /// Addresses that were looked at and are there.
  private var observed: Int {
    var seen = Set(plan.blocked.map(\.address)).union(plan.unsupported.map(\.address))
    seen.formUnion(plan.changes.lazy.filter { $0.action != .create }.map(\.address))
    seen.formUnion(plan.drift.lazy.filter { $0.facet != nil }.map(\.address))
    for change in plan.changes where change.action == .create { seen.remove(change.address) }
    return seen.count + plan.unchanged
  }

  private func noun(_ count: Int) -> String {
    let sections = Set(plan.changes.map(\.address.section)).union(plan.blocked.map(\.address.section))
    let noun = sections.subtracting(["buckets"]).isEmpty ? "bucket" : "resource"
    return noun + (count == 1 ? "" : "s")
  }

  /// One decimal of a second, e.g. `0.4 s`.
  private static func time(_ seconds: Double) -> String {
    let tenths = Int((max(0, min(seconds, 1e9)) * 10).rounded())
    return tenths == 0 ? "under 0.1 s" : "\(tenths / 10).\(tenths % 10) s"
  }

  var counts: [OutlineCount] {
    let summary = plan.summary
    var counts: [OutlineCount] = []
    func add(_ count: Int, _ word: String, _ tone: Tone, _ more: String = "") {
      if count > 0 { counts.append(OutlineCount(text: "\(Amounts.grouped(count)) \(word)\(more)", tone: tone)) }
    }
    add(summary.blocked, "BLOCKED", .danger)
    add(summary.unsupported, "UNSUPPORTED", .danger)
    add(summary.delete, "delete", .removal)
    add(summary.replace, "replace", .removal)
    add(summary.update, "update", .update, facetCounts)
    add(summary.create, "create", .creation)
    add(summary.adopt, "adopt", .neutral)
    add(summary.release, "release", .neutral)
    add(summary.forget, "forget", .neutral)
    add(summary.move, "move", .neutral)
    add(unansweredDrift, "drifted", .update)
    add(summary.unchanged, "unchanged", .neutral)
    return counts
  }

  private var unansweredDrift: Int {
    if plan.drift.isEmpty { return 0 }
    let answered = Set(plan.changes.map(\.address))
    return Set(plan.drift.map(\.address)).subtracting(answered).count
  }

  /// Drift apart from edits, over the facets of all updates.
  private var facetCounts: String {
    let facets = plan.changes.filter { $0.action == .update }.flatMap(\.facets)
    let drifted = facets.count { $0.reason == .drifted && ($0.action == .set || $0.action == .clear) }
    let edited = facets.count { $0.reason != .drifted && ($0.action == .set || $0.action == .clear) }
    let released = facets.count { $0.action == .release }
    let parts = [(drifted, "drift"), (edited, "edit"), (released, "release")].filter { $0.0 > 0 }
    return parts.isEmpty ? "" : " (" + parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ") + ")"
  }

  var risks: [String] {
    var counts: [Risk.Kind: Int] = [:]
    for change in plan.changes { for risk in change.risks { counts[risk.kind, default: 0] += 1 } }
    return Self.riskOrder.compactMap { kind in counts[kind].map { "\($0) \(kind.words)" } }
  }

  /// What can't be made good comes first.
  private static let riskOrder: [Risk.Kind] = [
    .losesData, .widensAccess, .locksOut, .locksRetention, .overwrites, .irreversible,
  ]

  var closing: [String] {
    guard plan.isEmpty else { return recordings + [applyNow] }
    if plan.hasErrors, plan.drift.isEmpty {
      return ["Nothing is planned where the errors above stand; the rest has no changes."]
    }
    return plan.drift.isEmpty ? ["No changes."] + recordings : []
  }

  private var recordings: [String] {
    let count = plan.recordings.count
    guard count > 0 else { return [] }
    let entries = "\(Amounts.grouped(count)) \(count == 1 ? "entry" : "entries") of the state up to date"
    return ["apply \(plan.isEmpty ? "would only bring" : "also brings") \(entries); nothing is sent for that"]
  }

  private var applyNow: String {
    // Planned offline, and blocked as soon as apply looks; what needs it is blocked too.
    if plan.diagnostics.contains(where: { $0.code == "PLN0031" }) {
      return "apply now: leaves alone what this version can't make (PLN0031), exits 4"
    }
    var open = Set(plan.blocked.map(\.address)).union(plan.unsupported.map(\.address))
    for change in plan.changes where !open.isEmpty { open.remove(change.address) }
    let left = open.sorted()
    var text = "apply now: does " + (plan.changes.isEmpty ? "nothing" : Amounts.grouped(plan.changes.count))
    switch left.count {
    case 0: break
    case 1...3: text += ", leaves \(left.map(\.description).joined(separator: ", ")) alone"
    default: text += ", leaves \(Amounts.grouped(left.count)) addresses alone"
    }
    return text + ", exits \(exitCode)"
  }

  /// As design section 3 orders the codes; a wrong account (65) is a matter of the run, not of the plan.
  private var exitCode: Int {
    if !plan.blocked.isEmpty || !plan.unsupported.isEmpty { return 4 }
    return plan.hasErrors ? 1 : 0
  }
}
