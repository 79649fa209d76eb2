import CooperSyntax

/// How plain scalars are read where a value is not text (YAML 1.2.2, section 10.3.2).
enum CoreSchema {
  static func bool(_ scalar: SyntaxNode.Scalar) -> Bool? {
    guard isPlain(scalar) else { return nil }
    return switch scalar.text {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }

  /// Decimal, `0o` and `0x`; nil for anything that does not fit 64 bits.
  static func integer(_ scalar: SyntaxNode.Scalar) -> Int64? {
    guard isPlain(scalar) else { return nil }
    let text = scalar.text
    if text.hasPrefix("0o") || text.hasPrefix("0x") {
      let digits = text.dropFirst(2)
      guard digits.utf8.first != UInt8(ascii: "+"), digits.utf8.first != UInt8(ascii: "-") else { return nil }
      return Int64(digits, radix: text.hasPrefix("0o") ? 8 : 16)
    }
    return Int64(text)
  }

  /// A finite decimal number; nil for `.inf` and `.nan`, which no field has a use for.
  static func number(_ scalar: SyntaxNode.Scalar) -> Double? {
    guard isPlain(scalar), !scalar.text.isEmpty,
      scalar.text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "+-.eE".utf8.contains($0) }
      ),
      scalar.text.utf8.contains(where: { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let number = Double(scalar.text), number.isFinite
    else { return nil }
    return number
  }

  static func value(_ scalar: SyntaxNode.Scalar) -> Value {
    if scalar.isNull { return .null }
    if let flag = bool(scalar) { return .bool(flag) }
    if let number = integer(scalar) { return .integer(number) }
    if let number = number(scalar) { return .number(number) }
    return .string(scalar.text)
  }

  /// False for quoted text and for text that a tag such as `!!str` makes text.
  private static func isPlain(_ scalar: SyntaxNode.Scalar) -> Bool {
    guard scalar.style == .plain else { return false }
    guard let tag = scalar.tag else { return true }
    return tag != "!" && !tag.hasSuffix("str")
  }
}
