/// What a single YAML file may cost; a pull request is untrusted, so every file is read under these limits.
public struct SyntaxLimits: Sendable, Hashable {
  /// The largest file, in bytes.
  public var bytes: Int
  /// The deepest nesting of sequences and mappings, aliases included; later stages may recurse this far.
  public var depth: Int
  /// The most nodes that may be written in one file.
  public var nodes: Int
  /// The most nodes that all aliases of one file may stand for together.
  public var aliasNodes: Int
  /// The most nodes that aliases may stand for, per node written, once `aliasFloor` is passed.
  public var aliasRatio: Int
  /// The number of alias nodes below which the ratio isn't looked at.
  public var aliasFloor: Int
  /// The most `%` directive lines; libyaml compares each with all before it.
  public var directives: Int
  /// The most diagnostics that one file gives before reading it stops.
  public var diagnostics: Int

  public init(
    bytes: Int = 64 << 20, depth: Int = 64, nodes: Int = 5_000_000, aliasNodes: Int = 1_000_000,
    aliasRatio: Int = 20, aliasFloor: Int = 50_000, directives: Int = 100, diagnostics: Int = 200
  ) {
    self.bytes = bytes
    self.depth = depth
    self.nodes = nodes
    self.aliasNodes = aliasNodes
    self.aliasRatio = aliasRatio
    self.aliasFloor = aliasFloor
    self.directives = directives
    self.diagnostics = diagnostics
  }

  /// The limits used unless a caller gives others.
  public static let standard = SyntaxLimits()
}
