internal import CooperModel
internal import CooperSchema

/// A bucket in Flashback's table (FB-02).
enum FlashbackRegistrationSupport {
  static let support = KindSupport(
    facets: [:], settings: Set(Registration.schema.settings.map(\.name)).union(["workspace", "apiKey"]),
    required: ["workspace"],
    scope: ["workspace"])

  /// What Flashback's entries have besides.
  static let schema: KindSchema = {
    var schema = Registration.schema
    schema.settings.append(
      FieldShape(
        "apiKey", .reference(section: FlashbackKey.section),
        summary: "A reusable credential of the workspace, which the entry names instead of carrying a key of its own.",
        example: "lake-readers"))
    schema.settings.append(
      FieldShape(
        "workspace", .string(TextRule(lengths: 1...128)),
        mutability: .replaces(because: "an entry can't move to another workspace"),
        summary: "Workspace at Flashback, default that of the connection.", example: "analytics"))
    return schema
  }()
}
