extension JSONReader {
  /// Reads a text; the opening quote is the next byte.
  mutating func string() throws(Failure) -> String {
    let start = at + 1
    var end = start
    var seen: UInt8 = 0
    while end < bytes.count {
      let byte = bytes[end]
      seen |= byte
      if byte == UInt8(ascii: "\"") {
        let run = UnsafeBufferPointer(rebasing: bytes[start..<end])
        at = end + 1
        // ASCII needs no validation, and decoding it has a fast path.
        return seen < 0x80 ? String(decoding: run, as: UTF8.self) : try checked(run, from: start)
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start, firstEscape: end) }
      if byte < 0x20 { throw Failure(message: "a control character must be escaped inside a text", offset: end) }
      end += 1
    }
    throw Failure(message: "the text that starts here has no closing quote", offset: start - 1)
  }

  private func checked(_ run: UnsafeBufferPointer<UInt8>, from start: Int) throws(Failure) -> String {
    guard let text = String(validating: run, as: UTF8.self) else {
      throw Failure(message: "the text that starts here is not valid UTF-8", offset: start - 1)
    }
    return text
  }

  private mutating func escapedString(from start: Int, firstEscape: Int) throws(Failure) -> String {
    var buffer = Array(bytes[start..<firstEscape])
    at = firstEscape
    while at < bytes.count {
      let byte = bytes[at]
      switch byte {
      case UInt8(ascii: "\""):
        at += 1
        return try buffer.withUnsafeBufferPointer { (run) throws(Failure) in try checked(run, from: start) }
      case UInt8(ascii: "\\"): try escape(into: &buffer)
      case 0..<0x20: throw Failure(message: "a control character must be escaped inside a text", offset: at)
      default:
        buffer.append(byte)
        at += 1
      }
    }
    throw Failure(message: "the text that starts here has no closing quote", offset: start - 1)
  }

  private mutating func escape(into buffer: inout [UInt8]) throws(Failure) {
    let start = at
    at += 2
    switch at <= bytes.count ? bytes[at - 1] : 0 {
    case UInt8(ascii: "\""): buffer.append(UInt8(ascii: "\""))
    case UInt8(ascii: "\\"): buffer.append(UInt8(ascii: "\\"))
    case UInt8(ascii: "/"): buffer.append(UInt8(ascii: "/"))
    case UInt8(ascii: "b"): buffer.append(0x08)
    case UInt8(ascii: "f"): buffer.append(0x0C)
    case UInt8(ascii: "n"): buffer.append(0x0A)
    case UInt8(ascii: "r"): buffer.append(0x0D)
    case UInt8(ascii: "t"): buffer.append(0x09)
    case UInt8(ascii: "u"): buffer.append(contentsOf: String(try scalar(escapeAt: start)).utf8)
    default: throw Failure(message: "this escape is none of JSON's", offset: start)
    }
  }

  private mutating func scalar(escapeAt start: Int) throws(Failure) -> Unicode.Scalar {
    let first = try codeUnit(escapeAt: start)
    guard 0xD800..<0xE000 ~= first else { return Unicode.Scalar(UInt8(0)).replaced(by: first) }
    guard first < 0xDC00, at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u")
    else { throw Failure(message: "half of a surrogate pair stands alone", offset: start) }
    at += 2
    let second = try codeUnit(escapeAt: start)
    guard 0xDC00..<0xE000 ~= second else {
      throw Failure(message: "half of a surrogate pair stands alone", offset: start)
    }
    return Unicode.Scalar(UInt8(0)).replaced(by: 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
  }

  private mutating func codeUnit(escapeAt start: Int) throws(Failure) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      let byte = at < bytes.count ? bytes[at] : 0
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
      default: throw Failure(message: "four hexadecimal digits are expected after \\u", offset: start)
      }
      at += 1
    }
    return unit
  }

  private func isDigit(_ index: Int) -> Bool {
    index < bytes.count && bytes[index] >= UInt8(ascii: "0") && bytes[index] <= UInt8(ascii: "9")
  }

  /// Reads a number; whole numbers stay exact and must fit 64 bits.
  mutating func number() throws(Failure) -> Value {
    let start = at
    let negative = bytes[at] == UInt8(ascii: "-")
    if negative { at += 1 }
    guard isDigit(at) else { throw Failure(message: "a digit is expected here", offset: at) }
    let leadingZero = bytes[at] == UInt8(ascii: "0")
    var whole: Int64 = 0
    var overflow = false
    let firstDigit = at
    while isDigit(at) {
      let digit = Int64(bytes[at] - UInt8(ascii: "0"))
      let (scaled, tooLarge) = whole.multipliedReportingOverflow(by: 10)
      let (sum, tooLargeToo) =
        negative ? scaled.subtractingReportingOverflow(digit) : scaled.addingReportingOverflow(digit)
      overflow = overflow || tooLarge || tooLargeToo
      whole = sum
      at += 1
    }
    if leadingZero, at > firstDigit + 1 { throw Failure(message: "a number must not start with 0", offset: start) }
    let next = at < bytes.count ? bytes[at] : 0
    guard next == UInt8(ascii: ".") || next == UInt8(ascii: "e") || next == UInt8(ascii: "E") else {
      if overflow { throw Failure(message: "this number does not fit 64 bits", offset: start) }
      return .integer(whole)
    }
    return try fraction(from: start)
  }

  private mutating func fraction(from start: Int) throws(Failure) -> Value {
    if bytes[at] == UInt8(ascii: ".") {
      at += 1
      guard isDigit(at) else { throw Failure(message: "a digit is expected here", offset: at) }
      while isDigit(at) { at += 1 }
    }
    if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
      guard isDigit(at) else { throw Failure(message: "a digit is expected here", offset: at) }
      while isDigit(at) { at += 1 }
    }
    guard let number = Double(String(decoding: bytes[start..<at], as: UTF8.self)), number.isFinite else {
      throw Failure(message: "this number is out of range", offset: start)
    }
    return .number(number)
  }
}

extension Unicode.Scalar {
  /// The scalar of a code point that is known to be no surrogate; itself otherwise.
  fileprivate func replaced(by codePoint: UInt32) -> Unicode.Scalar { Unicode.Scalar(codePoint) ?? self }
}
