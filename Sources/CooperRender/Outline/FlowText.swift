internal import CooperSchema

extension Value {
  /// The value on one line as YAML flow; texts that would read as something else stand in quotes.
  var flowText: String {
    switch self {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .integer(let number): String(number)
    case .number(let number): number.description
    case .string(let text): text.isPlain ? text : quoted
    case .list(let elements): "[" + elements.map(\.flowText).joined(separator: ", ") + "]"
    case .map(let map) where map.isEmpty: "{}"
    case .map(let map):
      "{ " + map.map { Value.string($0.key).flowText + ": " + $0.value.flowText }.joined(separator: ", ") + " }"
    case .unknown: "known after apply"
    }
  }

  private var quoted: String { String(decoding: ValueJSON.encode(self, pretty: false), as: UTF8.self) }

  var isScalar: Bool {
    switch self {
    case .list, .map: false
    default: true
    }
  }
}

extension String {
  /// True when YAML reads the text without quotes as this text.
  fileprivate var isPlain: Bool {
    guard let first = utf8.first, let last = utf8.last, last != UInt8(ascii: " "), last != UInt8(ascii: ":") else {
      return false
    }
    if "-?:&*!|>%@`\"'#,[]{} =~".utf8.contains(first) { return false }
    if utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || ",[]{}\"#".utf8.contains($0) }) { return false }
    if contains(": ") { return false }
    return !looksLikeOther
  }

  private var looksLikeOther: Bool {
    switch lowercased() {
    case "null", "true", "false", "yes", "no", "on", "off", "y", "n": return true
    default: break
    }
    guard let first = utf8.first else { return true }
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return (digits.contains(first) || first == UInt8(ascii: ".") || first == UInt8(ascii: "+"))
      && utf8.allSatisfy { digits.contains($0) || ".eE+-_xo:".utf8.contains($0) }
  }
}
