extension ValueJSON {
  /// Writes a value with sorted keys; pretty means two spaces per level and a line end behind the last line.
  ///
  /// A number that is not finite, which JSON can't hold, is written as `null`.
  public static func encode(_ value: Value, pretty: Bool) -> [UInt8] {
    var writer = JSONWriter(pretty: pretty)
    writer.write(value)
    if pretty { writer.bytes.append(UInt8(ascii: "\n")) }
    return writer.bytes
  }
}

private struct JSONWriter {
  let pretty: Bool
  var bytes: [UInt8] = []
  private var level = 0

  init(pretty: Bool) {
    self.pretty = pretty
    bytes.reserveCapacity(1024)
  }

  mutating func write(_ value: Value) {
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    case .integer(let number): write(number)
    case .number(let number): bytes.append(contentsOf: (number.isFinite ? number.description : "null").utf8)
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
    if elements.isEmpty {
      bytes.append(contentsOf: "[]".utf8)
      return
    }
    open(UInt8(ascii: "["))
    var first = true
    for element in elements {
      if !first { separate() }
      first = false
      write(element)
    }
    close(UInt8(ascii: "]"))
  }

  private mutating func write(_ map: ValueMap) {
    if map.isEmpty {
      bytes.append(contentsOf: "{}".utf8)
      return
    }
    open(UInt8(ascii: "{"))
    if map.count == 1, ValueJSON.isUnknownKey(map[0].key) {
      write(key: "$" + map[0].key)
      write(map[0].value)
    } else {
      var first = true
      for pair in map {
        if !first { separate() }
        first = false
        write(key: pair.key)
        write(pair.value)
      }
    }
    close(UInt8(ascii: "}"))
  }

  private mutating func open(_ bracket: UInt8) {
    bytes.append(bracket)
    level += 1
    breakLine()
  }

  private mutating func close(_ bracket: UInt8) {
    level -= 1
    breakLine()
    bytes.append(bracket)
  }

  private mutating func separate() {
    bytes.append(UInt8(ascii: ","))
    breakLine()
  }

  private mutating func breakLine() {
    guard pretty else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(0x20, count: level * 2))
  }

  private mutating func write(key: String) {
    write(key)
    bytes.append(UInt8(ascii: ":"))
    if pretty { bytes.append(0x20) }
  }

  private mutating func write(_ number: Int64) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = number.magnitude
    let start = bytes.count
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  private mutating func write(_ text: String) {
    var text = text
    bytes.append(UInt8(ascii: "\""))
    text.withUTF8 { buffer in
      var start = 0
      for index in buffer.indices {
        let byte = buffer[index]
        guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
        bytes.append(contentsOf: buffer[start..<index])
        writeEscape(byte)
        start = index + 1
      }
      bytes.append(contentsOf: buffer[start...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func writeEscape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    default:
      let digits = Array("0123456789abcdef".utf8)
      bytes.append(contentsOf: "u00".utf8)
      bytes.append(digits[Int(byte >> 4)])
      bytes.append(digits[Int(byte & 15)])
    }
  }
}
