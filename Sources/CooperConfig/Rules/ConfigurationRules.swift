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
  let layer: Layer
  let catalog: Catalog
  /// Addresses that are declared, faulty ones included.
  let declared: Set<Address>
}

/// All rules, and what the project says of them.
enum ConfigurationRules {
  static let all: [any ConfigurationRule.Type] = []

  static func findings(in configuration: Configuration, layer: Layer, catalog: Catalog) -> [Diagnostic] {
    []
  }
}
