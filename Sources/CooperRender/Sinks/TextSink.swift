internal import CooperDiagnostics
internal import CooperModel
internal import CooperPlan
internal import CooperProvider

/// The form for a person at a terminal: 80 columns, blocked first, a place at the end of each entry's first line.
struct TextSink: PlanSink {
  func render(_ plan: Plan, _ style: RenderStyle) -> String {
    var writer = TextWriter(style)
    writer.write(PlanOutline(plan, style))
    return writer.canvas.text
  }
}

private struct TextWriter {
  let style: RenderStyle
  var canvas: TextCanvas

  init(_ style: RenderStyle) {
    self.style = style
    canvas = TextCanvas(width: style.width, colours: style.colours)
  }

  mutating func write(_ outline: PlanOutline) {
    canvas.row([Span(outline.title, .bold)] + outline.facts.map { Span($0) }, hanging: 2)
    if !outline.interrupted.isEmpty {
      canvas.blank()
      canvas.line(Span("! an interrupted run left this open:", .yellow))
      for line in outline.interrupted { canvas.paragraph(line, indent: 4, hanging: 2) }
    }
    if !outline.entries.isEmpty { canvas.blank() }
    write(outline.entries)
    for finding in outline.findings {
      canvas.blank()
      write(finding)
    }
    if style.showsCalls { write(outline.calls) }
    canvas.blank()
    if !outline.counts.isEmpty { canvas.row(outline.counts.map { Span($0.text, $0.tone.ink) }) }
    writeRisks(outline)
    for line in outline.closing { canvas.paragraph(line, indent: 0, hanging: 2) }
  }

  /// Entries stand below each other and know nothing of each other, so that many are written on all processors.
  private mutating func write(_ entries: [OutlineEntry]) {
    guard entries.count >= parallelThreshold else {
      for entry in entries { write(entry) }
      return
    }
    let style = style
    let parts = inParallelChunks(entries.count) { range in
      var part = TextWriter(style)
      for entry in entries[range] { part.write(entry) }
      return part.canvas
    }
    for part in parts { canvas.append(part) }
  }

  private mutating func write(_ entry: OutlineEntry) {
    let place = [entry.aside, entry.origin.map { "\($0.file):\($0.line)" } ?? ""].filter { !$0.isEmpty }
    canvas.line(
      [Span(entry.mark + " " + entry.verb, entry.tone.ink), Span("  " + entry.subject, .bold)],
      right: Span(place.joined(separator: " "), .dim))
    for line in entry.lines { canvas.paragraph(line, indent: 4) }
    for consent in entry.consents { writeConsent(consent) }
    if !entry.names.isEmpty { writeNames(entry.names) }
    let nameWidth = min(entry.facets.map { displayWidth($0.name) }.max() ?? 0, 24)
    let labelWidth = max(6, entry.facets.map(\.label.count).max() ?? 0)
    for facet in entry.facets { write(facet, nameWidth, labelWidth) }
    for risk in entry.risks {
      let consented = risk.needsConsent ? " (consent given)" : ""
      canvas.paragraph(
        "! \(risk.kind.words): \(risk.message)\(consented)", indent: 4, hanging: 2,
        risk.kind == .irreversible || risk.kind == .overwrites ? .yellow : .red)
    }
  }

  /// A line to copy: its remark goes before it rather than that it is broken; YAML flow may be broken at spaces.
  private mutating func writeConsent(_ consent: String) {
    let text = printable(consent)
    if displayWidth(text) + 6 <= canvas.width { return canvas.line(Span(text, .green), indent: 6) }
    guard let mark = text.firstRange(of: "  #") else { return canvas.paragraph(text, indent: 6, hanging: 2, .green) }
    canvas.paragraph(String(text[mark.lowerBound...].drop { $0 == " " }), indent: 6, .dim)
    let line = text[..<mark.lowerBound]
    canvas.paragraph(String(line), indent: 6, hanging: 2, .green)
  }

  private mutating func writeNames(_ names: [String]) {
    let hint = "--full shows each value"
    let lines = wrap(printable(names.joined(separator: ", ")), width: canvas.width - 4)
    for line in lines.dropLast() { canvas.line(Span(line), indent: 4) }
    canvas.line([Span(lines.last ?? "")], right: Span(hint, .dim), indent: 4)
  }

  private mutating func write(_ facet: FacetBlock, _ nameWidth: Int, _ labelWidth: Int) {
    if !facet.name.isEmpty {
      let name = facet.name + String(repeating: " ", count: max(0, nameWidth - displayWidth(facet.name)) + 2)
      let label =
        facet.label.isEmpty
        ? "" : facet.label + String(repeating: " ", count: max(0, labelWidth - facet.label.count) + 2)
      let indent = 4 + displayWidth(name) + displayWidth(label)
      let notes = wrap(printable(facet.note), width: max(16, canvas.width - indent))
      for (index, note) in notes.enumerated() {
        if index == 0 {
          canvas.line(Span(name), Span(label, facet.label.isEmpty ? nil : .bold), Span(note, .dim), indent: 4)
        } else {
          canvas.line(Span(note, .dim), indent: indent)
        }
      }
    }
    writeRows(facet.rows)
    if let closing = facet.closing { canvas.paragraph(closing, indent: 4, hanging: 2) }
  }

  private static let longestLabel = 22

  private mutating func writeRows(_ rows: [ValueRow]) {
    let labels = rows.map { displayWidth(printable($0.label)) }
    let short = labels.filter { $0 <= Self.longestLabel }.max() ?? 0
    // Below a long label, which has a line of its own, the values are set in.
    let column = short > 0 ? 8 + short : (labels.max() ?? 0) > 0 ? 10 : 6
    var last = ""
    for row in rows {
      let label = row.label == last && !row.isCount ? "" : row.label
      if !row.isCount { last = row.label }
      write(row, label: printable(label), column: column)
    }
  }

  private mutating func write(_ row: ValueRow, label: String, column: Int) {
    var label = label
    if 6 + displayWidth(label) + 2 > column, !label.isEmpty, column > 6 {
      canvas.paragraph(label, indent: 6, hanging: 2)
      label = ""
    }
    let gap = String(repeating: " ", count: max(0, column - 6 - displayWidth(label)))
    let mark = row.sign == .none && !row.isCount ? "" : row.sign.rawValue + " "
    let room = canvas.width - column - mark.count
    let texts = style.showsEveryValue ? TextCanvas.broken(row.text, at: room) : [TextCanvas.cut(row.text, to: room)]
    for (index, text) in texts.enumerated() {
      let note = index == 0 ? Span(row.note, .dim) : Span("")
      let lead = index == 0 ? label + gap : String(repeating: " ", count: column - 6)
      let spans = [Span(lead), Span((index == 0 ? mark : String(repeating: " ", count: mark.count)) + text, row.ink)]
      let used = column + displayWidth(text) + mark.count
      if !note.text.isEmpty, used + 2 + note.columns <= canvas.width {
        canvas.line(spans, right: note, indent: 6)
      } else {
        canvas.line(spans, indent: 6)
      }
    }
  }

  /// As `TextReport` shows a finding whose place is known and whose text is not at hand.
  private mutating func write(_ finding: PlanDiagnostic) {
    let ink: Ink =
      switch finding.severity {
      case .error: .alarm
      case .warning: .yellow
      case .note: .cyan
      }
    let label = "\(finding.severity.rawValue) \(finding.code):"
    let lines = wrap(printable(label + " " + finding.message), width: canvas.width - 2)
    let place = Span(finding.origin.map { "\($0.file):\($0.line)" } ?? "", .dim)
    for (index, line) in lines.enumerated() {
      let spans =
        index == 0
        ? [Span(String(line.prefix(label.count)), ink), Span(String(line.dropFirst(label.count)))] : [Span("  " + line)]
      if index == lines.count - 1 { canvas.line(spans, right: place) } else { canvas.line(spans) }
    }
    for note in finding.notes { canvas.paragraph(note, indent: 2) }
    for fix in finding.fix { canvas.paragraph(fix, indent: 2) }
  }

  private mutating func write(_ groups: [OutlineCalls]) {
    guard !groups.isEmpty else { return }
    canvas.blank()
    canvas.line(Span("calls", .bold))
    for group in groups {
      canvas.line(Span(group.address.description), indent: 2)
      for call in group.calls {
        let permission = call.permission.map { "(\($0))" } ?? ""
        canvas.line([Span(call.method + " " + call.url)], right: Span(permission, .dim), indent: 4)
      }
    }
  }

  private mutating func writeRisks(_ outline: PlanOutline) {
    let writes = "\(Amounts.grouped(outline.writes)) write\(outline.writes == 1 ? "" : "s")"
    let list = style.showsCalls ? "" : " (list: --calls)"
    var items: [Span] = []
    for (index, risk) in outline.risks.enumerated() {
      let isLast = index == outline.risks.count - 1
      items.append(Span((index == 0 ? "risks: " : "") + risk + (isLast ? "." : ","), .yellow))
    }
    if outline.writes > 0 { items.append(Span((items.isEmpty ? "" : "  ") + writes + list)) }
    canvas.row(items, separator: " ", hanging: 2)
  }
}

extension Tone {
  fileprivate var ink: Ink? {
    switch self {
    case .danger: .alarm
    case .removal: .red
    case .creation: .green
    case .update: .yellow
    case .neutral: nil
    }
  }
}

extension ValueRow {
  fileprivate var ink: Ink? {
    if isCount { return .dim }
    return switch sign {
    case .removed: .red
    case .added: .green
    case .changed: .yellow
    case .none: nil
    }
  }
}
