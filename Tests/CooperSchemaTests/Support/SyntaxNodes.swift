import CooperDiagnostics
import CooperSchema
import CooperSyntax

/// Builds nodes without a parser; every node gets a line of its own, so that ranges tell nodes apart.
struct NodeBuilder {
  private var line = 0

  private mutating func range() -> SourceRange {
    line += 1
    let start = SourcePosition(line: line, column: 1)
    return SourceRange(source: SourceID(0), start: start, end: SourcePosition(line: line, column: 9))
  }

  /// Writes a value as the nodes that a YAML text of it would give.
  mutating func node(_ value: Value) -> SyntaxNode {
    switch value {
    case .null: SyntaxNode(.scalar(.init("null")), range())
    case .bool(let flag): SyntaxNode(.scalar(.init(flag ? "true" : "false")), range())
    case .integer(let number): SyntaxNode(.scalar(.init(String(number))), range())
    case .number(let number): SyntaxNode(.scalar(.init(number.description)), range())
    case .string(let text): SyntaxNode(.scalar(.init(text, style: .doubleQuoted)), range())
    case .unknown(let name): SyntaxNode(.scalar(.init("$(\(name))", style: .doubleQuoted)), range())
    case .list(let elements): SyntaxNode(.sequence(elements.map { node($0) }), range())
    case .map(let map):
      SyntaxNode(.mapping(map.map { .init(key: $0.key, keyRange: range(), value: node($0.value)) }), range())
    }
  }
}

extension SyntaxNode {
  private static func place(_ line: Int, _ width: Int = 1) -> SourceRange {
    SourceRange(
      source: SourceID(0), start: SourcePosition(line: line, column: 1),
      end: SourcePosition(line: line, column: 1 + width))
  }

  static func of(_ value: Value) -> SyntaxNode {
    var builder = NodeBuilder()
    return builder.node(value)
  }

  /// A plain scalar, as `no` and `1.10` without quotes.
  static func plain(_ text: String, line: Int = 1) -> SyntaxNode {
    SyntaxNode(.scalar(.init(text)), place(line, text.count))
  }
  static func quoted(_ text: String, line: Int = 1) -> SyntaxNode {
    SyntaxNode(.scalar(.init(text, style: .doubleQuoted)), place(line, text.count))
  }
  static func list(_ elements: [SyntaxNode], line: Int = 1) -> SyntaxNode {
    SyntaxNode(.sequence(elements), place(line))
  }
  static func missing(line: Int = 1) -> SyntaxNode { SyntaxNode(.missing, place(line)) }

  /// A mapping whose keys stand on lines 1, 2, 3 …
  static func map(_ pairs: [(String, SyntaxNode)], from line: Int = 1) -> SyntaxNode {
    SyntaxNode(
      .mapping(
        pairs.enumerated().map { index, pair in
          Entry(key: pair.0, keyRange: place(line + index, pair.0.count), value: pair.1)
        }),
      place(line))
  }
}
