/// Renders diagnostics for a person: what happened, where, the line with carets, why, and what to do.
public struct TextReport: Sendable {
  public var sources: SourceMap
  /// True to colour with ANSI sequences; whether the terminal wants that is the caller's knowledge.
  public var colour: Bool
  /// The width in terminal columns.
  public var width: Int

  public init(_ sources: SourceMap, colour: Bool = false, width: Int = 80) {
    self.sources = sources
    self.colour = colour
    self.width = max(40, width)
  }

  /// Renders all diagnostics in report order, a blank line between them; empty for none.
  public func render(_ diagnostics: some Sequence<Diagnostic>) -> String {
    var lines: [SourceID: SourceLines] = [:]
    var output = ""
    for diagnostic in diagnostics.inReportOrder(sources) {
      if !output.isEmpty { output += "\n" }
      if let id = diagnostic.range?.source, lines[id] == nil, !diagnostic.hidesSource, let text = sources[id] {
        lines[id] = SourceLines(text)
      }
      render(diagnostic, lines: diagnostic.range.flatMap { lines[$0.source] }, into: &output)
    }
    return output
  }

  private func render(_ diagnostic: Diagnostic, lines: SourceLines?, into output: inout String) {
    renderHead(diagnostic, into: &output)
    var notes = diagnostic.notes[...]
    if let range = diagnostic.range, let lines, !diagnostic.hidesSource, Int(range.start.line) <= lines.count {
      let number = String(range.start.line)
      let digits = max(4, number.utf8.count)
      let excerpt = Excerpt(line: lines[Int(range.start.line)], range: range, width: width - digits - 3)
      let gutter = String(repeating: " ", count: digits - number.utf8.count) + number + " |"
      output += style(gutter, .dim) + (excerpt.text.isEmpty ? "" : " " + excerpt.text) + "\n"
      var used = digits + 3 + excerpt.caretStart + excerpt.caretCount
      output += style(String(repeating: " ", count: digits + 1) + "|", .dim)
      output += String(repeating: " ", count: excerpt.caretStart + 1)
      output += style(String(repeating: "^", count: excerpt.caretCount), .severity(diagnostic.severity))
      if let note = notes.first, note.range == nil {
        let text = printable(note.message)
        used += 1 + displayWidth(text)
        if used <= width {
          output += " " + text
          notes.removeFirst()
        }
      }
      output += "\n"
    }
    for note in notes { paragraph(printable(note.message), place: note.range, indent: 2, into: &output) }
    for line in diagnostic.fix {
      let text = printable(line)
      // Two spaces in a row set off what is to be typed; such a line is never broken.
      if displayWidth(text) + 2 <= width || text.contains("  ") {
        output += "  " + text + "\n"
      } else {
        paragraph(text, place: nil, indent: 2, into: &output)
      }
    }
  }

  /// Writes severity, code, message and place; a place that can stands in column 48, so that places line up.
  private func renderHead(_ diagnostic: Diagnostic, into output: inout String) {
    let label = diagnostic.severity.rawValue + " " + diagnostic.code.text + ":"
    let sentence = label + " " + printable(diagnostic.message)
    let text = displayWidth(sentence) <= width ? [sentence] : wrap(sentence, width: width - wrapIndent.count)
    for (index, line) in text.enumerated() {
      let rest = index == 0 ? String(line.dropFirst(label.count)) : wrapIndent + line
      output += index == 0 ? style(label, .severity(diagnostic.severity)) + rest : rest
      if index < text.count - 1 { output += "\n" }
    }
    if let range = diagnostic.range {
      let place = printable(sources.place(of: range))
      let used = displayWidth(text.last ?? "") + (text.count > 1 ? wrapIndent.count : 0)
      let length = displayWidth(place)
      if used + 2 + length > width {
        output += "\n" + wrapIndent
      } else {
        let column = text.count == 1 && used + 2 <= Self.placeColumn && Self.placeColumn + length <= width
        output += String(repeating: " ", count: column ? Self.placeColumn - used : 2)
      }
      output += style(place, .dim)
    }
    output += "\n"
  }

  private static let placeColumn = 48
  private var wrapIndent: String { "  " }

  private func paragraph(_ text: String, place: SourceRange?, indent: Int, into output: inout String) {
    let lines = wrap(text, width: width - indent)
    let margin = String(repeating: " ", count: indent)
    output += lines.map { margin + $0 }.joined(separator: "\n")
    if let place {
      let shown = printable(sources.place(of: place))
      let fits = indent + displayWidth(lines.last ?? "") + 2 + displayWidth(shown) <= width
      output += (fits ? "  " : "\n" + margin) + style(shown, .dim)
    }
    output += "\n"
  }

  private enum Style {
    case dim
    case severity(Severity)
  }

  /// Wraps a text in ANSI sequences (ECMA-48, select graphic rendition) where colour is wanted.
  private func style(_ text: String, _ style: Style) -> String {
    guard colour else { return text }
    let code =
      switch style {
      case .dim: "2"
      case .severity(.error): "1;31"
      case .severity(.warning): "1;33"
      case .severity(.note): "1;36"
      }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
