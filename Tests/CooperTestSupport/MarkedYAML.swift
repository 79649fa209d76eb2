public import CooperDiagnostics

/// A text in which `⟦` and `⟧` show where a diagnostic must point: `a: ⟦*b⟧`. An empty pair marks a place without
/// length. The marks are taken out of the text that is parsed.
public struct MarkedYAML: Sendable {
  /// The text without marks.
  public let source: SourceText
  /// The marked ranges in the order in which they open.
  public let ranges: [SourceRange]

  public init(_ marked: String, name: String = "test.yaml", id: SourceID = SourceID(0)) {
    var text = String.UnicodeScalarView()
    var line = 1
    var column = 1
    var ranges: [SourceRange] = []
    var open: [Int] = []
    for scalar in marked.unicodeScalars {
      let here = SourcePosition(line: line, column: column)
      switch scalar {
      case "⟦":
        open.append(ranges.count)
        ranges.append(SourceRange(source: id, start: here, end: here))
      case "⟧":
        guard let index = open.popLast() else { preconditionFailure("⟧ without ⟦ in line \(line)") }
        ranges[index].end = here
      default:
        text.append(scalar)
        if scalar == "\n" { (line, column) = (line + 1, 1) } else { column += 1 }
      }
    }
    precondition(open.isEmpty, "⟦ without ⟧")
    self.source = SourceText(name: name, text: String(text))
    self.ranges = ranges
  }

  /// The text without marks, as a string.
  public var text: String { String(decoding: source.bytes, as: UTF8.self) }
}
