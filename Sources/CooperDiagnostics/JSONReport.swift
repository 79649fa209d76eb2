/// Renders diagnostics for a program: a JSON array with an object per finding, one a line, every key always there.
///
/// Keys are only ever added. Lines and columns start at 1; columns count Unicode scalars; the end lies behind the range.
public struct JSONReport: Sendable {
  public var sources: SourceMap

  public init(_ sources: SourceMap) { self.sources = sources }

  /// Renders all diagnostics in report order, with a line break at the end.
  public func render(_ diagnostics: some Sequence<Diagnostic>) -> String {
    var bytes: [UInt8] = []
    bytes.append(UInt8(ascii: "["))
    var isFirst = true
    for diagnostic in diagnostics.inReportOrder(sources) {
      bytes += (isFirst ? "\n  " : ",\n  ").utf8
      isFirst = false
      object(diagnostic, into: &bytes)
    }
    bytes += (isFirst ? "]\n" : "\n]\n").utf8
    return String(decoding: bytes, as: UTF8.self)
  }

  private func object(_ diagnostic: Diagnostic, into bytes: inout [UInt8]) {
    bytes += "{\"code\":".utf8
    string(diagnostic.code.text, into: &bytes)
    bytes += ",\"severity\":".utf8
    string(diagnostic.severity.rawValue, into: &bytes)
    bytes += ",\"message\":".utf8
    string(diagnostic.message, into: &bytes)
    place(diagnostic.range, into: &bytes)
    bytes += ",\"notes\":[".utf8
    for (index, note) in diagnostic.notes.enumerated() {
      bytes += (index == 0 ? "{\"message\":" : ",{\"message\":").utf8
      string(note.message, into: &bytes)
      place(note.range, into: &bytes)
      bytes.append(UInt8(ascii: "}"))
    }
    bytes += "],\"fix\":[".utf8
    for (index, line) in diagnostic.fix.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      string(line, into: &bytes)
    }
    bytes += "],\"address\":".utf8
    if let subject = diagnostic.subject { string(subject, into: &bytes) } else { bytes += "null".utf8 }
    bytes += "}".utf8
  }

  private func place(_ range: SourceRange?, into bytes: inout [UInt8]) {
    bytes += ",\"file\":".utf8
    if let name = range.flatMap({ sources[$0.source]?.name }) {
      string(name, into: &bytes)
    } else {
      bytes += "null".utf8
    }
    func number(_ key: String, _ value: UInt32?) { bytes += ",\"\(key)\":\(value.map(String.init) ?? "null")".utf8 }
    number("line", range?.start.line)
    number("column", range?.start.column)
    number("endLine", range?.end.line)
    number("endColumn", range?.end.column)
  }

  /// Appends a JSON string (RFC 8259, section 7); DEL is escaped too, for terminals.
  private func string(_ text: String, into bytes: inout [UInt8]) {
    let hex = Array("0123456789abcdef".utf8)
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += "\\\"".utf8
      case UInt8(ascii: "\\"): bytes += "\\\\".utf8
      case 0x0A: bytes += "\\n".utf8
      case 0x0D: bytes += "\\r".utf8
      case 0x09: bytes += "\\t".utf8
      case 0..<0x20, 0x7F: bytes += "\\u00".utf8 + [hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
