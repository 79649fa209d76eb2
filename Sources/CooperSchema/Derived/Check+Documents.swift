import CooperDiagnostics
import CooperSyntax

extension Check {
  /// A foreign document, written as YAML or as JSON text.
  mutating func document(_ node: SyntaxNode, _ shape: Shape, _ spot: Spot) -> Value? {
    switch node.content {
    case .mapping: return free(node, spot)
    case .scalar(let scalar) where !scalar.isNull:
      do throws(JSONSyntaxError) {
        let value = try ValueJSON.decode(
          Array(scalar.text.utf8), limits: JSONLimits(depth: options.depth, bytes: 1 << 20))
        if value.map != nil { return value }
        report(.badText(.badDocument, node, shape, spot, note: "it is JSON, but not an object"))
      } catch {
        report(.notJSON(error, spot, node.range))
      }
      return nil
    case .scalar: report(.nullValue(node, shape, spot))
    case .sequence, .missing: report(.wrongType(node, shape, spot))
    }
    return nil
  }
}

extension Diagnostic {
  static func notJSON(_ error: JSONSyntaxError, _ spot: Spot, _ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .badDocument, .error, "\(spot.label) is a text that is not JSON", at: range,
      notes: [Note("at line \(error.line), column \(error.column) of the text: \(error.message)")],
      fix: ["write the document as YAML, or correct the JSON"], hidesSource: spot.isSensitive)
  }
}
