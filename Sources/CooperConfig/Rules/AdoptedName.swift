internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// What is adopted has the name that its declaration gives; else plan would look at one bucket and take over another.
enum AdoptedName: ConfigurationRule {
  static let name = "adopted-name"
  static let level = RuleLevel.error
  static let entries: [CatalogueEntry] = [
    .init(
      .adoptedName, "Adopted under another name",
      "The name in adopted: and the native name that the declaration gives are two different things.",
      fix: "Make the two equal.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.configuration.adopted.compactMap { adoption in
      guard let resource = context.configuration.resource(adoption.address) else { return nil }
      // An ARN says the name too.
      let type = context.configuration.connections[resource.connection]?.declaration.type
      let support = type.flatMap { context.catalog.connectionTypes[$0]?.support[resource.address.section] }
      guard (support?.given?(adoption.name).name ?? adoption.name) != resource.name else { return nil }
      return Diagnostic(
        .adoptedName, .error, "\(adoption.address) is named \"\(resource.name)\", and adopts \"\(adoption.name)\"",
        at: adoption.range, notes: [.init("declared here", at: resource.range)],
        fix: ["make the two names equal; the key is the name where no other is written"])
    }
  }
}

extension DiagnosticCode {
  static let adoptedName = DiagnosticCode("RUL0013")
}
