internal import CooperModel
internal import CooperSchema

/// A bucket in InfinStor's table (IS-02).
enum InfinStorRegistrationSupport {
  static let support = KindSupport(
    facets: [:], settings: Set(Registration.schema.settings.map(\.name)).union(["rights"]))

  /// What InfinStor's entries have besides.
  static let schema: KindSchema = {
    var schema = Registration.schema
    schema.settings.append(
      FieldShape(
        "rights", .list(.object(right)), summary: "Rights of InfinStor's users and groups on the bucket (IS-08).",
        example: "[{ principal: analysts, type: group, role: reader }]"))
    return schema
  }()

  static let right = ObjectShape(
    "InfinStorRight", summary: "A right of a user or group.",
    fields: [
      FieldShape(
        "principal", .string(TextRule(lengths: 1...256)), presence: .required, summary: "User or group.",
        example: "analysts"),
      FieldShape(
        "type", .choice(["user", "group"]), presence: .required, summary: "Which of the two.", example: "group"),
      FieldShape(
        "role", .choice(["editor", "reader"]), presence: .required, summary: "What it may do.", example: "reader"),
    ])
}
