internal import CooperModel
internal import CooperSchema

/// `type: flowfile`.
enum FlowfileConnectionType {
  static let declaration = ConnectionType(
    name: "flowfile", provider: "flowfile", summary: "Flowfile: its cloud connections.",
    settings: ObjectShape(
      "FlowfileConnection", summary: "A Flowfile server.",
      fields: [
        ConnectionFields.endpoint(
          .required, summary: "Where the server answers; its own default is http:// and port 63578.",
          example: "https://flowfile.internal:63578"), ConnectionFields.caCertificate, ConnectionFields.insecure,
      ]), accessMethods: methods, support: [Registration.section: FlowfileRegistrationSupport.support])

  private static let methods: [String: ObjectShape] = [
    "": login, "login": login,
    "none": ObjectShape("FlowfileDesktopAccess", summary: "No sign-in, in desktop mode.", fields: []),
  ]

  private static let login = ObjectShape(
    "FlowfileLoginAccess", summary: "A user's password; connections belong to that user.",
    fields: [
      ConnectionFields.secret("username", summary: "Reference to the user's name.", example: "env:FLOWFILE_USER"),
      ConnectionFields.secret("password", summary: "Reference to the password.", example: "env:FLOWFILE_PASSWORD"),
    ])
}
