/// The places where the lines of a source text begin; `\n`, `\r\n` and `\r` end a line (YAML 1.2, section 5.4).
public struct SourceLines: Sendable {
  private let bytes: [UInt8]
  private let starts: [Int]

  public init(_ source: SourceText) {
    bytes = source.bytes
    var starts = [0]
    bytes.withUnsafeBufferPointer { bytes in
      if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { starts[0] = 3 }
      var i = 0
      while i < bytes.count {
        let byte = bytes[i]
        i += 1
        if byte == 0x0D, i < bytes.count, bytes[i] == 0x0A { i += 1 } else if byte != 0x0A, byte != 0x0D { continue }
        starts.append(i)
      }
    }
    self.starts = starts
  }

  /// The number of lines; a text that ends in a line break has an empty last line.
  public var count: Int { starts.count }

  /// The bytes of a line without its break, for a line number that starts at 1; empty outside the text.
  public subscript(line: Int) -> ArraySlice<UInt8> {
    guard line >= 1, line <= starts.count else { return [] }
    let start = starts[line - 1]
    var end = line < starts.count ? starts[line] : bytes.count
    while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    return bytes[start..<end]
  }

  /// The position of a byte offset; columns count Unicode scalars.
  public func position(ofByte offset: Int) -> SourcePosition {
    var low = 0
    var high = starts.count
    while low + 1 < high {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    guard starts[low] < offset else { return SourcePosition(line: low + 1, column: 1) }
    let before = bytes[starts[low]..<min(offset, bytes.count)]
    return SourcePosition(line: low + 1, column: Self.scalars(in: before) + 1)
  }

  /// Counts the Unicode scalars in UTF-8: every byte that doesn't continue one.
  public static func scalars(in utf8: ArraySlice<UInt8>) -> Int {
    utf8.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
  }
}
