/// Renders diagnostics as workflow commands that GitHub shows beside the changed lines of a pull request
/// (GitHub Docs, "Workflow commands for GitHub Actions", Setting an error message).
public struct AnnotationReport: Sendable {
  public var sources: SourceMap

  public init(_ sources: SourceMap) { self.sources = sources }

  /// Renders all diagnostics in report order, a line each.
  public func render(_ diagnostics: some Sequence<Diagnostic>) -> String {
    diagnostics.inReportOrder(sources).map { line($0) + "\n" }.joined()
  }

  private func line(_ diagnostic: Diagnostic) -> String {
    let command =
      switch diagnostic.severity {
      case .error: "error"
      case .warning: "warning"
      case .note: "notice"
      }
    var properties: [String] = []
    if let range = diagnostic.range, let name = sources[range.source]?.name {
      properties += ["file=" + escapeProperty(name), "line=\(range.start.line)"]
      // Columns are taken by GitHub only within one line, and the end column lies on the last character.
      if range.end.line == range.start.line {
        properties.append("col=\(range.start.column)")
        properties.append("endColumn=\(max(range.start.column, range.end.column - min(range.end.column, 1)))")
      } else {
        properties.append("endLine=\(range.end.line)")
      }
    }
    properties.append("title=" + escapeProperty(diagnostic.code.text))
    let notes = diagnostic.notes.map { note in
      note.range.map { note.message + "  " + sources.place(of: $0) } ?? note.message
    }
    let message = ([diagnostic.message] + notes + diagnostic.fix).joined(separator: "\n")
    return "::\(command) \(properties.joined(separator: ","))::\(escapeData(message))"
  }

  private func escapeData(_ text: String) -> String { escape(text, more: false) }

  private func escapeProperty(_ text: String) -> String { escape(text, more: true) }

  /// Escapes as the toolkit of GitHub does (actions/toolkit: `packages/core/src/command.ts`).
  private func escape(_ text: String, more isProperty: Bool) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": result.append(contentsOf: "%25".unicodeScalars)
      case "\r": result.append(contentsOf: "%0D".unicodeScalars)
      case "\n": result.append(contentsOf: "%0A".unicodeScalars)
      case ":" where isProperty: result.append(contentsOf: "%3A".unicodeScalars)
      case "," where isProperty: result.append(contentsOf: "%2C".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
