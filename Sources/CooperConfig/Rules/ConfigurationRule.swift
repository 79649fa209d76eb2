internal import CooperDiagnostics

/// How serious the findings of a rule are; the words of `rules:`.
public enum RuleLevel: String, Sendable, CaseIterable {
  case off, note, warning, error

  var severity: Severity? { Severity(rawValue: rawValue) }
}

/// A check over the whole configuration, past what each part says of itself.
///
/// A finding that a rule gives as an error can't be applied, and nobody may turn it down; all others have the level that
/// the project or the resource wants.
protocol ConfigurationRule: Sendable {
  /// The word that stands in `rules:`.
  static var name: String { get }
  /// The level when nobody says anything; `error` means that all of its findings are errors for good.
  static var level: RuleLevel { get }
  /// A guard speaks of what is legal and unwise: `validate` runs it, and other commands only where it was made an error.
  static var isGuard: Bool { get }
  /// Its codes, as `explain` tells them.
  static var entries: [CatalogueEntry] { get }
  static func findings(in context: RuleContext) -> [Diagnostic]
}

extension ConfigurationRule {
  static var isGuard: Bool { false }
}
