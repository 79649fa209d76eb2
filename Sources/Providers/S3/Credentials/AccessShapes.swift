import CooperSchema

/// The fields of `access` and `planAccess` by method, as the language checks them.
enum AccessShapes {
  static let methods: [String: ObjectShape] = [
    "": usual, "default": usual, "env": environment, "profile": profile, "static": given, "assumeRole": role,
    "webIdentity": webIdentity, "container": container, "instance": instance,
  ]

  private static let usual = ObjectShape(
    "AWSDefaultAccess",
    summary: "The usual chain of the AWS CLI: environment, profile, web identity, container, instance.", fields: [])

  private static let environment = ObjectShape(
    "AWSEnvironmentAccess",
    summary: "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, and nothing else.", fields: [])

  private static let profile = ObjectShape(
    "AWSProfileAccess",
    summary: "A profile of the shared files ~/.aws/config and ~/.aws/credentials: keys, role, SSO, credential_process.",
    fields: [profileField])

  private static let given = ObjectShape(
    "AWSStaticAccess", summary: "A key given by references to secrets.", fields: keyFields(.required))

  private static let container = ObjectShape(
    "AWSContainerAccess",
    summary: "The endpoint that ECS and EKS Pod Identity name in AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or …_FULL_URI.",
    fields: [])

  private static let instance = ObjectShape(
    "AWSInstanceAccess", summary: "The role of the EC2 instance, from its metadata service (IMDSv2).", fields: [])

  private static let role = ObjectShape(
    "AWSRoleAccess", summary: "A role taken on by STS AssumeRole, with temporary keys that are renewed in time.",
    fields: roleFields + [
      FieldShape(
        "source", .object(source), summary: "The credentials that take on the role, default the usual chain.",
        example: "{ method: profile, profile: work }"),
      FieldShape(
        "chain", .list(.object(link)),
        summary: "Roles taken on before it, in this order; such a chain's sessions last an hour at most.",
        example: "[{ roleArn: \"arn:aws:iam::222233334444:role/hub\" }]"),
    ])

  private static let link = ObjectShape("AWSRoleLink", summary: "A role on the way to another.", fields: roleFields)

  private static let webIdentity = ObjectShape(
    "AWSWebIdentityAccess",
    summary: "A role taken on with a token of an identity provider: EKS, GitHub Actions or any other OIDC.",
    fields: [
      arnField(.optional, "ARN of the role, default AWS_ROLE_ARN."), sessionField, durationField,
      FieldShape(
        "token", .secret, sensitivity: .sensitive,
        summary: "Reference to the token; default the file of AWS_WEB_IDENTITY_TOKEN_FILE, then GitHub Actions.",
        example: "file:/run/secrets/token"),
      FieldShape(
        "audience", .string(TextRule(lengths: 1...1024)),
        summary: "Asks GitHub Actions for a token for this audience, default sts.amazonaws.com.",
        example: "sts.amazonaws.com"),
    ])

  /// A web identity here is the machine's, or of GitHub Actions. Flat, as its method is one of its fields; what a method does not use is refused when the recipe is read.
  private static let source = ObjectShape(
    "AWSRoleSource", summary: "The credentials that take on a role.",
    fields: [
      FieldShape(
        "method", .choice(["default", "env", "profile", "static", "webIdentity", "container", "instance"]),
        presence: .required, summary: "Where they come from.", example: "env"), profileField,
    ] + keyFields(.optional) + webIdentity.fields.filter { $0.name != "token" })

  private static let profileField = FieldShape(
    "profile", .string(TextRule(lengths: 1...256)), summary: "Name of the profile, default AWS_PROFILE or default.",
    example: "work")

  private static func arnField(_ presence: Presence, _ summary: String) -> FieldShape {
    FieldShape(
      "roleArn", .string(TextRule(lengths: 20...2048)), presence: presence, summary: summary,
      example: "arn:aws:iam::111122223333:role/cooper-apply")
  }

  private static let sessionField = FieldShape(
    "sessionName", .string(TextRule(lengths: 2...64)), presence: .defaulted("cooper"),
    summary: "Name of the session in audit logs.", example: "ci-plan")

  private static let durationField = FieldShape(
    "duration", .duration(900...43_200), summary: "How long a session is good, 15 minutes to 12 hours.", example: "1h")

  /// Limits of the STS API Reference, AssumeRole.
  private static let roleFields = [
    arnField(.required, "ARN of the role."),
    FieldShape(
      "externalId", .string(TextRule(lengths: 2...1224)), summary: "External id that the role's trust asks for."),
    sessionField, durationField,
    FieldShape(
      "sessionTags", .map(.string(TextRule(lengths: 0...256)), keys: TextRule(lengths: 1...128)),
      summary: "Tags of the session, 50 at most, for conditions on aws:PrincipalTag.", example: "{ team: storage }"),
    FieldShape(
      "transitiveTags", .set(.string(TextRule(lengths: 1...128)), identity: []),
      summary: "Session tags that roles taken on later in the chain keep.", example: "[team]"),
  ]

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
