public import CooperSchema
internal import CooperSyntax

/// Writes values as YAML that reads back the same under YAML 1.2 core, and under 1.1 for other tools' sake.
public enum YAMLBlock {
  /// A map's entries, a line each or more, at a depth of two blanks per level; keys in the order given.
  public static func entries(_ pairs: [(key: String, value: Value)], depth: Int = 0) -> String {
    pairs.map { entry($0.key, $0.value, depth) }.joined()
  }

  private static let listWidth = 72

  private static func entry(_ key: String, _ value: Value, _ depth: Int) -> String {
    let indent = String(repeating: "  ", count: depth)
    return indent + scalar(key, isKey: true) + ":" + behindMark(value, depth)
  }

  /// What follows `key:` or `-`, with the line's end.
  private static func behindMark(_ value: Value, _ depth: Int) -> String {
    switch value {
    case .map(let map) where map.isEmpty: return " {}\n"
    case .map(let map): return "\n" + entries(map.map { ($0.key, $0.value) }, depth: depth + 1)
    case .list(let elements) where elements.isEmpty: return " []\n"
    case .list(let elements):
      if let short = inline(elements) { return " " + short + "\n" }
      return "\n" + elements.map { element($0, depth + 1) }.joined()
    case .string(let text):
      if let block = literal(text, depth + 1) { return " " + block }
      return " " + scalar(text) + "\n"
    default: return " " + plain(value) + "\n"
    }
  }

  private static func element(_ value: Value, _ depth: Int) -> String {
    let indent = String(repeating: "  ", count: depth)
    // The first entry of a map stands behind its dash.
    if case .map(let map) = value, !map.isEmpty {
      let text = entries(map.map { ($0.key, $0.value) }, depth: depth + 1)
      return indent + "- " + text.dropFirst(indent.count + 2)
    }
    if case .list(let elements) = value, !elements.isEmpty, inline(elements) == nil {
      let text = elements.map { element($0, depth + 1) }.joined()
      return indent + "- " + text.dropFirst(indent.count + 2)
    }
    return indent + "-" + behindMark(value, depth)
  }

  /// Short lists of scalars on one line.
  private static func inline(_ elements: [Value]) -> String? {
    var words: [String] = []
    for element in elements {
      switch element {
      case .string(let text):
        guard !text.contains("\n") else { return nil }
        words.append(scalar(text, isInFlow: true))
      case .bool, .integer, .number: words.append(plain(element))
      default: return nil
      }
    }
    let text = "[" + words.joined(separator: ", ") + "]"
    return text.count <= listWidth ? text : nil
  }

  private static func plain(_ value: Value) -> String {
    switch value {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .integer(let number): String(number)
    case .number(let number): "\(number)"
    case .string(let text), .unknown(let text): scalar(text)
    case .list, .map: "{}"
    }
  }

  // MARK: Texts

  /// A text as a plain scalar where nobody could read something else into it, else in double quotes.
  public static func scalar(_ text: String, isKey: Bool = false, isInFlow: Bool = false) -> String {
    PlainText.isSafe(text, in: isKey ? .key : isInFlow ? .flow : .block) ? text : quoted(text)
  }

  private static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\r": out += "\\r"
      default: out += isPrintable(scalar) ? String(scalar) : escaped(scalar)
      }
    }
    return out + "\""
  }

  /// YAML 1.2.2, section 5.1, without the line breaks and the byte order mark that a reader may fold or drop.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let width = scalar.value <= 0xFF ? 2 : scalar.value <= 0xFFFF ? 4 : 8
    let mark = width == 2 ? "x" : width == 4 ? "u" : "U"
    return "\\" + mark + String(repeating: "0", count: width - digits.count) + digits
  }

  /// A text of several lines as a literal block; nil where blanks at a line's edge or odd characters would be lost.
  private static func literal(_ text: String, _ depth: Int) -> String? {
    guard text.unicodeScalars.contains("\n") else { return nil }
    guard text.unicodeScalars.allSatisfy({ $0 == "\n" || isPrintable($0) }) else { return nil }
    let ends = text.hasSuffix("\n")
    let body = ends ? String(text.dropLast()) : text
    let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
    let isSafe = lines.allSatisfy { !$0.isEmpty && $0.first != " " && $0.last != " " }
    guard isSafe else { return nil }
    let indent = String(repeating: "  ", count: depth)
    return (ends ? "|\n" : "|-\n") + lines.map { indent + $0 + "\n" }.joined()
  }

  /// A value with `$(` written so that substitution leaves it alone.
  public static func escapingSubstitution(_ value: Value) -> Value {
    switch value {
    case .string(let text): .string(text.replacing("$(", with: "$$("))
    case .list(let elements): .list(elements.map(escapingSubstitution))
    case .map(let map): .map(ValueMap(map.map { ($0.key, escapingSubstitution($0.value)) }))
    default: value
    }
  }
}
