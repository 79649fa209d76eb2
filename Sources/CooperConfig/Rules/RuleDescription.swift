public import CooperDiagnostics

/// A rule as pages and reports tell it.
public struct RuleDescription: Sendable {
  /// The word that stands in `rules:`.
  public let name: String
  /// The level when nobody says anything.
  public let level: RuleLevel
  /// True where all findings are errors that nobody may turn down.
  public var isFixed: Bool { level == .error }
  /// True for what only `validate` tells, unless it was made an error.
  public let isGuard: Bool
  public let entries: [CatalogueEntry]

  /// Every rule, in the order in which pages show them.
  public static let all: [RuleDescription] = ConfigurationRules.all.map {
    RuleDescription(name: $0.name, level: $0.level, isGuard: $0.isGuard, entries: $0.entries)
  }

  /// The rule's word for each of its codes.
  public static let namesByCode = Dictionary(
    all.flatMap { rule in rule.entries.map { ($0.code.text, rule.name) } }, uniquingKeysWith: { first, _ in first })

  public static func named(_ name: String) -> RuleDescription? { all.first { $0.name == name } }
}
