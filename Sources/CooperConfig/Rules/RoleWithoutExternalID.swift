internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// R-04, FF-16: Flowfile sends no external id, so a trust that wants one keeps it out.
enum RoleWithoutExternalID: ConfigurationRule {
  static let name = "role-for-flowfile"
  static let level = RuleLevel.error
  static let entries: [CatalogueEntry] = [
    .init(
      .roleForFlowfile, "A role that Flowfile can't take on (R-04)",
      "Flowfile sends no external id, and every trust of the role that it is to use wants one.",
      fix: "Add a trust without externalId for the host of Flowfile, or give it a role of its own.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.resources(in: "registrations").filter { context.platform(of: $0) == "flowfile" }.compactMap { entry in
      guard let identity = context.reference(entry, "identity", in: "identities"),
        identity.settings["type"]?.string == "role",
        let trust = (identity.facet("trust")?.value ?? identity.settings["trust"])?.list, !trust.isEmpty,
        trust.allSatisfy({ $0["externalId"] != nil || $0["party"] != nil })
      else { return nil }
      return Diagnostic(
        .roleForFlowfile, .error, "\(entry.address) can't take on \(identity.address)", at: entry.range,
        notes: [.init("every trust wants an external id, and Flowfile sends none (R-04)", at: identity.range)],
        fix: ["add a trust without externalId"])
    }
  }
}

extension DiagnosticCode {
  static let roleForFlowfile = DiagnosticCode("RUL0017")
}
