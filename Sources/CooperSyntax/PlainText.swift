/// When a text may stand without quotes, so that neither YAML 1.2 nor 1.1 reads something else into it.
public enum PlainText {
  public enum Place: Sendable { case key, block, flow }

  /// Words that some YAML reader takes for a flag or for nothing.
  private static let words: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"]

  /// True for texts of safe characters that no reader takes for a number, a flag, a date or nothing.
  public static func isSafe(_ text: String, in place: Place) -> Bool {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, bytes.count <= 200, !words.contains(text.lowercased()) else { return false }
    guard isLetter(first) || first == UInt8(ascii: "/") || first == UInt8(ascii: "_") || isCount(text) else {
      return false
    }
    let others =
      switch place {
      case .key: Array("_-./@+".utf8)
      case .flow: Array("_-./@+=:".utf8)
      case .block: Array("_-./@+=:,()* ".utf8)
      }
    guard bytes.allSatisfy({ isLetter($0) || isDigit($0) || others.contains($0) }) else { return false }
    return bytes.last != UInt8(ascii: ":") && bytes.last != UInt8(ascii: " ") && !text.contains(": ")
  }

  /// A duration or a size such as `30d` or `64MiB`.
  private static func isCount(_ text: String) -> Bool {
    let digits = text.prefix { ("0"..."9").contains($0) }
    return !digits.isEmpty && ["d", "h", "m", "s", "B", "KiB", "MiB", "GiB", "TiB"].contains(text[digits.endIndex...])
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
