internal import CooperModel
public import CooperProvider

/// Percent-encoding as Signature Version 4 wants it: everything but the unreserved characters of RFC 3986.
public enum PercentEncoding {
  /// Encodes one text, e.g. a query value; a slash is kept where it separates segments.
  public static func encode(_ text: String, keepingSlashes: Bool = false) -> String {
    var bytes: [UInt8] = []
    append(text, to: &bytes, keepingSlashes: keepingSlashes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The path of a URL: a slash before each segment, or a lone slash when there is none.
  ///
  /// S3 object keys may hold slashes; they stay separators there (`keepingSlashes`), as AWS signs them.
  public static func path(_ segments: [String], keepingSlashes: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64)
    append(path: segments, to: &bytes, keepingSlashes: keepingSlashes)
    return bytes
  }

  /// The same behind what is there already, e.g. a host.
  public static func append(path segments: [String], to bytes: inout [UInt8], keepingSlashes: Bool) {
    if segments.isEmpty { bytes.append(UInt8(ascii: "/")) }
    for segment in segments {
      bytes.append(UInt8(ascii: "/"))
      append(segment, to: &bytes, keepingSlashes: keepingSlashes)
    }
  }

  /// The body of a form: as a query, with + for a space (HTML, "application/x-www-form-urlencoded serializing").
  public static func form(_ items: [QueryItem]) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = query(items)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.starts(with: [0x32, 0x30]) {
        bytes.append(UInt8(ascii: "+"))
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }

  /// The query of a URL, in the order given; an item without a value is a bare name.
  public static func query(_ items: [QueryItem]) -> [UInt8] {
    var bytes: [UInt8] = []
    append(query: items, to: &bytes)
    return bytes
  }

  /// The same behind what is there already, e.g. a question mark.
  public static func append(query items: [QueryItem], to bytes: inout [UInt8]) {
    var isFirst = true
    for item in items {
      if !isFirst { bytes.append(UInt8(ascii: "&")) }
      isFirst = false
      append(item.name, to: &bytes, keepingSlashes: false)
      if let value = item.value {
        bytes.append(UInt8(ascii: "="))
        append(value, to: &bytes, keepingSlashes: false)
      }
    }
  }

  static func append(_ text: String, to bytes: inout [UInt8], keepingSlashes: Bool) {
    if text.utf8.allSatisfy({ isUnreserved($0) || ($0 == 0x2f && keepingSlashes) }) {
      bytes += text.utf8
    } else {
      for byte in text.utf8 { append(byte, to: &bytes, keepingSlashes: keepingSlashes) }
    }
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: true
    default: false
    }
  }

  static func append(_ byte: UInt8, to bytes: inout [UInt8], keepingSlashes: Bool) {
    if isUnreserved(byte) || (byte == 0x2f && keepingSlashes) {
      bytes.append(byte)
    } else {
      bytes.append(UInt8(ascii: "%"))
      bytes.append(upperDigit(byte >> 4))
      bytes.append(upperDigit(byte & 15))
    }
  }

  private static func upperDigit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x37 + nibble }
}
