internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// What `removed:` names is gone from the files; otherwise one of the two is a mistake.
enum RemovedStillDeclared: ConfigurationRule {
  static let name = "removed-still-declared"
  static let level = RuleLevel.error
  static let entries: [CatalogueEntry] = [
    .init(
      .removedStillDeclared, "Removed and still declared",
      "One of the two contradicts the other.",
      fix: "Take one of them out.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.configuration.removed.filter { context.declared.contains($0.address) }.map { removal in
      .removedStillDeclared(removal, context.configuration.resource(removal.address)?.range)
    }
  }
}

extension DiagnosticCode {
  static let removedStillDeclared = DiagnosticCode("RUL0004")
}

extension Diagnostic {
  fileprivate static func removedStillDeclared(_ removal: Removal, _ declared: SourceRange?) -> Diagnostic {
    Diagnostic(
      .removedStillDeclared, .error, "\(removal.address) is in \"removed\" and still declared", at: removal.range,
      notes: declared.map { [Note("declared here", at: $0)] } ?? [],
      fix: ["take the declaration out, or the line in \"removed\""])
  }
}
