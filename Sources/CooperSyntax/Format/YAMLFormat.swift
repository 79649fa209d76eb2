public import CooperDiagnostics

/// Writes a YAML text in canonical order and style, with its comments, without changing what it means.
public enum YAMLFormat {
  /// The formatted text, or why there is none: the errors of reading it, or a finding of its own.
  public static func formatted(_ source: SourceText, id: SourceID, order: MappingOrder) -> Diagnosed<[UInt8]> {
    let before = parse(source, id: id)
    guard let meaning = before.value, !before.hasErrors else { return Diagnosed(nil, before.diagnostics) }
    let (text, breaks) = unified(source.bytes)
    guard let tokens = FormatTokens(text) else { return Diagnosed(nil, [.notFormatted("it can't be cut up", id)]) }
    var reader = FormatReader(tokens)
    guard let (documents, rest) = try? reader.documents() else {
      return Diagnosed(nil, [.notFormatted("it is written in a way that fmt doesn't know", id)])
    }
    let ordered = documents.map { document in
      var document = document
      document.root = FormatOrdering.ordered(document.root, order, isRoot: true)
      return document
    }
    let result = FormatWriter.text(ordered, rest: rest)
    if let loss = loss(meaning, tokens, result) { return Diagnosed(nil, [.notFormatted(loss, id)]) }
    return Diagnosed(Array((breaks == "\n" ? result : result.replacing("\n", with: breaks)).utf8))
  }

  /// Without byte order mark and with one kind of line break; which kind the file's first one is.
  private static func unified(_ bytes: [UInt8]) -> (text: String, breaks: String) {
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var isWindows: Bool?
    var index = hasMark ? 3 : 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == 0x0D {
        let isPair = index < bytes.count && bytes[index] == 0x0A
        if isPair { index += 1 }
        isWindows = isWindows ?? isPair
        out.append(0x0A)
      } else {
        if byte == 0x0A { isWindows = isWindows ?? false }
        out.append(byte)
      }
    }
    return (String(decoding: out, as: UTF8.self), isWindows ?? false ? "\r\n" : "\n")
  }

  /// What the new text would change of the old one's meaning or comments.
  private static func loss(_ meaning: [SyntaxNode], _ old: FormatTokens, _ result: String) -> String? {
    let after = parse(SourceText(name: "formatted", text: result), id: SourceID(0))
    guard let read = after.value, !after.hasErrors else { return "its new text could not be read back" }
    guard read.count == meaning.count, zip(meaning, read).allSatisfy({ SameMeaning.holds($0, $1) }) else {
      return "its new text would mean something else"
    }
    guard let new = FormatTokens(result), comments(old) == comments(new) else { return "a comment would be lost" }
    return nil
  }

  private static func comments(_ tokens: FormatTokens) -> [String] {
    var found = tokens.tokens.flatMap { $0.before.map(\.text) }
    for token in tokens.tokens where token.style == .literal || token.style == .folded {
      if let comment = tokens.headerComment(token) { found.append(comment.text) }
    }
    return found.sorted()
  }
}

/// Whether two trees say the same, whatever their places, styles and the order of their keys.
enum SameMeaning {
  static func holds(_ a: SyntaxNode, _ b: SyntaxNode) -> Bool {
    switch (a.content, b.content) {
    case (.missing, .missing): return true
    case (.scalar(let first), .scalar(let second)):
      guard first.text == second.text, first.tag == second.tag else { return false }
      // Quotes decide whether it is text; without them it must be something that is text all the same.
      return (first.style == .plain) == (second.style == .plain) || PlainText.isSafe(first.text, in: .block)
    case (.sequence(let first), .sequence(let second)):
      return first.count == second.count && zip(first, second).allSatisfy { holds($0, $1) }
    case (.mapping(let first), .mapping(let second)):
      guard first.count == second.count else { return false }
      let byKey = Dictionary(second.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
      return first.allSatisfy { entry in byKey[entry.key].map { holds(entry.value, $0) } ?? false }
    default: return false
    }
  }
}

extension Diagnostic {
  fileprivate static func notFormatted(_ reason: String, _ id: SourceID) -> Diagnostic {
    let start = SourcePosition(line: 1, column: 1)
    return Diagnostic(
      "YML0030", .error, "this file can't be formatted: \(reason)",
      at: SourceRange(source: id, start: start, end: SourcePosition(line: 1, column: 2)),
      notes: [Note("it was left as it is")], fix: ["write the odd place in a simpler way, or report it with the file"],
      hidesSource: true)
  }
}
