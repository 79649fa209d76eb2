/// Writes a document for a request body, in the order of the calls, without layout.
struct XMLWriter {
  /// The namespace of S3 documents (S3 API Reference).
  static let namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

  private(set) var bytes: [UInt8] = []

  /// The bytes of a whole document with that root.
  static func document(_ root: StaticString, _ content: (inout XMLWriter) -> Void) -> [UInt8] {
    var writer = XMLWriter()
    writer.bytes.reserveCapacity(512)
    writer.raw("<")
    writer.raw(root)
    writer.raw(" xmlns=\"")
    writer.bytes.append(contentsOf: namespace.utf8)
    writer.raw("\">")
    content(&writer)
    writer.close(root)
    return writer.bytes
  }

  mutating func element(_ name: StaticString, _ content: (inout XMLWriter) -> Void) {
    open(name)
    content(&self)
    close(name)
  }

  /// With attributes, e.g. the type of a grantee.
  mutating func element(
    _ name: StaticString, attributes: [(StaticString, String)], _ content: (inout XMLWriter) -> Void
  ) {
    raw("<")
    raw(name)
    for (attribute, value) in attributes {
      raw(" ")
      raw(attribute)
      raw("=\"")
      escape(value)
      raw("\"")
    }
    raw(">")
    content(&self)
    close(name)
  }

  mutating func element(_ name: StaticString, _ text: String) {
    open(name)
    escape(text)
    close(name)
  }

  mutating func element(_ name: StaticString, _ number: some BinaryInteger) { element(name, String(number)) }

  mutating func element(_ name: StaticString, _ flag: Bool) { element(name, flag ? "true" : "false") }

  mutating func empty(_ name: StaticString) {
    raw("<")
    raw(name)
    raw("/>")
  }

  private mutating func open(_ name: StaticString) {
    raw("<")
    raw(name)
    raw(">")
  }

  private mutating func close(_ name: StaticString) {
    raw("</")
    raw(name)
    raw(">")
  }

  private mutating func raw(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Carriage returns are escaped because readers turn a bare one into a line feed (XML 1.0, section 2.11).
  private mutating func escape(_ text: String) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): raw("&amp;")
      case UInt8(ascii: "<"): raw("&lt;")
      case UInt8(ascii: ">"): raw("&gt;")
      case UInt8(ascii: "\""): raw("&quot;")
      case UInt8(ascii: "\r"): raw("&#13;")
      default: bytes.append(byte)
      }
    }
  }

  /// Whether XML 1.0 can hold the text at all: most control characters have no spelling in it.
  static func canHold(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      switch scalar.value {
      case 0x9, 0xA, 0xD, 0x20...0xFFFD, 0x10000...0x10FFFF: true
      default: false
      }
    }
  }
}
