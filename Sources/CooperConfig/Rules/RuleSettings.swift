internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// What one resource wants of one rule.
struct RuleException: Hashable {
  /// A profile's exception is one, however many resources share it.
  struct Place: Hashable {
    var rule: String
    var range: SourceRange
  }

  var rule: String
  var level: RuleLevel
  var range: SourceRange

  var place: Place { Place(rule: rule, range: range) }
}

/// What `rules:` says, of the project and of single resources.
struct RuleSettings {
  private(set) var project: [String: RuleLevel] = [:]
  /// By address and rule.
  private(set) var own: [String: [String: RuleException]] = [:]
  private(set) var exceptions: [RuleException] = []
  private(set) var raisedByResources: Set<String> = []
  private(set) var namedByResources: Set<String> = []
  private(set) var diagnostics: [Diagnostic] = []

  private static let rules = Dictionary(
    ConfigurationRules.all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  init(_ context: RuleContext, _ layer: Layer) {
    for entry in layer.named["rules"] ?? [] where !entry.value.isNull {
      let checked = check(entry.value, against: SectionShapes.rule, named: entry.key, key: entry.keyRange)
      diagnostics += checked.diagnostics
      guard let wish = wish(entry, checked.value) else { continue }
      project[entry.key] = wish.level
    }
    for resource in context.configuration.resources {
      guard let rules = resource.node?[RuleFields.name]?.value.entries else { continue }
      for entry in rules where !entry.value.isNull { addException(entry, resource) }
    }
  }

  private mutating func addException(_ entry: SyntaxNode.Entry, _ resource: ResourceDeclaration) {
    let value = resource.rules[entry.key]
    guard let wish = wish(entry, value) else { return }
    if wish.level == .off, wish.reason == nil {
      diagnostics.append(.exceptionWithoutReason(entry))
      return
    }
    let exception = RuleException(rule: entry.key, level: wish.level, range: entry.keyRange)
    own[resource.address.description, default: [:]][entry.key] = exception
    namedByResources.insert(entry.key)
    if wish.level == .error { raisedByResources.insert(entry.key) }
    exceptions.append(exception)
  }

  private mutating func wish(_ entry: SyntaxNode.Entry, _ value: Value?) -> (level: RuleLevel, reason: String?)? {
    guard let rule = Self.rules[entry.key] else {
      diagnostics.append(
        .unknown("rule", entry.key, at: entry.keyRange, among: Self.rules.keys.sorted(), code: .unknownRule))
      return nil
    }
    guard let level = (value?.string ?? value?["severity"]?.string).flatMap(RuleLevel.init(rawValue:)) else {
      return nil
    }
    if rule.level == .error, level != .error {
      diagnostics.append(.ruleIsFixed(entry))
      return nil
    }
    return (level, value?["reason"]?.string)
  }
}

/// The field `rules` of resources and profiles.
enum RuleFields {
  static let name = "rules"

  static let field = FieldShape(
    name, .map(SectionShapes.rule, keys: .any),
    summary: "Exceptions from rules for this one, each with its reason.",
    example: "{ cors-open: { severity: off, reason: PLAT-17 } }")
}

extension DiagnosticCode {
  static let unknownRule = DiagnosticCode("RUL0009")
  static let exceptionWithoutReason = DiagnosticCode("RUL0010")
  static let unusedException = DiagnosticCode("RUL0011")
  static let ruleIsFixed = DiagnosticCode("RUL0012")
}

extension RuleSettings {
  static let entries: [CatalogueEntry] = [
    .init(
      .unknownRule, "An unknown rule", "rules: names rules by the words that docs/rules.md lists.",
      fix: "Correct the name; a setting under a wrong name would change nothing."),
    .init(
      .exceptionWithoutReason, "An exception without a reason",
      "Whoever reads the file later must be able to tell a decision from a slip.",
      fix: "Write { severity: off, reason: … }, for example the number of a ticket."),
    .init(
      .unusedException, "An exception that changes nothing",
      "The resource has no finding of this rule in any environment, so the exception would only hide a later one.",
      fix: "Take it out."),
    .init(
      .ruleIsFixed, "A rule that can't be turned down",
      "What this rule forbids can't be applied, or loses data, so its findings stay errors.",
      fix: "Take the setting out, and correct what the rule finds."),
  ]
}

extension Diagnostic {
  fileprivate static func exceptionWithoutReason(_ entry: SyntaxNode.Entry) -> Diagnostic {
    Diagnostic(
      .exceptionWithoutReason, .error, "The exception from \"\(entry.key)\" has no reason", at: entry.keyRange,
      fix: ["write  \(entry.key): { severity: off, reason: TICKET }"])
  }

  static func unusedException(_ exception: RuleException) -> Diagnostic {
    Diagnostic(
      .unusedException, .note, "The exception from \"\(exception.rule)\" changes nothing", at: exception.range,
      notes: [Note("the rule finds nothing here")], fix: ["take it out"])
  }

  fileprivate static func ruleIsFixed(_ entry: SyntaxNode.Entry) -> Diagnostic {
    Diagnostic(
      .ruleIsFixed, .error, "Findings of \"\(entry.key)\" stay errors", at: entry.keyRange,
      notes: [Note("what it forbids can't be applied")], fix: ["take the setting out"])
  }
}
