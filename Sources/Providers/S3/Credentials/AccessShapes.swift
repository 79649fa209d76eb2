import CooperSchema

/// The fields of `access` and `planAccess` by method, as the language checks them.
enum AccessShapes {
  static let methods: [String: ObjectShape] = [
    "": usual, "default": usual, "env": environment, "profile": profile, "static": given, "assumeRole": role,
  ]

  private static let usual = ObjectShape(
    "AWSDefaultAccess", summary: "The usual chain: environment variables, then the shared files of the AWS CLI.",
    fields: [])

  private static let environment = ObjectShape(
    "AWSEnvironmentAccess",
    summary: "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, and nothing else.", fields: [])

  private static let profile = ObjectShape(
    "AWSProfileAccess", summary: "A profile of the shared files ~/.aws/config and ~/.aws/credentials.",
    fields: [profileField])

  private static let given = ObjectShape(
    "AWSStaticAccess", summary: "A key given by references to secrets.", fields: keyFields(.required))

  private static let role = ObjectShape(
    "AWSRoleAccess", summary: "A role taken on by STS AssumeRole, with temporary keys that are renewed in time.",
    fields: [
      FieldShape(
        "roleArn", .string(TextRule(lengths: 20...2048)), presence: .required, summary: "ARN of the role.",
        example: "arn:aws:iam::111122223333:role/cooper-apply"),
      FieldShape(
        "externalId", .string(TextRule(lengths: 2...1224)), summary: "External id that the role's trust asks for."),
      FieldShape(
        "sessionName", .string(TextRule(lengths: 2...64)), presence: .defaulted("cooper"),
        summary: "Name of the session in audit logs.", example: "ci-plan"),
      FieldShape(
        "duration", .duration(900...43_200), summary: "How long a session is good, 15 minutes to 12 hours.",
        example: "1h"),
      FieldShape(
        "source", .object(source), summary: "The credentials that take on the role, default the usual chain.",
        example: "{ method: profile, profile: work }"),
    ])

  private static let source = ObjectShape(
    "AWSRoleSource", summary: "The credentials that take on a role.",
    fields: [
      FieldShape(
        "method", .choice(["default", "env", "profile", "static"]), presence: .required,
        summary: "Where they come from.", example: "env"), profileField,
    ] + keyFields(.optional))

  private static let profileField = FieldShape(
    "profile", .string(TextRule(lengths: 1...256)), summary: "Name of the profile, default AWS_PROFILE or default.",
    example: "work")

  private static func keyFields(_ presence: Presence) -> [FieldShape] {
    [
      FieldShape(
        "accessKeyId", .secret, presence: presence, sensitivity: .sensitive, summary: "Reference to the key's id.",
        example: "env:STORE_KEY_ID"),
      FieldShape(
        "secretAccessKey", .secret, presence: presence, sensitivity: .sensitive,
        summary: "Reference to the secret key.", example: "env:STORE_SECRET"),
      FieldShape(
        "sessionToken", .secret, sensitivity: .sensitive, summary: "Reference to the token of a temporary key.",
        example: "env:STORE_TOKEN"),
    ]
  }
}
