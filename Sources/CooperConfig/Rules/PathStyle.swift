internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// an endpoint of one's own rarely has a name for each bucket.
enum PathStyle: ConfigurationRule {
  static let name = "path-style"
  static let level = RuleLevel.warning
  static let entries: [CatalogueEntry] = [
    .init(
      .pathStyleOff, "Buckets in the host name of a server of one's own (R-05)",
      "With pathStyle: false the bucket stands in front of the endpoint's host, so DNS and the certificate must know a name "
        + "for each bucket. Servers of one's own rarely have that.",
      fix: "Take pathStyle: false out, or turn the rule off where DNS and certificates have wildcards.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.configuration.connections.sorted { $0.key < $1.key }.compactMap { name, entry in
      let settings = entry.declaration.settings
      guard settings["endpoint"] != nil, entry.declaration.type != "aws", settings["pathStyle"]?.bool == false else {
        return nil
      }
      return Diagnostic(
        .pathStyleOff, .warning, "Connection \"\(name)\" puts buckets in front of the host name", at: entry.range,
        notes: [.init("DNS and the certificate need a name for each bucket (R-05)")],
        fix: ["take  pathStyle: false  out"])
    }
  }
}

extension DiagnosticCode {
  static let pathStyleOff = DiagnosticCode("RUL0015")
}
