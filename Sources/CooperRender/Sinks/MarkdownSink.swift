internal import CooperModel
internal import CooperPlan
internal import CooperProvider

/// The form for a comment on a pull request: what is dangerous unfolded and first, the rest folded, never over the limit.
struct MarkdownSink: PlanSink {
  /// Bytes; GitHub refuses a comment of more than 65,536 characters, and a byte is never less than a character.
  static let budget = 65_000

  func render(_ plan: Plan, _ style: RenderStyle) -> String {
    var style = style
    style.showsEveryValue = true
    var page = MarkdownPage(budget: Self.budget)
    page.write(PlanOutline(plan, style), showsCalls: style.showsCalls)
    return page.text
  }
}

/// Markdown within a budget: pieces are added whole or counted.
private struct MarkdownPage {
  let budget: Int
  private(set) var text = ""
  /// Bytes kept for saying what was left out.
  private static let reserve = 1_200

  init(budget: Int) { self.budget = budget }

  private func fits(_ piece: String, within limit: Int? = nil) -> Bool {
    text.utf8.count + piece.utf8.count + Self.reserve <= limit ?? budget
  }

  /// Adds a piece if there is room for it.
  private mutating func add(_ piece: String) -> Bool {
    guard fits(piece) else { return false }
    text += piece
    return true
  }

  mutating func write(_ outline: PlanOutline, showsCalls: Bool) {
    writeHead(outline)
    writeDangers(outline.entries.filter(\.isDangerous).sorted { $0.order < $1.order })
    writeFindings(outline)
    writeDetails(outline.entries)
    guard showsCalls, !outline.calls.isEmpty else { return }
    let lines = outline.calls.flatMap { group in
      [group.address.description]
        + group.calls.map { "  \($0.method) \($0.url)\($0.permission.map { " (\($0))" } ?? "")" }
    }
    if !add(MarkdownText.folded("calls", body: MarkdownText.fence(lines, "text"))) {
      text += "\nThe \(outline.writes) calls do not fit here.\n"
    }
  }

  private mutating func writeHead(_ outline: PlanOutline) {
    text = "## Plan " + MarkdownText.code(TextCanvas.cut(outline.title, to: 200)) + "\n\n"
    text += outline.facts.map { MarkdownText.plain(TextCanvas.cut($0, to: 200)) }.joined(separator: " · ") + "\n\n"
    if !outline.counts.isEmpty { text += outline.counts.map { "**\($0.text)**" }.joined(separator: " · ") + "\n\n" }
    if !outline.risks.isEmpty { text += "Risks: " + outline.risks.joined(separator: ", ") + ".\n\n" }
    for line in outline.closing { text += MarkdownText.plain(TextCanvas.cut(line, to: 400)) + "\n\n" }
  }

  /// The fullest form that leaves room for the rest; each danger is there in every form, up to thousands of them.
  private mutating func writeDangers(_ entries: [OutlineEntry]) {
    guard !entries.isEmpty else { return }
    text += "### Look at this first\n\n"
    let full = entries.map { MarkdownText.danger($0) + "\n" }.joined()
    if fits(full, within: budget * 2 / 3) {
      text += full
    } else if case let brief = entries.map({ MarkdownText.heading($0) + "\n" }).joined(), fits(brief) {
      text += brief
    } else {
      writeAddresses(entries)
    }
    text += "\n"
  }

  /// Nothing but addresses, by what happens to them; what does not fit is counted.
  private mutating func writeAddresses(_ entries: [OutlineEntry]) {
    var verbs: [String] = []
    var groups: [String: [OutlineEntry]] = [:]
    for entry in entries {
      let verb = ([entry.verb] + Set(entry.risks.map(\.kind.words)).sorted()).joined(separator: ", ")
      if groups[verb] == nil { verbs.append(verb) }
      groups[verb, default: []].append(entry)
    }
    var left = 0
    for verb in verbs {
      let group = groups[verb] ?? []
      guard add("**\(MarkdownText.plain(verb))** (\(group.count)):") else {
        left += group.count
        continue
      }
      var shown = 0
      for entry in group {
        guard add((shown == 0 ? " " : ", ") + MarkdownText.plain(entry.subject)) else { break }
        shown += 1
      }
      if shown < group.count { text += " and \(group.count - shown) more" }
      text += "\n\n"
    }
    if left > 0 { text += "and \(left) more\n\n" }
  }

  private mutating func writeFindings(_ outline: PlanOutline) {
    var lines = outline.interrupted.map {
      "- interrupted run: " + MarkdownText.plain(TextCanvas.cut($0, to: 400)) + "\n"
    }
    lines += outline.findings.map(MarkdownText.finding)
    guard !lines.isEmpty else { return }
    _ = add("### Findings\n\n")
    for (index, line) in lines.enumerated() where !add(line) {
      text += "- and \(lines.count - index) more\n"
      break
    }
    text += "\n"
  }

  private mutating func writeDetails(_ entries: [OutlineEntry]) {
    let entries = entries.filter { $0.group != .blocked }
    var leftOut: [String: Int] = [:]
    for entry in entries where !add(MarkdownText.details(entry)) {
      leftOut[entry.verb, default: 0] += 1
    }
    guard !leftOut.isEmpty else { return }
    let counts = leftOut.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    text += "\nDetails that do not fit here: \(counts). All of it: `cooper show FILE`.\n"
  }
}

extension OutlineEntry {
  /// What destroys or opens before what only waits for a consent.
  fileprivate var order: Int {
    if action == .delete || action == .replace, group == .change { return 0 }
    return group == .change ? 1 : 2
  }
}
