internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// Adopting gives an existing thing to a declaration, so there must be one.
enum AdoptedNotDeclared: ConfigurationRule {
  static let name = "adopted-not-declared"
  static let level = RuleLevel.error
  static let entries: [CatalogueEntry] = [
    .init(
      .adoptedNotDeclared, "Adopted, but not declared",
      "Adopting gives an existing thing to a declaration.",
      fix: "Declare it, or import it.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    let known = context.declared.union(context.removedHere)
    return context.configuration.adopted.filter { !known.contains($0.address) }.map { adoption in
      .adoptedNotDeclared(adoption, known.map(\.description).sorted())
    }
  }
}

extension DiagnosticCode {
  static let adoptedNotDeclared = DiagnosticCode("RUL0007")
}

extension Diagnostic {
  fileprivate static func adoptedNotDeclared(_ adoption: Adoption, _ known: [String]) -> Diagnostic {
    let match = closestMatch(to: adoption.address.description, in: known)
    return Diagnostic(
      .adoptedNotDeclared, .error, "\(adoption.address) is to adopt \"\(adoption.name)\", but is not declared",
      at: adoption.range,
      fix: match.map { ["did you mean \"\($0)\"?"] } ?? ["declare it, or run  cooper import \(adoption.address) NAME"])
  }
}
