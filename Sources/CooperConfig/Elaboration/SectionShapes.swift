internal import CooperModel
internal import CooperSchema

/// Shapes of the sections that speak about resources rather than declare them.
enum SectionShapes {
  private static let text = Shape.string(TextRule(lengths: 1...1024))

  static let day = Shape.string(
    TextRule(pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", expectation: "a day such as 2026-12-01") { isDay($0) })

  /// The words of the refusal are the elaborator's.
  private static let address = Shape.string(
    TextRule(
      lengths: 1...1024, pattern: #"^([A-Za-z]+\.[A-Za-z0-9_-]+)$"#, expectation: "an address such as buckets.logs"))

  static let move = ObjectShape(
    "move", summary: "A resource that got another address.",
    fields: [
      FieldShape(
        "from", address, presence: .required, summary: "The address it is recorded at.", example: "buckets.logs"),
      FieldShape(
        "to", address, presence: .required, summary: "The address it is declared at.", example: "buckets.audit-logs"),
    ])

  private static let action = Shape.choice(RemovalAction.allCases.map(\.rawValue))

  static let removal = Shape.either(
    scalar: action,
    long: .object(
      ObjectShape(
        "removal", summary: "What may happen to something that is no longer declared.",
        fields: [
          FieldShape(
            "action", action, presence: .required, summary: "Let go, delete when empty, or empty and delete.",
            example: "forget"),
          FieldShape("until", day, summary: "Last day on which this holds."),
          FieldShape("reason", text, summary: "Why, e.g. a ticket."),
        ])))

  static let adoption = text

  static let consent = ObjectShape(
    "consent", summary: "A risk at one address that reviewers accepted.",
    fields: [
      FieldShape("address", address, presence: .required, summary: "Where the risk is."),
      FieldShape("risk", text, presence: .required, summary: "Its name, as plans show it.", example: "widensAccess"),
      FieldShape("until", day, summary: "Last day on which this holds."),
      FieldShape("reason", text, summary: "Why, e.g. a ticket."),
    ])

  static let safety = ObjectShape(
    "safety", summary: "Thresholds of the project.",
    fields: [
      FieldShape(
        "maxDestroy",
        .object(
          ObjectShape(
            "maxDestroy", summary: "More destroyed resources than this block a plan.",
            fields: [
              FieldShape("count", .integer(0...1_000_000), summary: "At most this many."),
              FieldShape("percent", .integer(0...100), summary: "At most this share of all recorded resources."),
              FieldShape(
                "minimum", .integer(0...1_000_000),
                summary: "Below this many recorded resources the percentage doesn't count."),
            ])), summary: "How much one plan may destroy."),
      FieldShape(
        "ignoreTags", .set(.string(TextRule(lengths: 1...128)), identity: []),
        summary: "Prefixes of tag keys that belong to others."),
    ])

  private static let level = Shape.choice(RuleLevel.allCases.map(\.rawValue))

  static let rule = Shape.either(
    scalar: level,
    long: .object(
      ObjectShape(
        "rule", summary: "How serious the findings of a rule are.",
        fields: [
          FieldShape(
            "severity", level, presence: .required, summary: "What a finding counts as, or off.", example: "warning"),
          FieldShape("reason", text, summary: "Why, e.g. a ticket."),
        ])))

  private static func isDay(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day)
  }
}
