internal import CooperModel
internal import CooperSchema

/// `type: palette`.
enum PaletteConnectionType {
  static let declaration = ConnectionType(
    name: "palette", provider: "palette", summary: "Palette: backup locations of its clusters.",
    settings: ObjectShape(
      "PaletteConnection", summary: "A Palette instance.",
      fields: [
        ConnectionFields.endpoint(
          .required, summary: "Where the API answers.", example: "https://api.spectrocloud.com"),
        FieldShape(
          "scope", .choice(["project", "tenant"]),
          summary: "Scope of locations that name none (PA-29).", example: "tenant"),
        FieldShape(
          "project", .string(TextRule(lengths: 1...128)), summary: "The project, by name or uid, in project scope.",
          example: "payments"),
        ConnectionFields.caCertificate, ConnectionFields.insecure,
      ]), accessMethods: methods, support: [BackupLocation.section: PaletteLocationSupport.support],
    // PA-10: asked of the service.
    partyOutputs: ["accountId", "externalId"])

  private static let methods: [String: ObjectShape] = [
    "": key, "apiKey": key,
    "password": ObjectShape(
      "PalettePasswordAccess", summary: "A user's password; tokens are good for 15 minutes.",
      fields: [
        ConnectionFields.secret("user", summary: "Reference to the e-mail address.", example: "env:PALETTE_USER"),
        ConnectionFields.secret("password", summary: "Reference to the password.", example: "env:PALETTE_PASSWORD"),
        FieldShape(
          "organization", .string(TextRule(lengths: 1...128)), summary: "Organization, for users of several.",
          example: "acme"),
      ]),
  ]

  private static let key = ObjectShape(
    "PaletteKeyAccess", summary: "An API key.",
    fields: [ConnectionFields.secret("apiKey", summary: "Reference to the API key.", example: "env:PALETTE_API_KEY")])
}
