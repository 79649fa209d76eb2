extension ValueJSON {
  /// Writes a value with sorted keys; pretty means two spaces per level and a line end behind the last line.
  ///
  /// A number that is not finite, which JSON can't hold, is written as `null`.
  public static func encode(_ value: Value, pretty: Bool) -> [UInt8] {
    var writer = JSONWriter(pretty: pretty)
    writer.write(value)
    if pretty { writer.output.append(UInt8(ascii: "\n")) }
    return writer.output.bytes
  }
}

private struct JSONWriter: ~Copyable {
  let pretty: Bool
  var output = ByteWriter(capacity: 1024)
  private var level = 0

  init(pretty: Bool) { self.pretty = pretty }

  mutating func write(_ value: Value) {
    switch value {
    case .null: output.append("null")
    case .bool(let flag): output.append(flag ? "true" : "false")
    case .integer(let number): write(number)
    case .number(let number): write(plain: number.isFinite ? number.description : "null")
    case .string(let text): write(text)
    case .list(let elements): write(elements)
    case .map(let map): write(map)
    case .unknown(let name):
      open(UInt8(ascii: "{"))
      write(key: ValueJSON.unknownKey)
      write(name)
      close(UInt8(ascii: "}"))
    }
  }

  private mutating func write(_ elements: [Value]) {
    if elements.isEmpty { return output.append("[]") }
    open(UInt8(ascii: "["))
    elements.withUnsafeBufferPointer { elements in
      for index in elements.indices {
        if index > 0 { separate() }
        write(elements[index])
      }
    }
    close(UInt8(ascii: "]"))
  }

  private mutating func write(_ map: ValueMap) {
    if map.isEmpty { return output.append("{}") }
    open(UInt8(ascii: "{"))
    if map.count == 1, ValueJSON.isUnknownKey(map[0].key) {
      write(key: "$" + map[0].key)
      write(map[0].value)
    } else {
      map.withPairs { pairs in
        for index in pairs.indices {
          if index > 0 { separate() }
          write(key: pairs[index].key)
          write(pairs[index].value)
        }
      }
    }
    close(UInt8(ascii: "}"))
  }

  private mutating func open(_ bracket: UInt8) {
    output.append(bracket)
    level += 1
    breakLine()
  }

  private mutating func close(_ bracket: UInt8) {
    level -= 1
    breakLine()
    output.append(bracket)
  }

  private mutating func separate() {
    output.append(UInt8(ascii: ","))
    breakLine()
  }

  private mutating func breakLine() {
    guard pretty else { return }
    output.append(UInt8(ascii: "\n"))
    output.append(0x20, times: level * 2)
  }

  private mutating func write(key: String) {
    write(key)
    output.append(UInt8(ascii: ":"))
    if pretty { output.append(0x20) }
  }

  private mutating func write(_ number: Int64) { write(plain: String(number)) }

  private mutating func write(plain text: String) {
    var text = text
    text.withUTF8 { output.append($0) }
  }

  private mutating func write(_ text: String) {
    output.append(UInt8(ascii: "\""))
    // Small texts come as a copy on the stack; all texts but those of other languages' strings are contiguous.
    if text.utf8.withContiguousStorageIfAvailable({ write(inside: $0) }) == nil {
      var text = text
      text.withUTF8 { write(inside: $0) }
    }
    output.append(UInt8(ascii: "\""))
  }

  private mutating func write(inside text: UnsafeBufferPointer<UInt8>) {
    // Nearly every text; one copy of the whole is several times quicker than looking for pieces.
    if Self.isPlain(text) { return output.append(text) }
    var start = 0
    for index in text.indices where Self.needsEscape(text[index]) {
      output.append(UnsafeBufferPointer(rebasing: text[start..<index]))
      writeEscape(text[index])
      start = index + 1
    }
    output.append(UnsafeBufferPointer(rebasing: text[start...]))
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  /// True when no byte needs an escape; looks at eight at a time.
  private static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let raw = UnsafeRawBufferPointer(text)
    var offset = 0
    while offset + 8 <= text.count {
      if mayNeedEscape(raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) {
        // The test takes some bytes from 0x80 on for others, so that these are looked at again.
        for index in offset..<offset + 8 where needsEscape(text[index]) { return false }
      }
      offset += 8
    }
    while offset < text.count {
      if needsEscape(text[offset]) { return false }
      offset += 1
    }
    return true
  }

  /// False only if none of eight bytes needs an escape: a byte below `n` borrows from its top bit when `n` is taken away.
  private static func mayNeedEscape(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ (ones &* 0x22)
    let slashes = word ^ (ones &* 0x5C)
    let below = (word &- ones &* 0x20) | (quotes &- ones) | (slashes &- ones)
    return below & (ones &* 0x80) != 0
  }

  private mutating func writeEscape(_ byte: UInt8) {
    output.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
    case 0x08: output.append(UInt8(ascii: "b"))
    case 0x09: output.append(UInt8(ascii: "t"))
    case 0x0A: output.append(UInt8(ascii: "n"))
    case 0x0C: output.append(UInt8(ascii: "f"))
    case 0x0D: output.append(UInt8(ascii: "r"))
    default:
      output.append("u00")
      output.append(Self.digit(byte >> 4))
      output.append(Self.digit(byte & 15))
    }
  }

  private static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }
}
