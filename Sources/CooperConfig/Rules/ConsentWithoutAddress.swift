internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// A consent for an address that nothing has would be silently useless, most likely a slip of the pen.
enum ConsentWithoutAddress: ConfigurationRule {
  static let name = "consent-without-address"
  static let level = RuleLevel.warning
  static let entries: [CatalogueEntry] = [
    .init(
      .consentWithoutAddress, "A consent for nothing",
      "The consent's address is not declared, so it permits nothing.",
      fix: "Correct the address, or take the consent out.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    var known = context.declared.union(context.removedHere)
    known.formUnion(context.configuration.removed.map(\.address))
    known.formUnion(context.configuration.moved.map(\.from))
    return context.configuration.consents.filter { !known.contains($0.address) }.map { consent in
      .consentWithoutAddress(consent, known.map(\.description).sorted())
    }
  }
}

extension DiagnosticCode {
  static let consentWithoutAddress = DiagnosticCode("RUL0008")
}

extension Diagnostic {
  fileprivate static func consentWithoutAddress(_ consent: Consent, _ known: [String]) -> Diagnostic {
    let match = closestMatch(to: consent.address.description, in: known)
    return Diagnostic(
      .consentWithoutAddress, .warning, "\(consent.address) has a consent, but is not declared", at: consent.range,
      fix: match.map { ["did you mean \"\($0)\"?"] } ?? [])
  }
}
