internal import CooperDiagnostics

/// Looks over the bytes of a file before libyaml sees them, so that wrong encodings and hidden characters get
/// messages of their own, and so that libyaml's line numbers are those of an editor.
struct SourceScan {
  let source: SourceText
  let id: SourceID
  let limits: SyntaxLimits

  /// Returns what forbids reading the file, or nil.
  func refusal() -> Diagnostic? {
    if let encoding = wideEncoding() { return .wideEncoding(encoding, at: range(0)) }
    guard let finding = source.bytes.withUnsafeBufferPointer(find) else { return nil }
    switch finding {
    case .notUTF8(let offset): return .notUTF8(byte: source.bytes[offset], at: range(offset))
    case .hidden(let scalar, let offset): return .hiddenCharacter(scalar, at: range(offset))
    case .directives(let offset): return .tooManyDirectives(limit: limits.directives, at: range(offset))
    }
  }

  private enum Finding {
    case notUTF8(Int)
    case hidden(UInt32, Int)
    case directives(Int)
  }

  private func range(_ offset: Int) -> SourceRange {
    let start = SourceLines(source).position(ofByte: offset)
    return SourceRange(
      source: id, start: start, end: SourcePosition(line: Int(start.line), column: Int(start.column) + 1))
  }

  /// Recognises UTF-16 and UTF-32 by their byte order mark, or by the zero bytes around the first character
  /// (YAML 1.2, section 5.2).
  private func wideEncoding() -> String? {
    let head = Array(source.bytes.prefix(4))
    if head.starts(with: [0xFF, 0xFE, 0, 0]) || head.starts(with: [0, 0, 0xFE, 0xFF]) { return "UTF-32" }
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
    if head.count == 4, head[0...2].elementsEqual([0, 0, 0]) || head[1...3].elementsEqual([0, 0, 0]) {
      return "UTF-32"
    }
    if head.count >= 2, (head[0] == 0) != (head[1] == 0) { return "UTF-16" }
    return nil
  }

  private func find(_ bytes: UnsafeBufferPointer<UInt8>) -> Finding? {
    var i = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var directives = 0
    while i < bytes.count {
      let byte = bytes[i]
      if byte >= 0x20, byte < 0x7F || byte >= 0x80 {
        guard byte >= 0x80 else {
          i += 1
          continue
        }
        guard let (scalar, length) = decode(bytes, at: i) else { return .notUTF8(i) }
        if isHidden(scalar) { return .hidden(scalar, i) }
        i += length
      } else if byte == 0x0A || byte == 0x0D {
        i += 1
        if i < bytes.count, bytes[i] == UInt8(ascii: "%") {
          directives += 1
          if directives > limits.directives { return .directives(i) }
        }
      } else if byte == 0x09 {
        i += 1
      } else {
        return .hidden(UInt32(byte), i)
      }
    }
    return nil
  }

  /// Decodes one scalar of two to four bytes; nil for what Unicode 15, table 3-7 calls ill-formed.
  private func decode(_ bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> (scalar: UInt32, length: Int)? {
    let first = bytes[i]
    let length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
    guard length > 0, i + length <= bytes.count else { return nil }
    var scalar = UInt32(first) & (0x7F >> UInt32(length))
    for k in 1..<length {
      guard bytes[i + k] & 0xC0 == 0x80 else { return nil }
      scalar = scalar << 6 | UInt32(bytes[i + k] & 0x3F)
    }
    let smallest: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x1_0000
    guard scalar >= smallest, scalar <= 0x10_FFFF, !(0xD800...0xDFFF).contains(scalar) else { return nil }
    return (scalar, length)
  }

  /// Tells the characters that a reviewer can't see or that make text read differently from what it says:
  /// C1 controls, line breaks of YAML 1.1, bidirectional controls, a byte order mark inside the text.
  private func isHidden(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x80...0x9F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFFE, 0xFFFF: true
    default: false
    }
  }
}

extension Diagnostic {
  fileprivate static func notUTF8(byte: UInt8, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0001", .error, "this file is not UTF-8 (byte 0x\(hex(UInt32(byte), digits: 2)))", at: range,
      fix: ["save the file as UTF-8; an editor may have written Latin-1 or Windows-1252"], hidesSource: true)
  }

  fileprivate static func wideEncoding(_ name: String, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0002", .error, "this file is \(name), not UTF-8", at: range,
      fix: ["save it as UTF-8, or run  iconv -f \(name) -t UTF-8"], hidesSource: true)
  }

  fileprivate static func hiddenCharacter(_ scalar: UInt32, at range: SourceRange) -> Diagnostic {
    let name =
      switch scalar {
      case 0x85, 0x2028, 0x2029: "line separator"
      case 0xFEFF: "byte order mark inside the text"
      case 0x202A...0x202E, 0x2066...0x2069: "control that reverses the reading direction"
      default: "control character"
      }
    let digits = hex(scalar, digits: 4)
    let remedy =
      scalar == 0xFEFF ? "delete it" : "delete it; where it is meant, write  \"\\u\(digits)\"  in double quotes"
    return Diagnostic(
      "YML0003", .error, "hidden character U+\(digits): a \(name)", at: range,
      notes: [Note("A reviewer would not see it.")], fix: [remedy])
  }

  fileprivate static func tooManyDirectives(limit: Int, at range: SourceRange) -> Diagnostic {
    Diagnostic(
      "YML0004", .error, "more than \(limit) directive lines that begin with \"%\"", at: range,
      fix: ["Cooper needs no directives; remove these lines"])
  }
}

private func hex(_ number: UInt32, digits: Int) -> String {
  let text = String(number, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}
