internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// Documents that a provider takes up to a size only, measured as they are sent: made of several fields, and of grants.
enum DocumentSize: ConfigurationRule {
  static let name = "document-size"
  static let level = RuleLevel.warning
  static let entries: [CatalogueEntry] = [
    .init(
      .documentTooLong, "Documents of an identity that are too long",
      "IAM takes 2,048 characters of inline policies of a user and 10,240 of a role, all of them together, and a trust of "
        + "2,048 characters where the account's quota wasn't raised, at most 8,192; white space isn't counted (IAM quotas). "
        + "Cooper counts its own inline policies as they are sent, those of grants too; what is known after apply counts as "
        + "nothing. Inline policies of others count at IAM as well.",
      fix: "Move statements into a managed policy, make prefixes wider, or have the quota raised.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.configuration.resources.flatMap { resource -> [Diagnostic] in
      guard resource.origin == .managed, let type = context.connectionType(of: resource),
        let sized = type.support[resource.address.section]?.sized
      else { return [] }
      return sized(facts(of: resource, in: context)).compactMap { finding($0, resource, context) }
    }
  }

  private static func facts(of resource: ResourceDeclaration, in context: RuleContext) -> SizedFacts {
    let configuration = context.configuration
    let settings = configuration.connections[resource.connection]?.declaration.settings ?? ValueMap()
    var facts = SizedFacts(
      name: resource.name, region: resource.region ?? settings["region"]?.string, settings: resource.settings,
      facets: Dictionary(resource.facets.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }), connection: settings)
    for entry in facts.facets["trust"]?.list ?? [] {
      guard let name = entry["party"]?.string, let type = context.type(ofConnection: name) else { continue }
      facts.parties[name] = (type, context.catalog.connectionTypes[type]?.partyOutputs ?? [])
    }
    facts.grants = configuration.statements(grantedTo: resource.address) { section, type in
      context.catalog.connectionTypes[type]?.support[section]
    }
    return facts
  }

  private static func finding(
    _ documents: SizedDocuments, _ resource: ResourceDeclaration, _ context: RuleContext
  ) -> Diagnostic? {
    let size = documents.size
    guard size > documents.limit, let longest = documents.parts.first else { return nil }
    let isWarning = documents.raisedLimit.map { size <= $0 } ?? false
    let address = resource.address.description
    let limit =
      documents.raisedLimit.map { "\(documents.limit) by default, and \($0) where its quota was raised" }
      ?? "\(documents.limit)"
    var notes =
      documents.parts.count < 2
      ? []
      : documents.parts.map { part in
        Diagnostic.Note("\(part.facet): \(part.size) characters", at: resource.facet(part.facet)?.range)
      }
    if documents.parts.contains(where: { $0.facet == "grants" }) {
      notes += context.configuration.grants(through: resource.address).map {
        Diagnostic.Note("\($0.address) gives it statements", at: $0.range)
      }
    }
    return Diagnostic(
      .documentTooLong, isWarning ? .warning : .error,
      "\(address): \(documents.name) have \(size) characters without white space, and IAM takes \(limit)",
      at: resource.facet(longest.facet)?.range ?? resource.range, notes: notes, fix: [documents.fix], subject: address)
  }
}

extension DiagnosticCode {
  static let documentTooLong = DiagnosticCode("RUL0081")
}
