internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// A consent to a risk that doesn't exist would be silently useless.
enum ConsentWithoutRisk: ConfigurationRule {
  static let name = "consent-without-risk"
  static let level = RuleLevel.error
  static let entries: [CatalogueEntry] = [
    .init(
      .consentWithoutRisk, "A consent to an unknown risk",
      "Risks have the names that plans show: " + RiskKind.allCases.map(\.rawValue).joined(separator: ", ") + ".",
      fix: "Correct the name.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.configuration.consents.filter { RiskKind(rawValue: $0.risk) == nil }.map { consent in
      let names = RiskKind.allCases.map(\.rawValue)
      let match = closestMatch(to: consent.risk, in: names)
      return Diagnostic(
        .consentWithoutRisk, .error, "Unknown risk \"\(consent.risk)\"", at: consent.riskRange ?? consent.range,
        notes: [.init("known: " + names.joined(separator: ", "))], fix: match.map { ["did you mean \"\($0)\"?"] } ?? [])
    }
  }
}

extension DiagnosticCode {
  static let consentWithoutRisk = DiagnosticCode("RUL0014")
}
