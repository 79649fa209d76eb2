internal import CooperModel
internal import CooperSchema

/// A backup location of Palette (systems.md section 3).
enum PaletteLocationSupport {
  static let support = KindSupport(
    facets: [:], settings: Set(BackupLocation.schema.settings.map(\.name)),
    placement: ObjectShape(
      "PalettePlacement", summary: "Where in Palette the location is.",
      fields: [
        FieldShape(
          "scope", .choice(["project", "tenant"]), presence: .defaulted("project"),
          summary: "Who can use it: a project or the whole tenant.", example: "tenant"),
        FieldShape(
          "project", .string(TextRule(lengths: 1...128)), summary: "The project, by name or uid, with scope project.",
          example: "payments"),
        FieldShape(
          "default", .bool, presence: .defaulted(false), summary: "The location of clusters that name none (PA-05).",
          example: "true"),
      ]))
}
