internal import CooperConfig
internal import CooperDiagnostics

/// What is told of rules: a page of each for `explain`, and all of them for `docs/rules.md`.
enum RulePages {
  /// For a person at a terminal.
  static func page(_ rule: RuleDescription) -> String {
    let head = "rule \(rule.name): \(level(rule))\n\n"
    return head + rule.entries.map(\.page).joined(separator: "\n")
  }

  private static func level(_ rule: RuleDescription) -> String {
    if rule.isFixed { return "an error that can't be turned down" }
    let words = rule.level == .off ? "off unless asked for" : "\(rule.level.rawValue) unless the project says otherwise"
    return words + (rule.isGuard ? ", told by validate" : "")
  }

  /// The table and sections of `docs/rules.md` that follow from the list of rules.
  static func markdown() -> String {
    var text = "| rule | codes | level | told by |\n|---|---|---|---|\n"
    for rule in RuleDescription.all {
      let codes = rule.entries.map(\.code.text).joined(separator: ", ")
      let level = rule.isFixed ? "error, always" : rule.level.rawValue
      text +=
        "| [`\(rule.name)`](#\(rule.name)) | \(codes) | \(level) | \(rule.isGuard ? "`validate`" : "every command") |\n"
    }
    for rule in RuleDescription.all {
      text += "\n### \(rule.name)\n"
      for entry in rule.entries {
        text += "\n**\(entry.code): \(entry.title).** \(entry.explanation)\n\nFix: \(entry.fix)\n"
      }
    }
    return text
  }
}
