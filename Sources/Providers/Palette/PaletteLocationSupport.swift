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
          "credentialType", .choice(["sts", "pod-identity"]), presence: .defaulted("sts"),
          summary: "How Palette takes on an identity of type role.", example: "pod-identity"),
        FieldShape(
          "permissionBoundaryArn", .string(TextRule(lengths: 20...2048)),
          summary: "With pod-identity: the boundary of what the role may do.",
          example: "arn:aws:iam::111122223333:policy/backups"),
        FieldShape(
          "labels", .map(.string(TextRule(lengths: 0...256)), keys: TextRule(lengths: 1...128)),
          summary: "Labels in Palette; without it those that are there stay.", example: "{ team: storage }"),
        FieldShape(
          "cloudAccount", .string(TextRule(lengths: 1...128)),
          summary:
            "At Azure: uid of the cloud account in Palette by which a check looks at account and container (PA-12).",
          example: "5f6a0b1c2d3e4f5061728394"),
        FieldShape(
          "sku", .string(TextRule(lengths: 1...64)),
          summary:
            "At Azure: the kind of the storage account, as Palette's list of kinds calls it; without it what is there stays.",
          example: "Standard_LRS"),
        FieldShape(
          "uid", .string(TextRule(lengths: 1...128)),
          summary: "Uid of a location that is there already and is adopted; its name in Palette stays.",
          example: "5f6a0b1c2d3e4f5061728394"),
        FieldShape(
          "default", .bool, presence: .defaulted(false), summary: "The location of clusters that name none (PA-05).",
          example: "true"),
      ]))
}
