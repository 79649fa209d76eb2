public import CooperDiagnostics

/// Marks the diagnostics whose source line may hold a secret in plain text: a report then leaves the line out.
///
/// A finding about one field prints the whole line, and what else stands there may not have been checked at all, because
/// its connection has no type or its block is in the wrong place. So lines are judged by their words, whatever the schema
/// says: a key that may hold a secret with anything but a reference behind it. A wrong guess costs a printed line.
public func hidingPlainSecrets(_ diagnostics: [Diagnostic], in sources: SourceMap) -> [Diagnostic] {
  var lines: [SourceID: SourceLines] = [:]
  var verdicts: [Place: Bool] = [:]
  func holds(_ range: SourceRange) -> Bool {
    (range.start.line...max(range.start.line, min(range.end.line, range.start.line + 8))).contains { line in
      let place = Place(source: range.source, line: line)
      if let known = verdicts[place] { return known }
      guard let source = sources[range.source] else { return false }
      let text = lines[range.source] ?? SourceLines(source)
      lines[range.source] = text
      let verdict = holdsPlainSecret(text, Int(line))
      verdicts[place] = verdict
      return verdict
    }
  }
  return diagnostics.map { diagnostic in
    let ranges = [diagnostic.range].compactMap { $0 } + diagnostic.notes.compactMap(\.range)
    guard diagnostic.hidesSource || ranges.contains(where: holds) else { return diagnostic }
    var diagnostic = diagnostic
    diagnostic.hidesSource = true
    diagnostic.message = withoutTails(diagnostic.message)
    for index in diagnostic.notes.indices {
      diagnostic.notes[index].message = withoutTails(diagnostic.notes[index].message)
    }
    diagnostic.fix = diagnostic.fix.map(withoutTails)
    return diagnostic
  }
}

/// A key whose colon was forgotten has its value in it: of such a quoted text only the first word stays, up to the last
/// quote of the message, because the value may have quotes of its own.
private func withoutTails(_ message: String) -> String {
  let parts = message.split(separator: "\"", omittingEmptySubsequences: false)
  for index in stride(from: 1, to: parts.count, by: 2) {
    guard let blank = parts[index].firstIndex(where: \.isWhitespace), mayHoldSecret(String(parts[index][..<blank]))
    else { continue }
    let kept = parts[..<index].map(String.init) + [parts[index][..<blank] + " …"]
    return (kept + (index + 1 < parts.count ? [String(parts[parts.count - 1])] : [])).joined(separator: "\"")
  }
  return message
}

private struct Place: Hashable {
  var source: SourceID
  var line: UInt32
}

/// By the line's own words, or because it belongs to a key above that may hold a secret and has nothing behind it there.
func holdsPlainSecret(_ lines: SourceLines, _ number: Int) -> Bool {
  var words = LineWords(lines[number])
  if words.showsPlainSecret { return true }
  var indentation = words.indentation
  for line in stride(from: number - 1, to: max(0, number - 200), by: -1) where indentation > 0 {
    words = LineWords(lines[line])
    guard !words.isEmpty, words.indentation < indentation else { continue }
    if words.opensSecret { return true }
    indentation = words.indentation
  }
  return false
}

/// The words of one line of YAML, well enough to guess; no parser, because it is asked about broken files too.
private struct LineWords {
  let bytes: [UInt8]
  let indentation: Int
  var isEmpty: Bool { indentation == bytes.count }

  init(_ line: ArraySlice<UInt8>) {
    bytes = Array(line.prefix(1 << 16))
    indentation = bytes.firstIndex { $0 != 0x20 && $0 != 0x09 } ?? bytes.count
  }

  /// A key that may hold a secret with something behind it that is no reference.
  var showsPlainSecret: Bool {
    var index = 0
    while let word = nextWord(from: index) {
      index = word.upperBound
      guard mayHoldSecret(String(decoding: bytes[word], as: UTF8.self)) else { continue }
      var behind = index
      if behind < bytes.count, isQuote(bytes[behind]) { behind += 1 }
      let end = behind
      while behind < bytes.count, bytes[behind] == 0x20 { behind += 1 }
      guard behind < bytes.count else { continue }
      switch bytes[behind] {
      case UInt8(ascii: ":"):
        let value = text(from: behind + 1)
        if !value.isEmpty, value.first != "#", !Self.isReference(value) { return true }
        if !value.isEmpty { index = bytes.count - value.utf8.count + Self.referenceLength(value) }
      // Where a comma or bracket ends it, it was a value, such as  type: accessKey.
      case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: "#"): continue
      // Two words without a colon: it may have been forgotten.
      default: if behind > end { return true }
      }
    }
    return false
  }

  /// Its last key may hold a secret, and the value stands on the lines below.
  var opensSecret: Bool {
    guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")) else { return false }
    let rest = text(from: colon + 1)
    guard rest.isEmpty || "|>#\"'&!".contains(rest.first ?? "#") else { return false }
    return mayHoldSecret(String(decoding: bytes[..<colon], as: UTF8.self))
  }

  private func text(from index: Int) -> String {
    guard index < bytes.count else { return "" }
    return String(String(decoding: bytes[index...], as: UTF8.self).drop { $0 == " " || $0 == "\t" })
  }

  private func nextWord(from index: Int) -> Range<Int>? {
    guard let start = bytes[min(index, bytes.count)...].firstIndex(where: Self.isWord) else { return nil }
    return start..<(bytes[start...].firstIndex { !Self.isWord($0) } ?? bytes.count)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x5F || byte == 0x2D
      || byte >= 0x80
  }

  private func isQuote(_ byte: UInt8) -> Bool { byte == 0x22 || byte == 0x27 }

  private static func isReference(_ value: String) -> Bool { referenceLength(value) > 0 }

  /// How far a reference at the front of a text goes; 0 when there is none.
  private static func referenceLength(_ value: String) -> Int {
    let quote = value.first.map { "\"'".contains($0) } ?? false
    let body = quote ? value.dropFirst() : value[...]
    let end = body.firstIndex { quote ? $0 == value.first : " ,}]#".contains($0) } ?? body.endIndex
    let word = body[..<end]
    let length = word.utf8.count + (quote ? 1 : 0)
    if word == "null" || word == "~" { return length }
    if word.hasPrefix("env:") {
      let name = word.dropFirst(4)
      let isName = name.utf8.allSatisfy {
        (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x5F
      }
      return isName && !name.isEmpty ? length : 0
    }
    if word.hasPrefix("file:") || word.hasPrefix("sealed:") { return length }
    if word.hasPrefix("$("), word.hasSuffix(")") { return length }
    let inner = value.dropFirst().drop { $0 == " " }
    if value.first == "{", inner.hasPrefix("command:"), let close = value.firstIndex(of: "}") {
      let list = inner.dropFirst("command:".count).drop { $0 == " " }
      return list.first == "[" ? value[...close].utf8.count : 0
    }
    return 0
  }
}
