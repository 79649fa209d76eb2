internal import CooperDiagnostics
internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperSchema

extension PlanOutline {
  init(_ plan: Plan, _ style: RenderStyle) {
    let words = PlanWords(plan)
    title = words.title
    facts = words.facts(seconds: style.seconds, namesPlan: style.namesPlan)
    var entries = EntryMaker(plan, style)
    for blocked in plan.blocked { entries.add(blocked) }
    entries.addChanges()
    entries.addUnansweredDrift()
    for unsupported in plan.unsupported { entries.add(unsupported) }
    self.entries = entries.entries
    interrupted = plan.openIntents.map { "\($0.operation) \($0.address): \($0.finding)" }
    findings = plan.diagnostics.sorted { $0.severity > $1.severity }
    calls = plan.changes.filter { !$0.calls.isEmpty }.map { OutlineCalls(address: $0.address, calls: $0.calls) }
    writes = plan.changes.reduce(0) { $0 + $1.calls.count }
    counts = words.counts
    risks = words.risks
    closing = words.closing
  }
}

/// Says what is to be said about each address of a plan.
struct EntryMaker {
  let plan: Plan
  let style: RenderStyle
  private(set) var entries: [OutlineEntry] = []
  private let drifted: [Address: Set<String>]

  init(_ plan: Plan, _ style: RenderStyle) {
    self.plan = plan
    self.style = style
    drifted = plan.drift.reduce(into: [:]) { $0[$1.address, default: []].insert($1.facet ?? "") }
  }

  private func shape(_ address: Address, _ facet: String) -> Shape? { style.shapes(address.section, facet) }

  mutating func add(_ blocked: Blocked) {
    var entry = OutlineEntry(
      group: .blocked, action: blocked.action, address: blocked.address, mark: "!",
      verb: "BLOCKED " + blocked.action.rawValue,
      subject: blocked.address.description + (blocked.facet.map { " " + $0 } ?? ""), tone: .danger)
    entry.origin = blocked.origin
    // A consent that ended stands in the YAML still, and the place is its own.
    let isRemoved = blocked.action == .delete && !blocked.why.contains { $0.contains("removed:") }
    if isRemoved { entry.aside = blocked.origin == nil ? "removed" : "removed; was" }
    entry.lines = blocked.why
    entry.consents = blocked.consent
    if let last = blocked.why.last, !blocked.consent.isEmpty, !last.hasSuffix(":") {
      entry.lines.append(blocked.consent.count == 1 ? "To go on, write:" : "To go on, write one of these:")
    }
    entries.append(entry)
  }

  mutating func add(_ unsupported: Unsupported) {
    var entry = OutlineEntry(
      group: .unsupported, action: nil, address: unsupported.address, mark: "!", verb: "UNSUPPORTED",
      subject: unsupported.address.description + " " + unsupported.facet, origin: unsupported.origin, tone: .danger)
    entry.lines = [unsupported.reason] + (unsupported.nearest.map { ["nearest: " + $0] } ?? [])
    entries.append(entry)
  }

  mutating func addChanges() {
    let maker = self
    entries += inParallel(plan.changes.count) { maker.entry(maker.plan.changes[$0]) }
  }

  private func entry(_ change: Change) -> OutlineEntry {
    var entry = OutlineEntry(
      group: .change, action: change.action, address: change.address, mark: change.action.mark,
      verb: change.action.rawValue, subject: change.address.description, origin: change.origin, tone: change.action.tone
    )
    entry.risks = change.risks
    if let description = change.description { entry.lines.append(description) }
    entry.lines += ChangeWords(change).lines
    entry.lines += change.secretsChanged.map { "\($0): (secret changed)" }
    switch change.action {
    case .create where !style.showsEveryValue:
      entry.names = settings(change) + change.facets.filter { $0.action == .set }.map(counted(change))
    case .create:
      entry.facets =
        ownSettings(change).map { setting in
          let rows = ValueRows.parts(setting.value, nil)
          let isOneText = rows.count == 1 && rows[0].label.isEmpty
          return FacetBlock(
            name: setting.key, label: "", note: isOneText ? rows[0].text : "", rows: isOneText ? [] : rows)
        } + change.facets.filter { $0.action == .set }.map { whole($0, change) }
    case .release:
      let released = change.facets.filter { $0.action == .release }
      if released.count == 1, let facet = released.first {
        entry.subject += " " + facet.name
        var block = block(facet, change)
        entry.lines.append(block.note)
        (block.name, block.label, block.note) = ("", "", "")
        entry.facets = [block]
      } else {
        entry.facets = released.map { block($0, change) }
      }
    default:
      entry.facets = change.facets.filter { $0.action != .record }.map { block($0, change) }
      if change.action == .adopt {
        let equal = change.facets.filter { $0.action == .record }.map(\.name)
        if !equal.isEmpty { entry.lines.append("equal already: " + equal.joined(separator: ", ")) }
      }
    }
    return entry
  }

  /// Drift of addresses that no change touches: of blocked ones, and in the view that shows drift alone.
  mutating func addUnansweredDrift() {
    if plan.drift.isEmpty { return }
    let answered = Set(plan.changes.map(\.address))
    var open: [Address: [Drift]] = [:]
    for drift in plan.drift where !answered.contains(drift.address) { open[drift.address, default: []].append(drift) }
    for (address, drifts) in open.sorted(by: { $0.key < $1.key }) {
      var entry = OutlineEntry(
        group: .drift, action: nil, address: address, mark: "~", verb: "drift", subject: address.description,
        tone: .update)
      entry.origin = drifts.lazy.compactMap(\.origin).first
      for drift in drifts {
        guard let facet = drift.facet else {
          entry.lines.append("vanished: \(drift.recorded?.string ?? "it") was deleted outside Cooper")
          continue
        }
        entry.facets.append(
          FacetBlock(
            name: facet, label: "DRIFT", note: "changed outside Cooper, from what is recorded (-) to this (+)",
            rows: ValueRows.difference(drift.recorded, drift.observed, shape(address, facet))))
      }
      entries.append(entry)
    }
  }

  /// Names of settings are short words in the language; a plan from elsewhere may hold others. One with a dot is that of
  /// another resource, carried along.
  private func ownSettings(_ change: Change) -> [ValueMap.Pair] {
    let settings = change.target.settings
    guard change.facets.isEmpty else { return [] }
    return settings.filter { setting in
      let owner = setting.key.prefix { $0 != "." }
      return setting.key.count <= 40 && (owner.count == setting.key.count || settings[String(owner)] == nil)
    }
  }

  /// Settings of what has no facets, since nothing else says what it would be; short ones with their value.
  private func settings(_ change: Change) -> [String] {
    ownSettings(change).map { setting in
      let text = setting.value.flowText
      return setting.value.isScalar && text.count <= 40 ? setting.key + " " + text : setting.key
    }
  }

  /// A facet's name with the number of its entries, e.g. `tags (2)`.
  private func counted(_ change: Change) -> (FacetPlan) -> String {
    { facet in
      let count: Int? =
        switch facet.after {
        case .list(let elements)?: elements.count
        case .map(let map)?:
          if let statements = map["Statement"]?.list {
            statements.count
          } else if case .map? = shape(change.address, facet.name) {
            map.count
          } else {
            nil
          }
        default: nil
        }
      return facet.name + (count.map { " (\($0))" } ?? "")
    }
  }

  private func whole(_ facet: FacetPlan, _ change: Change) -> FacetBlock {
    let rows = facet.after.map { ValueRows.parts($0, shape(change.address, facet.name)) } ?? []
    // A single text needs no line of its own.
    if rows.count == 1, rows[0].label.isEmpty {
      return FacetBlock(name: facet.name, label: "", note: rows[0].text, rows: [])
    }
    return FacetBlock(name: facet.name, label: "", note: "", rows: rows)
  }

  private func block(_ facet: FacetPlan, _ change: Change) -> FacetBlock {
    let shape = shape(change.address, facet.name)
    let words = FacetWords(
      facet, change, isDrifted: drifted[change.address]?.contains(facet.name) ?? false, shape: shape)
    var rows =
      facet.action == .release
      ? facet.before.map { ValueRows.parts($0, shape) } ?? []
      : ValueRows.difference(facet.before, facet.after, shape)
    if facet.reason == .drifted {
      if let first = rows.firstIndex(where: { $0.sign == .removed }) { rows[first].note = "on the bucket, not in YAML" }
      if let first = rows.firstIndex(where: { $0.sign == .added }) { rows[first].note = "in YAML, not on the bucket" }
    }
    return FacetBlock(name: facet.name, label: words.label, note: words.note, rows: rows, closing: words.closing)
  }
}
