internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// A place keeps one key: two identities that write to it would take it from each other at every run.
enum OneKeySink: ConfigurationRule {
  static let name = "one-key-sink"
  static let level = RuleLevel.error
  static let entries: [CatalogueEntry] = [
    .init(
      .oneKeySink, "Two keys to one place",
      "A file or a Secret keeps the key of one identity. With two, each run of one would overwrite the other's, and what "
        + "reads the place would be somebody else.",
      fix: "Give one of them another place in  keys: { to: … }.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    var earlier: [String: ResourceDeclaration] = [:]
    var found: [Diagnostic] = []
    for identity in context.resources(in: Identity.section) {
      guard let sink = KeySink(identity.settings[IssuedKeys.setting]?["to"]) else { continue }
      let place = place(sink, context)
      if let other = earlier[place] {
        found.append(
          Diagnostic(
            .oneKeySink, .error, "the keys of \(other.address) and \(identity.address) both go to \(sink.label)",
            at: identity.range, notes: [.init("the other one is declared here", at: other.range)],
            fix: ["give one of them another place in  keys: { to: … }"], subject: identity.address.description))
      } else {
        earlier[place] = identity
      }
    }
    return found
  }

  /// Paths that are written in two ways, and connections that lead to one cluster, are one place.
  private static func place(_ sink: KeySink, _ context: RuleContext) -> String {
    switch sink {
    case .envFile(let path), .sealedFile(let path): return "file " + context.ground.absolute(path)
    case .secret(let name, let namespace, let secret):
      let connection = context.configuration.connections[name]?.declaration
      let type = connection.flatMap { context.catalog.connectionTypes[$0.type] }
      var store = name
      if let connection, let type { store = DuplicateIdentity.store(of: connection, type, context.ground) }
      return "secret \(store) \(namespace)/\(secret)"
    }
  }
}

extension DiagnosticCode {
  static let oneKeySink = DiagnosticCode("RUL0080")
}
