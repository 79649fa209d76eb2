internal import CooperDiagnostics
internal import CooperPlan
internal import CooperProvider

/// Pieces of a comment; text from names and values can't leave its place (GitHub Flavored Markdown Spec 0.29).
enum MarkdownText {
  /// Longer texts are cut: the whole is in the saved plan.
  private static let longest = 400
  private static let mostRows = 120

  /// Text between words: no markup, no links, no mention of anybody.
  static func plain(_ text: String) -> String { escaped(text, breaksMentions: true) }

  /// A name; references and mentions are not looked for inside `code`.
  static func code(_ text: String) -> String { "<code>" + escaped(text, breaksMentions: false) + "</code>" }

  private static func escaped(_ text: String, breaksMentions: Bool) -> String {
    let text = printable(text)
    let lower = text.lowercased()
    let hidesDots = lower.contains("www.")
    let hidesColons = ["://", "mailto:", "xmpp:"].contains { lower.contains($0) }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "@", "#":
        result += "&#\(scalar.value);"
        // A zero-width space keeps `@team` and `#12` from being found in the rendered text.
        if breaksMentions { result += "&#8203;" }
      case "&", "<", ">", "`", "*", "_", "[", "]", "|", "\\", "~", "$":
        result += "&#\(scalar.value);"
      case ":" where hidesColons: result += "&#58;"
      case "." where hidesDots: result += "&#46;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A fence longer than every run of backticks inside, so that nothing inside ends it.
  static func fence(_ lines: [String], _ language: String) -> String {
    var longest = 2
    for line in lines {
      var run = 0
      for byte in line.utf8 {
        run = byte == UInt8(ascii: "`") ? run + 1 : 0
        longest = max(longest, run)
      }
    }
    let fence = String(repeating: "`", count: longest + 1)
    return "\n\(fence)\(language)\n" + lines.map { printable($0) + "\n" }.joined() + "\(fence)\n"
  }

  static func folded(_ summary: String, body: String) -> String {
    "<details><summary>\(summary)</summary>\n\(body)\n</details>\n"
  }

  /// One line of a list: what happens to which address, its risks, its place.
  static func heading(_ entry: OutlineEntry) -> String {
    var text = "- **\(plain(entry.verb))** \(code(entry.subject))"
    let risks = entry.risks.map { $0.kind.words }
    if !risks.isEmpty { text += ": " + Array(Set(risks)).sorted().joined(separator: ", ") }
    return text + place(entry)
  }

  private static func place(_ entry: OutlineEntry) -> String {
    let aside = entry.aside.isEmpty ? "" : " " + plain(entry.aside)
    return aside + (entry.origin.map { " " + code("\($0.file):\($0.line)") } ?? "")
  }

  static func danger(_ entry: OutlineEntry) -> String {
    var text = "- **\(plain(entry.verb))** \(code(entry.subject))\(place(entry))\n"
    for line in entry.lines { text += "  - " + plain(TextCanvas.cut(line, to: longest)) + "\n" }
    for line in entry.consents { text += "  - " + code(TextCanvas.cut(line, to: longest)) + "\n" }
    for risk in entry.risks { text += "  - " + self.risk(risk) + "\n" }
    return text
  }

  private static func risk(_ risk: Risk) -> String {
    "⚠️ **\(risk.kind.words)**: \(plain(TextCanvas.cut(risk.message, to: longest)))"
      + (risk.needsConsent ? " (consent given)" : "")
  }

  static func finding(_ finding: PlanDiagnostic) -> String {
    var text = "- **\(finding.severity.rawValue) \(plain(finding.code))** "
    text += plain(TextCanvas.cut(finding.message, to: longest))
    text += finding.origin.map { " " + code("\($0.file):\($0.line)") } ?? ""
    for line in finding.notes + finding.fix { text += "\n  - " + plain(TextCanvas.cut(line, to: longest)) }
    return text + "\n"
  }

  static func details(_ entry: OutlineEntry) -> String {
    let names = entry.facets.map(\.name).filter { !$0.isEmpty }
    let summary =
      plain(entry.verb) + " " + code(entry.subject) + (names.isEmpty ? "" : " " + plain(names.joined(separator: ", ")))
      + place(entry)
    var body = "\n"
    for line in entry.lines { body += "- " + plain(TextCanvas.cut(line, to: longest)) + "\n" }
    for risk in entry.risks { body += "- " + self.risk(risk) + "\n" }
    var lines = entry.facets.flatMap(facetLines)
    if lines.count > mostRows {
      let more = lines.count - mostRows
      lines = lines.prefix(mostRows) + ["and \(more) lines more"]
    }
    if !lines.isEmpty { body += fence(lines, "diff") }
    return folded(summary, body: body)
  }

  private static func facetLines(_ facet: FacetBlock) -> [String] {
    let heading = [facet.name, facet.label, facet.note].filter { !$0.isEmpty }.joined(separator: "  ")
    var lines = heading.isEmpty ? [] : [" " + heading]
    for row in facet.rows {
      // `!` is how such blocks mark a line that changed.
      let sign = row.sign == .changed ? "!" : row.sign.rawValue
      let label = row.label.isEmpty ? "" : row.label + ": "
      lines.append(
        TextCanvas.cut(sign + "   " + label + row.text + (row.note.isEmpty ? "" : "   " + row.note), to: longest))
    }
    if let closing = facet.closing { lines.append("   " + closing) }
    return lines
  }
}
