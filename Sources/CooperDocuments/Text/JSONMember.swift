internal import CooperModel

/// Reads single texts out of a JSON text that is a secret as a whole, so that it never becomes a `Value`.
public enum JSONMember {
  /// The text at a path of member names; nil when there is none, it is no text, or the JSON is broken.
  public static func text(at path: [String], in bytes: [UInt8]) -> [UInt8]? {
    var reader = Reader(bytes: bytes)
    guard let found = reader.value(path[...], isWanted: true) else { return nil }
    reader.skipSpace()
    return reader.isAtEnd ? found : nil
  }

  /// The same JSON without the space between its parts; nil when it is broken.
  static func onOneLine(_ bytes: [UInt8]) -> [UInt8]? {
    var reader = Reader(bytes: bytes)
    reader.kept = []
    guard reader.value([], isWanted: false) != nil else { return nil }
    reader.skipSpace()
    return reader.isAtEnd ? reader.kept : nil
  }

  private struct Reader {
    let bytes: [UInt8]
    var place = 0
    var depth = 0
    /// Significant bytes, where somebody wants them.
    var kept: [UInt8]?

    var isAtEnd: Bool { place == bytes.count }

    mutating func skipSpace() {
      while place < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[place]) { place += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
      skipSpace()
      guard place < bytes.count, bytes[place] == byte else { return false }
      place += 1
      kept?.append(byte)
      return true
    }

    /// Passes one value; gives the wanted text, or nothing in particular. Nil when it is broken, or not as wanted.
    mutating func value(_ path: ArraySlice<String>, isWanted: Bool) -> [UInt8]? {
      skipSpace()
      guard place < bytes.count, depth < 64 else { return nil }
      depth += 1
      defer { depth -= 1 }
      switch bytes[place] {
      case UInt8(ascii: "{"): return object(path, isWanted: isWanted)
      case UInt8(ascii: "["): return isWanted ? nil : array()
      case UInt8(ascii: "\""):
        guard let text = string() else { return nil }
        return isWanted ? (path.isEmpty ? text : nil) : []
      default: return isWanted ? nil : word()
      }
    }

    private mutating func object(_ path: ArraySlice<String>, isWanted: Bool) -> [UInt8]? {
      guard take(UInt8(ascii: "{")), !(isWanted && path.isEmpty) else { return nil }
      var found: [UInt8]?
      if take(UInt8(ascii: "}")) { return isWanted ? nil : [] }
      repeat {
        skipSpace()
        guard let name = string(), take(UInt8(ascii: ":")) else { return nil }
        let isMember = isWanted && path.first.map { Array($0.utf8) == name } ?? false
        guard let inner = value(isMember ? path.dropFirst() : [], isWanted: isMember) else { return nil }
        if isMember { found = inner }
      } while take(UInt8(ascii: ","))
      guard take(UInt8(ascii: "}")) else { return nil }
      return isWanted ? found : []
    }

    private mutating func array() -> [UInt8]? {
      guard take(UInt8(ascii: "[")) else { return nil }
      if take(UInt8(ascii: "]")) { return [] }
      repeat { guard value([], isWanted: false) != nil else { return nil } } while take(UInt8(ascii: ","))
      return take(UInt8(ascii: "]")) ? [] : nil
    }

    private mutating func word() -> [UInt8]? {
      let start = place
      let ends: Set<UInt8> = [0x20, 0x0a, 0x0d, 0x09, UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]")]
      while place < bytes.count, !ends.contains(bytes[place]) { place += 1 }
      let word = bytes[start..<place]
      let isName = ["true", "false", "null"].contains { $0.utf8.elementsEqual(word) }
      let isNumber =
        word.first.map { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) } ?? false
        && word.allSatisfy { (0x30...0x39).contains($0) || [0x2b, 0x2d, 0x2e, 0x45, 0x65].contains($0) }
      guard isName || isNumber else { return nil }
      kept?.append(contentsOf: word)
      return []
    }

    /// RFC 8259 section 7.
    private mutating func string() -> [UInt8]? {
      guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { return nil }
      let start = place
      place += 1
      var out: [UInt8] = []
      while place < bytes.count {
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "\""):
          kept?.append(contentsOf: bytes[start..<place])
          return out
        case UInt8(ascii: "\\"): guard escape(&out) else { return nil }
        case 0..<0x20: return nil
        default: out.append(byte)
        }
      }
      return nil
    }

    private static let short: [UInt8: UInt8] = [
      UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5c, UInt8(ascii: "/"): 0x2f, UInt8(ascii: "b"): 0x08,
      UInt8(ascii: "f"): 0x0c, UInt8(ascii: "n"): 0x0a, UInt8(ascii: "r"): 0x0d, UInt8(ascii: "t"): 0x09,
    ]

    private mutating func escape(_ out: inout [UInt8]) -> Bool {
      guard place < bytes.count else { return false }
      let byte = bytes[place]
      place += 1
      if let plain = Self.short[byte] {
        out.append(plain)
        return true
      }
      guard byte == UInt8(ascii: "u"), var unit = hexUnit() else { return false }
      if (0xd800..<0xdc00).contains(unit) {
        guard place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u") else {
          return false
        }
        place += 2
        guard let low = hexUnit(), (0xdc00..<0xe000).contains(low) else { return false }
        unit = 0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(unit) else { return false }
      out.append(contentsOf: Array(String(Character(scalar)).utf8))
      return true
    }

    private mutating func hexUnit() -> UInt32? {
      guard place + 4 <= bytes.count else { return nil }
      defer { place += 4 }
      return UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
    }
  }
}
