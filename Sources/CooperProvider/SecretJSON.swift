internal import CooperModel

/// A JSON text that may hold secrets, e.g. a key file or the answer of a token endpoint: each string stays a `Secret`
/// until somebody who knows what it is asks for it as text.
public struct SecretJSON: Sendable {
  private indirect enum Node: Sendable {
    case text(Secret)
    case list([Node])
    case object([String: Node])
    /// A number, a flag or null, as written.
    case word(String)
  }

  private let root: [String: Node]

  private init(_ root: [String: Node]) { self.root = root }

  /// Nil when the bytes are no JSON object.
  public init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    var reader = Reader(bytes: bytes)
    guard let node = reader.value(depth: 0), reader.isAtEnd, case .object(let root) = node else { return nil }
    self.root = root
  }

  public init?(_ bytes: [UInt8]) {
    let read = bytes.withUnsafeBufferPointer { SecretJSON($0) }
    guard let read else { return nil }
    self = read
  }

  public init?(_ secret: Secret) {
    let read = secret.withBytes { SecretJSON($0) }
    guard let read else { return nil }
    self = read
  }

  public func has(_ key: String) -> Bool { root[key] != nil }

  /// A string that shall stay secret.
  public func secret(_ key: String) -> Secret? { if case .text(let secret) = root[key] { secret } else { nil } }

  /// A string that is no secret.
  public func text(_ key: String) -> String? { secret(key).map(Self.text) }

  /// Strings that are no secrets; nil when there is no list.
  public func texts(_ key: String) -> [String]? {
    guard case .list(let nodes) = root[key] else { return nil }
    return nodes.compactMap { if case .text(let secret) = $0 { Self.text(secret) } else { nil } }
  }

  /// A whole number, also one that is written as a string.
  public func integer(_ key: String) -> Int64? {
    switch root[key] {
    case .word(let word): Int64(word)
    case .text(let secret): Int64(Self.text(secret))
    default: nil
    }
  }

  public func object(_ key: String) -> SecretJSON? {
    if case .object(let object) = root[key] { SecretJSON(object) } else { nil }
  }

  private static func text(_ secret: Secret) -> String { secret.withBytes { String(decoding: $0, as: UTF8.self) } }

  /// Recursive descent; anything that RFC 8259 doesn't allow ends in nil.
  private struct Reader {
    private static let depthLimit = 32
    let bytes: UnsafeBufferPointer<UInt8>
    var at = 0

    var isAtEnd: Bool {
      mutating get {
        skipSpace()
        return at == bytes.count
      }
    }

    private mutating func skipSpace() {
      while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
      skipSpace()
      guard at < bytes.count, bytes[at] == byte else { return false }
      at += 1
      return true
    }

    mutating func value(depth: Int) -> Node? {
      guard depth < Self.depthLimit else { return nil }
      if take(UInt8(ascii: "{")) { return object(depth) }
      if take(UInt8(ascii: "[")) { return list(depth) }
      if take(UInt8(ascii: "\"")) { return string().map { .text($0) } }
      let start = at
      while at < bytes.count, isWord(bytes[at]) { at += 1 }
      return at == start ? nil : .word(String(decoding: bytes[start..<at], as: UTF8.self))
    }

    private func isWord(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."): true
      default: false
      }
    }

    private mutating func object(_ depth: Int) -> Node? {
      var pairs: [String: Node] = [:]
      if take(UInt8(ascii: "}")) { return .object(pairs) }
      repeat {
        guard take(UInt8(ascii: "\"")), let key = string(), take(UInt8(ascii: ":")), let value = value(depth: depth + 1)
        else { return nil }
        pairs[SecretJSON.text(key)] = value
      } while take(UInt8(ascii: ","))
      return take(UInt8(ascii: "}")) ? .object(pairs) : nil
    }

    private mutating func list(_ depth: Int) -> Node? {
      var nodes: [Node] = []
      if take(UInt8(ascii: "]")) { return .list(nodes) }
      repeat {
        guard let node = value(depth: depth + 1) else { return nil }
        nodes.append(node)
      } while take(UInt8(ascii: ","))
      return take(UInt8(ascii: "]")) ? .list(nodes) : nil
    }

    /// The rest of a string behind its opening quote.
    private mutating func string() -> Secret? {
      var text: [UInt8] = []
      text.reserveCapacity(64)
      defer { wipe(&text) }
      while at < bytes.count {
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""): return Secret(text[...])
        case UInt8(ascii: "\\"): guard escape(&text) else { return nil }
        case 0..<0x20: return nil
        default: append(byte, to: &text)
        }
      }
      return nil
    }

    /// Grows by hand: an array that moves leaves its old bytes behind.
    private func append(_ byte: UInt8, to text: inout [UInt8]) {
      if text.count == text.capacity {
        var larger: [UInt8] = []
        larger.reserveCapacity(text.capacity * 2)
        larger += text
        wipe(&text)
        text = larger
      }
      text.append(byte)
    }

    private mutating func escape(_ text: inout [UInt8]) -> Bool {
      guard at < bytes.count else { return false }
      let byte = bytes[at]
      at += 1
      switch byte {
      case UInt8(ascii: "n"): append(0x0A, to: &text)
      case UInt8(ascii: "r"): append(0x0D, to: &text)
      case UInt8(ascii: "t"): append(0x09, to: &text)
      case UInt8(ascii: "b"): append(0x08, to: &text)
      case UInt8(ascii: "f"): append(0x0C, to: &text)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): append(byte, to: &text)
      case UInt8(ascii: "u"):
        guard let scalar = scalar() else { return false }
        for unit in Character(scalar).utf8 { append(unit, to: &text) }
      default: return false
      }
      return true
    }

    /// A code point behind `\u`, of two units where the first is a high surrogate.
    private mutating func scalar() -> Unicode.Scalar? {
      guard let first = unit() else { return nil }
      guard 0xD800..<0xDC00 ~= first else { return Unicode.Scalar(first) }
      guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else {
        return nil
      }
      at += 2
      guard let second = unit(), 0xDC00..<0xE000 ~= second else { return nil }
      return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    private mutating func unit() -> UInt32? {
      guard at + 4 <= bytes.count else { return nil }
      defer { at += 4 }
      return UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
    }
  }
}
