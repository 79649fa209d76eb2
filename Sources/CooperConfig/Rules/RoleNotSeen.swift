internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// FF-16: Flowfile sends no external id; where a trust may ask for one, only a look through the entry tells.
enum RoleNotSeen: ConfigurationRule {
  static let name = "role-of-flowfile"
  static let level = RuleLevel.warning
  static let entries: [CatalogueEntry] = [
    .init(
      .roleNotSeen, "A role that Flowfile may not be able to take on (FF-16)",
      "Flowfile sends no external id. The role is not made here, so what its trust at AWS demands isn't known; or some of its "
        + "trusts demand an external id, and Flowfile can come in through the others only.",
      fix:
        "Look with  cooper check registrations.NAME, which browses through the entry, or give Flowfile a role of its own."
    )
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.resources(in: Registration.section).filter { context.platform(of: $0) == "flowfile" }.compactMap { entry in
      guard let identity = context.reference(entry, "identity", in: Identity.section),
        identity.settings["type"]?.string == "role"
      else { return nil }
      let trust = (identity.facet("trust")?.value ?? identity.settings["trust"])?.list ?? []
      let demanding = trust.count { $0["externalId"] != nil || $0["party"] != nil }
      // What all trusts demand is an error of another rule.
      guard demanding < trust.count || trust.isEmpty else { return nil }
      let words: String
      if identity.origin == .existing {
        words = "the role is not made here: its trust at AWS may demand an external id"
      } else if demanding > 0 {
        words = "\(demanding) of its \(trust.count) trusts demand an external id"
      } else {
        return nil
      }
      return .guarding(
        .roleNotSeen, entry, "may not be able to take on \(identity.address), as Flowfile sends no external id",
        notes: [.init(words, at: identity.range)], fix: ["cooper check \(entry.address)"])
    }
  }
}

extension DiagnosticCode {
  static let roleNotSeen = DiagnosticCode("RUL0070")
}
