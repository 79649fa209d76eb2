extension ValueJSON {
  /// Reads one JSON text; throws for anything RFC 8259 does not allow, duplicate keys and numbers that would lose digits.
  public static func decode(_ bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONSyntaxError) -> Value {
    guard bytes.count <= limits.bytes else {
      throw JSONSyntaxError(message: "the text is larger than \(limits.bytes) bytes", line: 1, column: 1)
    }
    return try bytes.withUnsafeBufferPointer { (buffer) throws(JSONSyntaxError) -> Value in
      var reader = JSONReader(bytes: buffer, depthLimit: limits.depth)
      do throws(JSONReader.Failure) {
        return try reader.document()
      } catch {
        throw error.located(in: buffer)
      }
    }
  }
}

/// Recursive descent over bytes; positions are worked out only when something is wrong.
struct JSONReader {
  struct Failure: Error {
    var message: String
    var offset: Int

    func located(in bytes: UnsafeBufferPointer<UInt8>) -> JSONSyntaxError {
      var line = 1
      var column = 1
      for byte in bytes.prefix(offset) {
        if byte == UInt8(ascii: "\n") {
          line += 1
          column = 1
        } else if byte & 0xC0 != 0x80 {
          column += 1
        }
      }
      return JSONSyntaxError(message: message, line: line, column: column)
    }
  }

  let bytes: UnsafeBufferPointer<UInt8>
  let depthLimit: Int
  var at = 0
  var depth = 0

  init(bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
  }

  mutating func document() throws(Failure) -> Value {
    let value = try value()
    skipSpace()
    if at < bytes.count { throw Failure(message: "something stands behind the end of the value", offset: at) }
    return value
  }

  private mutating func skipSpace() {
    while at < bytes.count {
      switch bytes[at] {
      case 0x20, 0x0A, 0x0D, 0x09: at += 1
      default: return
      }
    }
  }

  /// The next byte that is no white space, not yet consumed; 0 at the end of the text.
  private mutating func peek() -> UInt8 {
    skipSpace()
    return at < bytes.count ? bytes[at] : 0
  }

  private mutating func value() throws(Failure) -> Value {
    switch peek() {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default:
      throw Failure(message: at < bytes.count ? "a value is expected here" : "the text ends too early", offset: at)
    }
  }

  private mutating func word(_ word: StaticString, _ value: Value) throws(Failure) -> Value {
    let length = word.utf8CodeUnitCount
    var same = at + length <= bytes.count
    var index = 0
    while same, index < length {
      same = bytes[at + index] == word.utf8Start[index]
      index += 1
    }
    guard same else { throw Failure(message: "a value is expected here", offset: at) }
    at += length
    return value
  }

  private mutating func enter() throws(Failure) {
    depth += 1
    if depth > depthLimit {
      throw Failure(message: "lists and maps stand more than \(depthLimit) deep in each other", offset: at)
    }
    at += 1
  }

  private mutating func array() throws(Failure) -> Value {
    try enter()
    defer { depth -= 1 }
    if peek() == UInt8(ascii: "]") {
      at += 1
      return .list([])
    }
    var elements: [Value] = []
    while true {
      elements.append(try value())
      switch peek() {
      case UInt8(ascii: ","): at += 1
      case UInt8(ascii: "]"):
        at += 1
        return .list(elements)
      default: throw Failure(message: "a comma or ] is expected here", offset: at)
      }
    }
  }

  private mutating func object() throws(Failure) -> Value {
    let start = at
    try enter()
    defer { depth -= 1 }
    if peek() == UInt8(ascii: "}") {
      at += 1
      return .map(ValueMap())
    }
    var pairs: [ValueMap.Pair] = []
    var ordered = true
    var lastKey = 0..<0
    while true {
      guard peek() == UInt8(ascii: "\"") else { throw Failure(message: "a key in quotes is expected here", offset: at) }
      let keyStart = at
      let key = try string()
      let written = keyStart..<at
      guard peek() == UInt8(ascii: ":") else { throw Failure(message: "a colon is expected here", offset: at) }
      at += 1
      if ordered, !pairs.isEmpty { ordered = precedes(lastKey, written) }
      lastKey = written
      pairs.append(ValueMap.Pair(key, try value()))
      switch peek() {
      case UInt8(ascii: ","): at += 1
      case UInt8(ascii: "}"):
        at += 1
        if !ordered { try sort(&pairs, objectAt: start) }
        return finished(pairs)
      default: throw Failure(message: "a comma or } is expected here", offset: at)
      }
    }
  }

  /// Compares two keys as written, quotes included; false when in doubt, which only costs a sort.
  private func precedes(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
    var (left, right) = (a.lowerBound + 1, b.lowerBound + 1)
    while left < a.upperBound - 1, right < b.upperBound - 1 {
      let (x, y) = (bytes[left], bytes[right])
      if x == UInt8(ascii: "\\") || y == UInt8(ascii: "\\") { return false }
      if x != y { return x < y }
      (left, right) = (left + 1, right + 1)
    }
    return left == a.upperBound - 1 && right < b.upperBound - 1
  }

  private func finished(_ pairs: [ValueMap.Pair]) -> Value {
    if pairs.count == 1, ValueJSON.isUnknownKey(pairs[0].key) {
      let pair = pairs[0]
      if pair.key != ValueJSON.unknownKey {
        return .map(ValueMap(ordered: [ValueMap.Pair(String(pair.key.dropFirst()), pair.value)]))
      }
      if case .string(let name) = pair.value { return .unknown(name) }
    }
    return .map(ValueMap(ordered: pairs))
  }

  private func sort(_ pairs: inout [ValueMap.Pair], objectAt start: Int) throws(Failure) {
    pairs.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    for index in pairs.indices.dropFirst() where pairs[index].key.utf8.elementsEqual(pairs[index - 1].key.utf8) {
      throw Failure(message: "the key \"\(pairs[index].key)\" stands twice in the map that starts here", offset: start)
    }
  }
}
