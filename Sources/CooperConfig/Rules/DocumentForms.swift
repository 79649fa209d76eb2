internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// A form is made of resources of certain sections, and two documents can't share a file.
enum DocumentForms: ConfigurationRule {
  static let name = "document-forms"
  static let level = RuleLevel.error
  static let entries: [CatalogueEntry] = [
    .init(
      .documentForm, "A document of something else",
      "Each form is made of resources of certain sections: a trust policy of an identity, Velero's objects of a backup "
        + "location.", fix: "Name another address, or another form."),
    .init(
      .documentPath, "Two documents in one file", "Each run would write the one over the other.",
      fix: "Give one of them another path."),
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    var first: [String: ResourceDeclaration] = [:]
    var found: [Diagnostic] = []
    for document in context.configuration.givens where document.address.section == Document.section {
      if let form = document.settings["as"]?.string.flatMap({ DocumentForm(rawValue: $0) }),
        let from = document.settings["from"]?.string.flatMap({ Address($0) }), !form.sections.contains(from.section)
      {
        found.append(
          Diagnostic(
            .documentForm, .error, "\(document.address): \(form.rawValue) can't be made of \(from)", at: document.range,
            notes: [Diagnostic.Note("it is made of an address in " + form.sections.sorted().joined(separator: ", "))],
            fix: ["name another address, or another form"]))
      }
      guard let path = document.settings["path"]?.string else { continue }
      let key = path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
      guard let other = first[key] else {
        first[key] = document
        continue
      }
      found.append(
        Diagnostic(
          .documentPath, .error, "\(document.address) and \(other.address) are written to one file, \(key)",
          at: document.range, notes: [Diagnostic.Note("the first is here", at: other.range)],
          fix: ["give one of them another path"]))
    }
    return found
  }
}

extension DiagnosticCode {
  static let documentForm = DiagnosticCode("RUL0060")
  static let documentPath = DiagnosticCode("RUL0061")
}
