internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// plain HTTP needs a word of consent, because credentials and data can be read on the way.
enum PlainEndpoint: ConfigurationRule {
  static let name = "plain-endpoint"
  static let level = RuleLevel.error
  static let entries: [CatalogueEntry] = [
    .init(
      .plainEndpoint, "Plain HTTP (R-14)",
      "Over plain HTTP others can read and change what is sent.",
      fix: "Use https, or write insecure: allow.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.configuration.connections.sorted { $0.key < $1.key }.compactMap { name, entry in
      guard let endpoint = entry.declaration.settings["endpoint"]?.string,
        endpoint.lowercased().hasPrefix("http://"), entry.declaration.settings["insecure"]?.string != "allow"
      else { return nil }
      return .plainEndpoint(name, entry)
    }
  }
}

extension DiagnosticCode {
  static let plainEndpoint = DiagnosticCode("RUL0003")
}

extension Diagnostic {
  fileprivate static func plainEndpoint(_ name: String, _ entry: ConnectionEntry) -> Diagnostic {
    Diagnostic(
      .plainEndpoint, .error, "Connection \"\(name)\" would speak plain HTTP", at: entry.range,
      notes: [Note("data, and what a signature does not cover, can be read and changed on the way (R-14)")],
      fix: ["use an https endpoint, or write  insecure: allow   at the connection"])
  }
}
