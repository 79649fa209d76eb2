/// The one place for each spelling; what can't be spelt so is refused rather than bent.
extension SecretSpelling {
  func spell(_ value: [UInt8], _ slot: DocumentSlot) throws(DocumentProblem) -> [UInt8] {
    switch self {
    case .line:
      guard !value.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
        throw .unfitSecret(slot, "it has more than one line, or control characters")
      }
      return value
    case .block(let indent):
      guard !value.contains(where: { ($0 < 0x20 && $0 != 0x0a) || $0 == 0x7f }) else {
        throw .unfitSecret(slot, "it has control characters")
      }
      let lines = value.split(separator: 0x0a, omittingEmptySubsequences: false)
      return Array(lines.joined(separator: [0x0a] + [UInt8](repeating: 0x20, count: indent)))
    case .quoted: return Quoted.json(value)
    case .quotedLine: return try Quoted.json(Self.line.spell(value, slot))
    case .quotedTwice: return Quoted.json(Quoted.json(value))
    case .form: return FormBody.encoded(value)
    case .shell: return try Quoted.shell(Self.line.spell(value, slot))
    case .oneLine:
      guard let line = JSONMember.onOneLine(value) else { throw .unfitSecret(slot, "it is no JSON") }
      return line
    }
  }

  /// What stands there when secrets are left out.
  func placeholder(_ label: String) -> String {
    switch self {
    case .form: "%3C" + FormBody.encoded(label) + "%3E"
    case .shell: "'<\(label)>'"
    default: "<\(label)>"
    }
  }
}

/// Texts inside quotes.
enum Quoted {
  /// The inside of a JSON string; also of a YAML one in double quotes.
  static func json(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + 2)
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
      case 0x0a: out += Array("\\n".utf8)
      case 0x0d: out += Array("\\r".utf8)
      case 0x09: out += Array("\\t".utf8)
      case 0..<0x20, 0x7f:
        let digits = Array("0123456789abcdef".utf8)
        out += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: out.append(byte)
      }
    }
    return out
  }

  static func json(_ text: String) -> String { String(decoding: json(Array(text.utf8)), as: UTF8.self) }

  private static let shellSafe = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./+=:@%,-".utf8)

  /// A word as POSIX shells and readers of .env files take it: bare where that is safe, else in single quotes.
  static func shell(_ bytes: [UInt8]) -> [UInt8] {
    if !bytes.isEmpty, bytes.allSatisfy({ shellSafe.contains($0) }) { return bytes }
    let quote = UInt8(ascii: "'")
    return [quote] + bytes.flatMap { $0 == quote ? Array("'\\''".utf8) : [$0] } + [quote]
  }

  static func shell(_ text: String) -> String { String(decoding: shell(Array(text.utf8)), as: UTF8.self) }
}

/// `application/x-www-form-urlencoded` (WHATWG URL Standard, section 5), with %20 for a space as well as any server reads.
public enum FormBody {
  private static let bare = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)

  static func encoded(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    return bytes.flatMap { byte in
      bare.contains(byte) ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }

  static func encoded(_ text: String) -> String { String(decoding: encoded(Array(text.utf8)), as: UTF8.self) }
}
