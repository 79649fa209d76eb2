internal import CLibYAML
internal import CooperDiagnostics

/// What libyaml says when it can't go on, copied out of its parser.
struct SyntaxFailure {
  let problem: String
  let place: SourcePosition
  /// What was being read (`while parsing a flow sequence`) and where that began.
  let context: String
  let contextPlace: SourcePosition?

  init(_ parser: yaml_parser_t) {
    problem = parser.problem.map { String(cString: $0) } ?? ""
    place = SourcePosition(parser.problem_mark)
    context = parser.context.map { String(cString: $0) } ?? ""
    contextPlace = parser.context == nil ? nil : SourcePosition(parser.context_mark)
  }
}

extension Diagnostic {
  /// Says in Cooper's words what libyaml 0.2.5 reports.
  static func malformed(
    _ failure: SyntaxFailure, openBracket: SourcePosition?, lines: SourceLines, id: SourceID
  ) -> Diagnostic {
    let place = Place(lines: lines, id: id)
    if let tab = place.tab(near: failure.place) {
      return .tabIndentation(at: tab, others: place.tabLines(besides: tab))
    }
    let here = place.range(failure.place)
    let opened = failure.contextPlace.map { place.range($0) }
    let character = place.character(failure.place)
    switch failure.problem {
    case "found unexpected end of stream", "found unexpected document indicator":
      return .unclosed("quote", at: opened ?? here, end: here)
    case "did not find expected node content" where character == nil && openBracket != nil:
      let bracket = openBracket ?? failure.place
      return .unclosed("\"\(place.character(bracket) ?? "[")\"", at: place.range(bracket), end: here)
    case "did not find expected ',' or ']'":
      return .unclosed("\"[\"", at: opened ?? here, end: here)
    case "did not find expected ',' or '}'":
      return .unclosed("\"{\"", at: opened ?? here, end: here)
    case "found character that cannot start any token":
      return .needsQuotes(character, at: here)
    case "did not find expected alphabetic or numeric character":
      // The marks of an alias or anchor: the context begins at the "*" or "&".
      return .needsQuotes(failure.contextPlace.flatMap { place.character($0) }, at: opened ?? here)
    case "did not find expected key" where character == ":",
      "did not find expected node content" where character == ":":
      return .missingKey(at: here)
    case "did not find expected node content":
      return .missingValue(before: character, at: here)
    case "did not find expected key" where !place.isFirst(failure.place),
      "did not find expected <document start>"
    where !place.isFirst(failure.place):
      return .afterValue(at: place.restOfLine(failure.place))
    case "did not find expected key":
      return .outOfLine("key", at: here, block: opened)
    case "did not find expected '-' indicator":
      return .outOfLine("\"- \"", at: here, block: opened)
    case "did not find expected <document start>":
      return .outOfLine("document", at: here, block: nil)
    case "did not find expected comment or line break":
      return .afterValue(at: place.restOfLine(failure.place))
    case "found unexpected ':'":
      return .unexpectedColon(at: here, because: nil)
    case "mapping values are not allowed in this context":
      return .unexpectedColon(at: here, because: place.reasonForColon(at: failure.place))
    case "could not find expected ':'":
      return .withoutColon(at: place.restOfLine(failure.contextPlace ?? failure.place))
    case "block sequence entries are not allowed in this context":
      return .unexpectedDash(at: here)
    case "found unknown escape character", "did not find expected hexdecimal number":
      return .unknownEscape(at: here)
    case "found undefined tag handle":
      return .undefinedTagHandle(at: here)
    case let problem:
      let detail = failure.context.isEmpty ? problem : "\(failure.context), \(problem)"
      return .notYAML(detail, at: here, began: opened)
    }
  }
}

/// Looks at the text around the places that libyaml names.
private struct Place {
  let lines: SourceLines
  let id: SourceID

  /// A range of one character, or of none behind the end of a line.
  func range(_ mark: SourcePosition) -> SourceRange {
    // At the end of the text libyaml begins a line that isn't there.
    let last = lines.count
    let position =
      Int(mark.line) > last
      ? SourcePosition(line: last, column: SourceLines.scalars(in: lines[last]) + 1) : mark
    var end = position
    if character(position) != nil { end.column += 1 }
    return SourceRange(source: id, start: position, end: end)
  }

  /// The range from a place to the last text of its line.
  func restOfLine(_ position: SourcePosition) -> SourceRange {
    var text = lines[Int(position.line)]
    while text.last == 0x20 || text.last == 0x09 { text.removeLast() }
    let end = SourcePosition(line: Int(position.line), column: SourceLines.scalars(in: text) + 1)
    return SourceRange(source: id, start: position, end: max(end, range(position).end))
  }

  /// True when only spaces stand before a place on its line.
  func isFirst(_ position: SourcePosition) -> Bool {
    lines[Int(position.line)].prefix(Int(position.column) - 1).allSatisfy { $0 == 0x20 }
  }

  /// Looks at the line above for the two usual reasons of a colon where none can stand.
  func reasonForColon(at position: SourcePosition) -> Diagnostic.Note? {
    let number = Int(position.line)
    guard number > 1 else { return nil }
    let above = lines[number - 1]
    let colon = UInt8(ascii: ":")
    if let first = above.firstIndex(of: colon), first + 1 < above.endIndex, above[first + 1] != 0x20 {
      let column = SourceLines.scalars(in: above[..<first]) + 1
      return .init("no space behind this colon", at: range(SourcePosition(line: number - 1, column: column)))
    }
    func indentation(_ line: ArraySlice<UInt8>) -> Int { line.prefix { $0 == 0x20 }.count }
    let isFirstColon = !lines[number].prefix(Int(position.column) - 1).contains(colon)
    if isFirstColon, !above.isEmpty, indentation(lines[number]) > indentation(above) {
      return .init("this line is indented more than the one above, which has a value already")
    }
    return nil
  }

  func character(_ position: SourcePosition) -> Character? {
    let scalars = String(decoding: lines[Int(position.line)], as: UTF8.self).unicodeScalars
    return scalars.dropFirst(Int(position.column) - 1).first.map(Character.init)
  }

  /// Returns the tab that stands in the indentation of a line or exactly where reading stopped.
  func tab(near position: SourcePosition) -> SourceRange? {
    let line = Int(position.line)
    if let column = indentationTab(line) { return range(SourcePosition(line: line, column: column)) }
    return character(position) == "\t" ? range(position) : nil
  }

  /// Counts the other lines that are indented with tabs.
  func tabLines(besides tab: SourceRange) -> Int {
    (1...max(1, lines.count)).count { $0 != Int(tab.start.line) && indentationTab($0) != nil }
  }

  private func indentationTab(_ line: Int) -> Int? {
    let bytes = lines[line]
    guard let tab = bytes.firstIndex(where: { $0 != 0x20 }), bytes[tab] == 0x09 else { return nil }
    return tab - bytes.startIndex + 1
  }
}

extension Diagnostic {
  fileprivate static func tabIndentation(at range: SourceRange, others: Int) -> Diagnostic {
    Diagnostic(
      "YML0009", .error, "a tab where YAML wants spaces", at: range,
      notes: others == 0 ? [] : [Note("\(others) more \(others == 1 ? "line is" : "lines are") indented with tabs")],
      fix: ["indent with two spaces a level; for the whole file:  expand -i -t 2"])
  }

  fileprivate static func unclosed(_ what: String, at range: SourceRange, end: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0018", .error, "this \(what) is never closed", at: range, notes: [Note("reading stopped here", at: end)],
      fix: [
        what == "quote"
          ? "close it; inside '…' write '' for a quote, inside \"…\" write \\\""
          : "close the bracket, or separate what it holds with commas"
      ])
  }

  fileprivate static func needsQuotes(_ character: Character?, at range: SourceRange) -> Diagnostic {
    let shown = character.map { "\"\($0)\"" } ?? "this character"
    return Diagnostic(
      "YML0019", .error, "text that begins with \(shown) needs quotes", at: range,
      fix: ["write it in quotes, such as  \"\(character ?? "*")\(character == "*" ? "" : "…")\""])
  }

  fileprivate static func outOfLine(_ what: String, at range: SourceRange, block: SourceRange?) -> Diagnostic {
    let message =
      switch what {
      case "key": "this line is not in line with its mapping"
      case "document": "this text follows a value that had already ended"
      default: "this line is not in line with its list"
      }
    return Diagnostic(
      "YML0020", .error, message, at: range, notes: block.map { [Note("the block begins here", at: $0)] } ?? [],
      fix: [
        what == "document"
          ? "start it in the column of its neighbours, or write  ---  for a new document"
          : "start it in the column of its neighbours, and quote what is not all of a value"
      ])
  }

  fileprivate static func unexpectedColon(at range: SourceRange, because reason: Note?) -> Diagnostic {
    Diagnostic(
      "YML0021", .error, "a \":\" can't stand here", at: range, notes: reason.map { [$0] } ?? [],
      fix: ["quote a value that holds \": \", or indent this line like its neighbours"])
  }

  fileprivate static func withoutColon(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0022", .error, "a key without \":\"", at: range, fix: ["write  key: value  with a space behind the colon"])
  }

  fileprivate static func unexpectedDash(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0023", .error, "a list can't begin on the line of its key", at: range,
      fix: ["put  - …  on the next line, or write  [a, b]"])
  }

  fileprivate static func unknownEscape(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0024", .error, "unknown escape in double quotes", at: range,
      fix: ["write  \\\\  for a backslash, or use single quotes, where it needs no escape"])
  }

  fileprivate static func undefinedTagHandle(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0013", .error, "unknown tag", at: range, fix: ["remove the tag; a text that begins with \"!\" needs quotes"])
  }

  fileprivate static func afterValue(at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0026", .error, "text after the end of a value", at: range,
      notes: [Note("the value in front of it is complete")],
      fix: ["put quotes around the whole value, or delete what is too much"])
  }

  fileprivate static func missingValue(before character: Character?, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0027", .error, character.map { "a value is missing in front of \"\($0)\"" } ?? "a value is missing",
      at: range,
      fix: ["write the value, or delete the comma or mark in front of it"])
  }

  fileprivate static func notYAML(_ detail: String, at range: SourceRange, began: SourceRange?) -> Diagnostic {
    Diagnostic(
      "YML0025", .error, "this is not YAML", at: range,
      notes: [Note("the reader says: \(detail)")] + (began.map { [Note("it began here", at: $0)] } ?? []),
      fix: ["check the lines around this place"])
  }
}
