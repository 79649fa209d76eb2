internal import CooperDocuments
internal import CooperModel
internal import CooperSchema

/// `type: infinstor`.
enum InfinStorConnectionType {
  static let declaration = ConnectionType(
    name: "infinstor", provider: "infinstor", summary: "InfinStor: its table of buckets, which can't be read back.",
    settings: ObjectShape(
      "InfinStorConnection", summary: "An InfinStor service.",
      fields: [
        // IS-01: the page and the vendor's own code name different hosts.
        ConnectionFields.endpoint(
          .required, summary: "Base address of the service.", example: "https://api.infinstor.example"),
        ConnectionFields.caCertificate, ConnectionFields.insecure, rightRemoval,
      ]), accessMethods: methods, support: [Registration.section: InfinStorRegistrationSupport.support])

  /// U-01: InfinStor says that there is such a call, and its name isn't published; whoever knows it writes it here.
  private static let rightRemoval = FieldShape(
    InfinStorCall.rightRemoval,
    .object(
      ObjectShape(
        "InfinStorRightRemoval", summary: "The call that takes a right on a bucket away, which isn't published (U-01).",
        fields: [
          FieldShape(
            "path", .string(TextRule(lengths: 1...256)), presence: .required, summary: "Its path under the endpoint.",
            example: "delete-bucket-auth"),
          FieldShape(
            "fields", .list(.choice(InfinStorForm.rightFields)),
            summary: "Fields of its form, in their order; default those of the call that gives one (IS-08).",
            example: "[principal, type, bucketname]"),
        ])), summary: "How a right is taken away; without it a plan that would need that is blocked.",
    example: "{ path: delete-bucket-auth }")

  private static let methods: [String: ObjectShape] = [
    "": tokenFile, "tokenFile": tokenFile,
    "token": ObjectShape(
      "InfinStorTokenAccess", summary: "A static token, \"Custom …\" (IS-06).",
      fields: [ConnectionFields.secret("token", summary: "Reference to the token.", example: "env:INFINSTOR_TOKEN")]),
    "refreshToken": ObjectShape(
      "InfinStorRefreshAccess", summary: "A refresh token of Cognito, from which tokens are made (IS-07).",
      fields: [
        ConnectionFields.secret(
          "refreshToken", summary: "Reference to the refresh token.", example: "env:INFINSTOR_REFRESH_TOKEN"),
        FieldShape(
          "clientId", .string(TextRule(lengths: 1...128)), presence: .required, summary: "Client id at Cognito.",
          example: "5p1nfin5t0r"),
        FieldShape(
          "region", .string(.region), presence: .required, summary: "Region of the user pool.",
          example: "us-east-1"), cognito,
      ]),
  ]

  private static let cognito = FieldShape(
    "cognito", .string(ConnectionFields.address), summary: "Where Cognito answers, if not at the region's own address.",
    example: "https://cognito.internal")

  private static let tokenFile = ObjectShape(
    "InfinStorFileAccess", summary: "The file that its command line writes; renewed when it has ended (IS-07).",
    fields: [
      ConnectionFields.secret("tokenFile", summary: "Reference to the file.", example: "file:~/.infinstor/token"),
      FieldShape(
        "region", .string(.region), summary: "Region of the user pool, which the file doesn't say; needed to renew.",
        example: "us-east-1"), cognito,
    ])
}
