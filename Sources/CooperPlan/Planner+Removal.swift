internal import CooperConfig
internal import CooperDiagnostics
internal import CooperModel
internal import CooperProvider
internal import CooperState

/// Rows of the decision table in which the resource is recorded and no longer declared.
extension Planner {
  mutating func planRemoval(_ address: Address, _ entry: RecordedResource) {
    guard input.observed.connections[entry.connection]?.failure == nil else { return }
    guard let target = input.targets[address] else {
      return planOrphan(address, entry)
    }
    guard let kind = input.registry.kind(section: address.section, ofType: target.site.type) else { return }
    let removal = input.desired.removed.first { $0.address == address }
    let observed = input.observed.resources[address] ?? ObservedResource(presence: .absent)
    var change = Change(
      address: address, kind: entry.kind, action: .forget, target: target, connection: entry.connection)
    change.movedFrom = moves[address]
    change.origin = removal.flatMap { origin($0.range) } ?? recordedOrigin(entry)
    change.reasons = [.removed]
    change.deletion = entry.deletion
    change.refersOnly = entry.origin == .existing
    if entry.origin == .existing || removal?.action == .forget && isValid(until: removal?.until) {
      plan.changes.append(change)
      return
    }
    guard entry.identity.isSame(as: target.identity) else { return blockElsewhere(change, entry) }
    switch observed.presence {
    case .absent:
      change.reasons = [.removed, .vanished]
      plan.changes.append(change)
    case .foreign(let owner):
      plan.blocked.append(
        Blocked(
          address: address, action: .delete, why: ["\(target.name) now belongs to somebody else (\(owner))"],
          consent: ["removed: { \(address): forget }"], origin: change.origin))
    case .unknown(let failure):
      plan.blocked.append(
        Blocked(
          address: address, action: .delete, why: Self.unreadable(failure),
          consent: ["removed: { \(address): forget }  # the bucket stays, Cooper lets go"], origin: change.origin))
      plan.diagnostics.append(Self.diagnostic(of: failure, address, nil, change.origin))
    case .present:
      change.contents = observed.contents
      planDeletion(&change, kind, entry, removal)
    }
  }

  private mutating func planDeletion(
    _ change: inout Change, _ kind: Kind, _ entry: RecordedResource, _ removal: Removal?
  ) {
    let expired = removal.map { !isValid(until: $0.until) } ?? false
    var consent = removal.flatMap { expired ? nil : $0.action }
    if consent == nil, removal == nil { consent = deletionConsent(change.address, entry) }
    let purges = consent == .purge
    if !kind.schema.holdsData {
      // Entries on platforms go with their block; who may use what goes when somebody said so.
      guard consent != nil || !kind.schema.isKeptUnasked else {
        return blockRemoval(ofUnasked: change, entry, removal.flatMap { expired ? $0.until : nil })
      }
      consent = .purge
    }
    guard let consent else {
      let ended = expired ? ["the consent in removed: ended on \(removal?.until ?? "")"] : []
      return blockRemoval(change, entry, ended, kept: kind.keepsData(change.target))
    }
    let kept = kind.keepsData(change.target)
    let holds = kept == nil && change.contents.map { $0.objects > 0 } ?? true
    if consent == .delete, holds {
      return blockRemoval(change, entry, ["removed: delete  and  deletion: allow  cover an empty bucket only"])
    }
    change.action = .delete
    let purged = (input.observed.resources[change.address]?.holds ?? []).filter { $0.isPurged && purges }
    change.purges = kind.schema.holdsData ? consent == .purge && holds : !purged.isEmpty
    change.risks += purged.map { Risk(.irreversible, "goes too: \($0.words)", needsConsent: false) }
    if kind.schema.holdsData {
      let lost = change.contents.map(Self.describe) ?? "what it holds"
      let gone = change.purges ? "destroys \(lost)" : "the bucket is empty; its name becomes free for anybody"
      change.risks += [
        kept.map { Risk(.irreversible, "Cooper no longer manages it; \($0)") }
          ?? Risk(.losesData, gone, needsConsent: false)
      ]
    }
    if !kind.schema.holdsData, kind.payload != nil {
      // R-12.
      plan.diagnostics.append(
        PlanDiagnostic(
          "PLN0033", .note,
          "\(change.address): the entry at \(change.target.site.type) goes; the bucket and its data stay"))
    }
    var calls = change.purges ? kind.empty(change.target).plannedCalls : []
    calls += purged.flatMap { $0.purgedBy ?? [] }
    calls += kind.delete(change.target).plannedCalls
    change.calls = calls.filter { !$0.reads }.map { plannedCall($0, change.connection) }
    plan.changes.append(change)
  }

  /// `deletion:` as declared now (for `destroy`) or as last recorded.
  private func deletionConsent(_ address: Address, _ entry: RecordedResource) -> RemovalAction? {
    let declared = input.destroysAll ? input.desired.resource(address)?.deletion : nil
    switch declared ?? entry.deletion {
    case .protect: return nil
    case .allow: return .delete
    case .purge: return .purge
    }
  }

  private mutating func blockRemoval(
    _ change: Change, _ entry: RecordedResource, _ more: [String], kept: String? = nil
  ) {
    let account = change.target.identity.account.map { "\(change.target.site.type) \($0)" } ?? change.connection
    let holds = change.contents.map(Self.describe)
    var why = ["\(change.target.name) (\(account)) holds \(holds ?? "what nobody has counted")"]
    if change.contents?.objects == 0 { why = ["\(change.target.name) (\(account)) is empty"] }
    if let kept { why.append(kept) }
    why += more
    why.append("recorded deletion: \(entry.deletion.rawValue). To go on, add one of these:")
    var consent = ["removed: { \(change.address): forget }  # bucket stays, Cooper lets go"]
    if change.contents?.objects == 0 {
      consent.append("removed: { \(change.address): delete }  # deletes the empty bucket")
    } else if let kept {
      consent.append("removed: { \(change.address): delete }  # \(kept)")
    } else {
      consent.append("removed: { \(change.address): purge }   # destroys \(holds ?? "all it holds")")
    }
    plan.blocked.append(
      Blocked(
        address: change.address, action: .delete, why: why, consent: consent, origin: change.origin,
        contents: change.contents))
  }

  private mutating func blockRemoval(ofUnasked change: Change, _ entry: RecordedResource, _ ended: String?) {
    let account = change.target.identity.account.map { "\(change.target.site.type) \($0)" } ?? change.connection
    var why = ["\(change.target.name) (\(account)) stays until you say otherwise: others may use it"]
    if let ended { why.append("the consent in removed: ended on \(ended)") }
    why.append("recorded deletion: \(entry.deletion.rawValue). To go on, add one of these:")
    plan.blocked.append(
      Blocked(
        address: change.address, action: .delete, why: why,
        consent: [
          "removed: { \(change.address): forget }  # it stays, Cooper lets go",
          "removed: { \(change.address): delete }  # deletes it",
        ], origin: change.origin))
  }

  /// The connection leads to another place than when this was recorded: what has its name there is something else.
  private mutating func blockElsewhere(_ change: Change, _ entry: RecordedResource) {
    plan.blocked.append(
      Blocked(
        address: change.address, action: .delete,
        why: [
          "\(entry.identity.name) is recorded at \(entry.identity.place), and connection \(change.connection) now leads to "
            + change.target.identity.place,
          "what has this name there is not what Cooper made, so it is neither looked at nor deleted",
        ],
        consent: [
          "removed: { \(change.address): forget }  # the bucket stays where it is, Cooper lets go",
          "connections: { \(change.connection): … }  # as it was before, to have it deleted there",
        ], origin: change.origin))
  }

  /// A recorded resource whose connection is no longer declared can only be forgotten.
  private mutating func planOrphan(_ address: Address, _ entry: RecordedResource) {
    if let removal = input.desired.removed.first(where: { $0.address == address }), removal.action == .forget,
      isValid(until: removal.until)
    {
      let site = Site(
        connection: entry.connection, type: "", endpoint: entry.identity.endpoint, region: nil, account: nil)
      let target = Target(address: address, identity: entry.identity, region: entry.region, site: site)
      var change = Change(
        address: address, kind: entry.kind, action: .forget, target: target, connection: entry.connection)
      change.reasons = [.removed]
      change.movedFrom = moves[address]
      change.origin = origin(removal.range)
      plan.changes.append(change)
      return
    }
    plan.blocked.append(
      Blocked(
        address: address, action: .delete,
        why: ["its connection \(entry.connection) is not declared, so \(entry.identity.name) can't be looked at"],
        consent: [
          "removed: { \(address): forget }  # bucket stays, Cooper lets go",
          "connections: { \(entry.connection): … }  # declare the connection again",
        ], origin: recordedOrigin(entry)))
  }

  /// `file:line` of the last declaration.
  private func recordedOrigin(_ entry: RecordedResource) -> Origin? {
    guard let text = entry.declaredAt, let colon = text.lastIndex(of: ":"),
      let line = Int(text[text.index(after: colon)...])
    else { return nil }
    return Origin(file: String(text[..<colon]), line: line)
  }

  static func describe(_ contents: Contents) -> String {
    let objects = "\(grouped(contents.objects)) object\(contents.objects == 1 ? "" : "s")"
    return (contents.complete ? "" : "at least ") + objects + ", " + humanBytes(contents.bytes)
  }

  private static func grouped(_ number: Int) -> String {
    var text = ""
    for (index, digit) in String(number).reversed().enumerated() {
      if index > 0, index % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  /// One decimal and a binary unit, e.g. `41.7 GiB`.
  private static func humanBytes(_ bytes: Int64) -> String {
    var value = Double(bytes)
    for unit in ["B", "KiB", "MiB", "GiB", "TiB"] {
      if value < 1024 || unit == "TiB" {
        return unit == "B" ? "\(bytes) B" : "\(Int(value)).\(Int(value * 10) % 10) \(unit)"
      }
      value /= 1024
    }
    return "\(bytes) B"
  }
}
