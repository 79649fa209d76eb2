extension FormatScalar {
  /// Blanks before a block scalar's first line with text, without those that belong to the text.
  static func indentation(raw: String, text: String) -> Int {
    func lead(_ lines: some Sequence<Substring>) -> Int? {
      lines.first { line in line.contains { $0 != " " } }.map { $0.prefix { $0 == " " }.count }
    }
    let written = lead(raw.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()) ?? 0
    return written - (lead(text.split(separator: "\n", omittingEmptySubsequences: false)) ?? 0)
  }

  /// The text as a key: quotes only where it needs them.
  var asKey: String {
    if style == .singleQuoted || style == .doubleQuoted, PlainText.isSafe(text, in: .key) { return text }
    return quotesNormalised
  }

  /// The text on one line of a flow collection; nil when it has several.
  var inline: String? {
    switch style {
    case .literal, .folded: return nil
    case .plain: return raw.contains("\n") ? nil : raw
    case .singleQuoted, .doubleQuoted:
      if raw.contains("\n") { return nil }
      return !keepsQuotes && PlainText.isSafe(text, in: .flow) && !text.contains(":") ? text : quotesNormalised
    }
  }

  /// The lines of the text in a block; the first stands behind its key, the others are whole lines.
  func lines(nested: Int) -> [String] {
    let blanks = String(repeating: " ", count: nested)
    switch style {
    case .literal, .folded: return blockLines(blanks)
    case .plain: return rawLines(blanks, trimsEnds: true)
    case .singleQuoted, .doubleQuoted:
      if raw.contains("\n") { return rawLines(blanks, trimsEnds: false) }
      return [!keepsQuotes && PlainText.isSafe(text, in: .block) ? text : quotesNormalised]
    }
  }

  /// Double quotes, unless the text has a sign in it that they would have to escape.
  private var quotesNormalised: String {
    guard style == .singleQuoted, !raw.contains("\n"), text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }),
      !text.contains("\""), !text.contains("\\")
    else { return raw }
    return "\"\(text)\""
  }

  private func rawLines(_ blanks: String, trimsEnds: Bool) -> [String] {
    raw.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
      var line = line
      if trimsEnds { while line.last == " " || line.last == "\t" { line.removeLast() } }
      if index == 0 { return String(line) }
      line = line.drop { $0 == " " || $0 == "\t" }
      return line.isEmpty ? "" : blanks + line
    }
  }

  private func blockLines(_ blanks: String) -> [String] {
    var rows = raw.split(separator: "\n", omittingEmptySubsequences: false)
    let header = rows.removeFirst().prefix { $0 != "#" }
    let keeps = header.contains("+")
    // Behind the last line's break nothing more stands.
    if rows.last?.allSatisfy({ $0 == " " }) ?? false { rows.removeLast() }
    var body = rows.map { row -> Substring in
      let lead = row.prefix { $0 == " " }.count
      return row.dropFirst(min(lead, indentation))
    }
    if !keeps { while let last = body.last, last.isEmpty { body.removeLast() } }
    var mark = style == .literal ? "|" : ">"
    if body.first(where: { !$0.isEmpty })?.first == " " { mark += "2" }
    // A text that ends with the file, without a line's break, would get one.
    let endsBare = !text.isEmpty && !text.hasSuffix("\n")
    mark += header.contains("-") || endsBare ? "-" : keeps ? "+" : ""
    return [mark] + body.map { $0.isEmpty ? "" : blanks + $0 }
  }
}
