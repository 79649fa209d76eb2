internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// A check over the whole configuration, past what each part says of itself.
protocol ConfigurationRule: Sendable {
  /// The word that stands in `rules:`.
  static var name: String { get }
  static func findings(in context: RuleContext) -> [Diagnostic]
}

/// What rules look at.
struct RuleContext {
  let configuration: Configuration
  let catalog: Catalog
  /// Addresses that this environment declares, faulty ones included.
  let declared: Set<Address>
  /// Addresses that the project declares and this environment removes with a null.
  let removedHere: Set<Address>

  init(_ configuration: Configuration, _ layer: Layer, _ catalog: Catalog) {
    self.configuration = configuration
    self.catalog = catalog
    var declared: Set<Address> = []
    var removedHere: Set<Address> = []
    for section in catalog.kinds.keys {
      for entry in layer.named[section] ?? [] {
        let address = Address(section, entry.key)
        if entry.value.isNull { removedHere.insert(address) } else { declared.insert(address) }
      }
    }
    self.declared = declared
    self.removedHere = removedHere
  }

  func connectionType(of resource: ResourceDeclaration) -> ConnectionType? {
    configuration.connections[resource.connection].flatMap { catalog.connectionTypes[$0.declaration.type] }
  }
}

/// All rules, and what the project says of them.
enum ConfigurationRules {
  static let all: [any ConfigurationRule.Type] = [
    DuplicateIdentity.self, SharedName.self, OneMaker.self, PlainEndpoint.self, RemovedStillDeclared.self,
    MoveEnds.self, AdoptedNotDeclared.self, ConsentWithoutAddress.self,
  ]

  static func findings(in configuration: Configuration, layer: Layer, catalog: Catalog) -> [Diagnostic] {
    let context = RuleContext(configuration, layer, catalog)
    var found: [Diagnostic] = []
    var wishes: [String: String] = [:]
    for entry in layer.named["rules"] ?? [] where !entry.value.isNull {
      let checked = check(entry.value, against: SectionShapes.rules, named: entry.key, key: entry.keyRange)
      found += checked.diagnostics
      wishes[entry.key] = checked.value?.string
    }
    for rule in all {
      for diagnostic in rule.findings(in: context) {
        if let diagnostic = adjusted(diagnostic, wishes[rule.name]) { found.append(diagnostic) }
      }
    }
    return found
  }

  /// A project may silence or sharpen a warning; an error stays one, because what it forbids can't be applied.
  private static func adjusted(_ diagnostic: Diagnostic, _ wish: String?) -> Diagnostic? {
    guard let wish, diagnostic.severity != .error else { return diagnostic }
    guard let severity = Severity(rawValue: wish) else { return nil }
    var diagnostic = diagnostic
    diagnostic.severity = severity
    return diagnostic
  }
}
