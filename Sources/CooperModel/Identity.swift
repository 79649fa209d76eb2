import CooperSchema

/// Who uses a bucket: the credential or role that a consumer gets, never Cooper's own.
public enum Identity {
  public static let section = "identities"

  private static let arn = TextRule(lengths: 1...2048)
  private static let host = TextRule(lengths: 1...255)

  /// Who may take on a role or act as an account; exactly one of `party`, `aws`, `service` and `oidc` is written.
  private static let trust = ObjectShape(
    "Trust", summary: "Somebody who may act as the identity.",
    fields: [
      FieldShape(
        "party", .reference(section: "connections"),
        summary: "A platform, by its connection; what it needs (accounts, external id) is asked of it.",
        example: "palette"),
      FieldShape(
        "aws", .string(arn), summary: "ARN or account at AWS.", example: "arn:aws:iam::444455556666:root"),
      FieldShape("service", .string(host), summary: "A service of AWS.", example: "s3.amazonaws.com"),
      FieldShape(
        "oidc", .string(host), summary: "Host of an OpenID Connect issuer.",
        example: "token.actions.githubusercontent.com"),
      FieldShape(
        "subject", .string(arn), summary: "With oidc: the subject, * and ? allowed.",
        example: "repo:acme/storage:environment:prod"),
      FieldShape(
        "audience", .string(host), summary: "With oidc: the audience, default sts.amazonaws.com.",
        example: "sts.amazonaws.com"),
      FieldShape(
        "externalId", .string(TextRule(lengths: 2...1224)),
        summary: "With aws or party: what the trusted side must say along with its request.", example: "bbbb"),
    ])

  private static let permissions = ObjectShape(
    "Permissions", summary: "What the identity itself may do.",
    fields: [
      FieldShape(
        "cooper", .choice(["plan", "apply"]), summary: "What Cooper needs to plan, or to apply, this project.",
        example: "plan"),
      FieldShape(
        "names", .either(scalar: .string(arn), long: .set(.string(arn), identity: [])),
        summary: "With cooper: native names it is limited to, * allowed.", example: "\"acme-*\""),
      FieldShape("policy", .document(.iamPolicy), summary: "An IAM document of one's own."),
    ])

  private static let profileName = Shape.string(TextRule(lengths: 1...128))

  /// What isn't written of it is left as it is.
  private static let instanceProfile = ObjectShape(
    "InstanceProfile", summary: "The instance profile that hands the role to machines.",
    fields: [
      FieldShape("name", profileName, presence: .required, summary: "Its name.", example: "etl"),
      FieldShape(
        "path", .string(TextRule(lengths: 1...512)), summary: "Path in front of its name, given while it is made.",
        example: "/machines/"),
      FieldShape(
        "tags", TagSet.facet.shape, summary: "Labels with a value; it has none of the role's.",
        example: "{ team: storage }"),
    ])

  static let facets = [
    FacetSchema(
      name: "trust", shape: .set(.object(trust), identity: []), summary: "Who may act as the identity.",
      example: "[{ party: palette }]", problems: trustProblems),
    FacetSchema(
      name: "maxSession", shape: .duration(3600...43_200),
      summary: "How long a session may last, 1 to 12 hours (IAM API Reference, MaxSessionDuration).", example: "12h"),
    FacetSchema(
      name: "permissions", shape: .object(permissions), summary: "What the identity itself may do.",
      example: "{ cooper: plan, names: \"acme-*\" }", problems: permissionProblems),
    FacetSchema(
      name: "policies", shape: .set(.string(arn), identity: []),
      summary: "ARNs of managed policies that are attached to it.",
      example: "[\"arn:aws:iam::aws:policy/ReadOnlyAccess\"]", cleared: .list([])),
    FacetSchema(
      name: "permissionsBoundary", shape: .string(arn),
      summary: "ARN of the managed policy that it can't go beyond.",
      example: "arn:aws:iam::111122223333:policy/boundary"),
    FacetSchema(
      name: "instanceProfile", shape: .either(scalar: profileName, long: .object(instanceProfile)),
      summary: "The instance profile that hands the role to machines: its name, or more of it.", example: "etl",
      problems: { value in
        IAMPath.problems(value.map ?? ValueMap()) + (value["tags"].map(TagSet.facet.problems) ?? [])
      }),
    FacetSchema(
      name: "tags", shape: TagSet.facet.shape, summary: "Labels with a value, for cost and ownership.",
      example: "{ costCenter: \"4711\" }", cleared: .map(ValueMap()), honoursIgnoreTags: true,
      problems: TagSet.facet.problems),
  ]

  /// What every identity at AWS can have besides what makes it a role or a user.
  private static let amazonFields: Set<String> = [
    "connection", "identityName", "path", "permissions", "policies", "permissionsBoundary", "tags", "deletion",
    "origin",
  ]

  private static let settings: [FieldShape] = [
    FieldShape("description", .string(.any), summary: "What the identity is for; shown in plans."),
    FieldShape(
      "type", .choice(variants.cases.keys.sorted()), presence: .required,
      mutability: .replaces(because: "another type is another identity"), summary: "What it is.", example: "role"),
    FieldShape(
      "connection", .reference(section: "connections"),
      mutability: .replaces(because: "an identity can't move to another account"),
      summary: "The connection on which it lives.", example: "aws"),
    FieldShape(
      "identityName", .string(TextRule(lengths: 1...64)),
      mutability: .replaces(because: "an identity can't be renamed"), summary: "Name at the provider, default the key.",
      example: "acme-$(self.key)"),
    FieldShape(
      "path", .string(TextRule(lengths: 1...512)),
      mutability: .replaces(because: "an identity can't be moved to another path"),
      summary: "Path in front of its name at AWS, / at both ends (IAM User Guide, identifiers).", example: "/teams/"),
    IssuedKeys.field,
    FieldShape("accessKeyId", .secret, sensitivity: .sensitive, summary: "Id of a key.", example: "env:FB_KEY"),
    FieldShape(
      "secretAccessKey", .secret, sensitivity: .sensitive, summary: "The key itself.", example: "env:FB_SECRET"),
    FieldShape(
      "bucket", .reference(section: BucketKind.section), summary: "The bucket whose platform makes the keys.",
      example: "velero-hk"),
    FieldShape(
      "user", .string(TextRule(lengths: 1...63)),
      summary: "The user of that bucket; without one the keys of the bucket.",
      example: "velero"),
    FieldShape(
      "arn", .string(arn), summary: "Its ARN at AWS.", example: "arn:aws:iam::444455556666:role/etl"),
    FieldShape(
      "email", .string(TextRule(lengths: 3...320)), summary: "Its address at Google.",
      example: "etl@acme.iam.gserviceaccount.com"),
    FieldShape(
      "key", .secret, sensitivity: .sensitive,
      summary: "Its JSON key, made elsewhere; platforms that can't act without one get it or parts of it.",
      example: "env:GOOGLE_KEY"),
    FieldShape(
      "objectId", .string(TextRule(lengths: 1...64)), summary: "Its object id at Azure.",
      example: "00000000-1111-2222-3333-444444444444"),
    FieldShape(
      "clientId", .string(TextRule(lengths: 1...64)), summary: "Application id at Azure.",
      example: "00000000-1111-2222-3333-444444444444"),
    FieldShape(
      "clientSecret", .secret, sensitivity: .sensitive, summary: "Secret of the application.",
      example: "env:AZURE_CLIENT_SECRET"),
    FieldShape(
      "deletion", .choice(DeletionPolicy.allCases.map(\.rawValue)), presence: .defaulted("protect"),
      summary: "What may happen when it leaves the YAML.", example: "allow"),
    FieldShape(
      "origin", .choice(["managed", "existing"]), presence: .defaulted("managed"),
      summary: "An existing identity is referred to, never made or deleted.", example: "existing"),
  ]

  private static let variants = KindVariants(
    field: "type",
    cases: [
      "accessKey": KindVariant(
        summary: "A key pair: made elsewhere, or by Cooper for a user at AWS where it has a connection.",
        fields: amazonFields.union(["accessKeyId", "secretAccessKey", IssuedKeys.setting]),
        required: ["accessKeyId", "secretAccessKey"], connection: .field("connection"), isMade: false,
        madeWith: "connection"),
      "role": KindVariant(
        summary: "A role at AWS that others take on.",
        fields: amazonFields.union(["trust", "maxSession", "instanceProfile"]),
        required: ["trust"], connection: .field("connection"), isMade: true),
      "serviceAccount": KindVariant(
        summary: "A service account at Google.",
        fields: [
          "connection", "identityName", "trust", "permissions", "key", IssuedKeys.setting, "deletion", "origin",
        ], connection: .field("connection"), isMade: true),
      "servicePrincipal": KindVariant(
        summary: "An application at Azure with its secret, made elsewhere.",
        fields: ["connection", "clientId", "clientSecret", "objectId"], required: ["clientId", "clientSecret"],
        connection: .field("connection"), isMade: false),
      "bucketUser": KindVariant(
        summary: "Keys that the bucket's platform makes; they never pass through YAML.", fields: ["bucket", "user"],
        required: ["bucket"], connection: .resource(field: "bucket", section: BucketKind.section), isMade: false),
      "external": KindVariant(
        summary: "Somebody who is there already, by their name at the provider.",
        fields: ["connection", "arn", "email", "objectId"], connection: .field("connection"), isMade: false),
    ])

  public static let schema = KindSchema(
    section: section, name: "identity", summary: "Who uses a bucket: a credential, a role or an account.",
    holdsData: false, settings: settings, facets: facets, variants: variants,
    outputs: [
      KindOutput("arn", summary: "ARN of a role or a user."),
      KindOutput("accountId", summary: "Account of the platform that trusts, as it says itself."),
      KindOutput("email", summary: "Address of a service account."),
      KindOutput("externalId", summary: "External id that the trusted platform chose."),
      KindOutput("accessKeyId", summary: "Id of the key.", isSecret: true),
      KindOutput("secretAccessKey", summary: "The key itself.", isSecret: true),
    ], problems: problems)

  @Sendable private static func problems(_ settings: ValueMap) -> [FacetProblem] {
    var found = (settings[IssuedKeys.setting].map(IssuedKeys.problems) ?? []) + IAMPath.problems(settings)
    guard settings["type"]?.string == "accessKey", settings[IssuedKeys.setting] != nil else { return found }
    for field in ["accessKeyId", "secretAccessKey"] where settings[field] != nil {
      found.append(
        FacetProblem(
          path: [field], code: "IDE0006", message: "a key made elsewhere stands beside keys: that Cooper is to make",
          fix: "take out keys, or accessKeyId and secretAccessKey"))
    }
    return found
  }

  @Sendable private static func trustProblems(_ value: Value) -> [FacetProblem] {
    var found: [FacetProblem] = []
    for (index, entry) in (value.list ?? []).enumerated() {
      let names = ["party", "aws", "service", "oidc"].filter { entry[$0] != nil }
      if names.count != 1 {
        found.append(
          FacetProblem(
            path: [String(index)], code: "IDE0001",
            message: "each entry of \"trust\" names one: party, aws, service or oidc", fix: "write an entry for each"))
        continue
      }
      for field in ["subject", "audience"] where entry[field] != nil && names[0] != "oidc" {
        found.append(
          FacetProblem(
            path: [String(index), field], code: "IDE0002", message: "\"\(field)\" goes with oidc only",
            fix: "take it out"))
      }
      if names[0] == "oidc", entry["subject"] == nil {
        found.append(
          FacetProblem(
            path: [String(index), "oidc"], code: "IDE0003",
            message: "without a subject everybody whom the issuer knows is trusted",
            fix: "subject: \"repo:acme/storage:environment:prod\""))
      }
      if entry["externalId"] != nil, names[0] == "service" || names[0] == "oidc" {
        found.append(
          FacetProblem(
            path: [String(index), "externalId"], code: "IDE0002", message: "\"externalId\" goes with aws or party only",
            fix: "take it out"))
      }
    }
    return found
  }

  @Sendable private static func permissionProblems(_ value: Value) -> [FacetProblem] {
    guard (value["cooper"] == nil) == (value["policy"] == nil) else { return [] }
    return [
      FacetProblem(
        path: [], code: "IDE0004", message: "\"permissions\" holds cooper or a policy, one of the two",
        fix: "permissions: { cooper: plan }")
    ]
  }
}
