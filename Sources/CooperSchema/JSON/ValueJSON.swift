/// The byte-level JSON codec of `Value`, for state, plans and policies (RFC 8259, strict).
///
/// Keys are written in byte order, integers exactly, other numbers as the shortest text that reads back equal.
/// A value known after apply is written as `{"$unknown": "name"}`; a real map with that one key gets a further `$`.
public enum ValueJSON {
  /// The key that marks a value known after apply.
  static let unknownKey = "$unknown"

  /// True for `$unknown`, `$$unknown` and so on, which the codec moves by one `$` to keep maps and unknowns apart.
  static func isUnknownKey(_ key: String) -> Bool {
    guard key.utf8.first == UInt8(ascii: "$") else { return false }
    return key.drop { $0 == "$" } == "unknown"
  }
}

/// Limits on a JSON text that comes from a file or a server.
public struct JSONLimits: Sendable, Hashable {
  /// How deep lists and maps may stand in each other.
  public var depth: Int
  /// Size of the whole text in bytes.
  public var bytes: Int

  public init(depth: Int, bytes: Int) {
    self.depth = depth
    self.bytes = bytes
  }

  public static let standard = JSONLimits(depth: 200, bytes: 1 << 30)
}

/// Says what is wrong with a JSON text and where; line and column start at 1, columns count Unicode scalars.
public struct JSONSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
  public var message: String
  public var line: Int
  public var column: Int

  public init(message: String, line: Int, column: Int) {
    self.message = message
    self.line = line
    self.column = column
  }

  public var description: String { "line \(line), column \(column): \(message)" }
}
