/// Identifies a source text within a `SourceMap`.
public struct SourceID: Hashable, Sendable, Comparable {
  public let index: UInt32

  public init(_ index: UInt32) { self.index = index }

  public static func < (a: SourceID, b: SourceID) -> Bool { a.index < b.index }
}

/// A place in a source text; line and column start at 1 and columns count Unicode scalars.
public struct SourcePosition: Hashable, Sendable, Comparable {
  public var line: UInt32
  public var column: UInt32

  public init(line: Int, column: Int) {
    self.line = UInt32(clamping: line)
    self.column = UInt32(clamping: column)
  }

  public static func < (a: SourcePosition, b: SourcePosition) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// A stretch of one source text; `end` is the place just behind the last character.
public struct SourceRange: Hashable, Sendable, Comparable {
  public var source: SourceID
  public var start: SourcePosition
  public var end: SourcePosition

  public init(source: SourceID, start: SourcePosition, end: SourcePosition) {
    self.source = source
    self.start = start
    self.end = end
  }

  public static func < (a: SourceRange, b: SourceRange) -> Bool { (a.source, a.start) < (b.source, b.start) }
}
