internal import CooperModel
internal import CooperSchema

/// `type: flashback`.
enum FlashbackConnectionType {
  static let declaration = ConnectionType(
    name: "flashback", provider: "flashback", summary: "Flashback: buckets registered as connectors.",
    settings: ObjectShape(
      "FlashbackConnection", summary: "A Flashback service.",
      fields: [
        // Documentation and client name two hosts, and the product is being renamed (U-02): none is guessed.
        ConnectionFields.endpoint(
          .required, summary: "Where the API answers.", example: "https://backend.flashback.tech"),
        FieldShape(
          "workspace", .string(TextRule(lengths: 1...128)), summary: "Workspace of registrations that name none.",
          example: "analytics"),
        ConnectionFields.caCertificate, ConnectionFields.insecure,
      ]), accessMethods: methods,
    support: [
      Registration.section: FlashbackRegistrationSupport.support, FlashbackKey.section: FlashbackKey.support,
    ])

  private static let methods: [String: ObjectShape] = [
    "": token, "token": token,
    "login": ObjectShape(
      "FlashbackLoginAccess", summary: "A user's password; the session is renewed.",
      fields: [
        ConnectionFields.secret("email", summary: "Reference to the e-mail address.", example: "env:FLASHBACK_USER"),
        ConnectionFields.secret("password", summary: "Reference to the password.", example: "env:FLASHBACK_PASSWORD"),
      ]),
  ]

  private static let token = ObjectShape(
    "FlashbackTokenAccess", summary: "A bearer token.",
    fields: [ConnectionFields.secret("token", summary: "Reference to the token.", example: "env:FLASHBACK_TOKEN")])
}
