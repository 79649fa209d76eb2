internal import CooperModel
internal import CooperSchema

/// `type: gcs`.
enum GCSConnectionType {
  static let declaration = ConnectionType(
    name: "gcs", provider: "gcs", summary: "Google Cloud Storage; endpoint points at an emulator.",
    settings: ObjectShape(
      "GCSConnection", summary: "A Google Cloud project.",
      fields: [
        FieldShape(
          "project", .string(projectRule), presence: .required, summary: "Id of the project that owns its buckets.",
          example: "acme-prod"),
        FieldShape(
          "region", .string(.region),
          summary: "Location of its buckets that name none: a region, a dual-region or a multi-region.",
          example: "EU"),
        FieldShape(
          "quotaProject", .string(projectRule), summary: "Project that is billed for calls, default the same.",
          example: "acme-billing"),
        ConnectionFields.endpoint(
          .optional, summary: "An emulator or a private endpoint instead of Google's own.",
          example: "https://storage.internal:4443"),
        FieldShape(
          "iamEndpoint", .string(ConnectionFields.address),
          summary: "Where the IAM API answers instead of Google's own; service accounts need it beside an emulator.",
          example: "https://iam.internal:4443"),
        ConnectionFields.caCertificate, ConnectionFields.insecure,
      ]), accessMethods: methods,
    support: [
      BucketKind.section: GCSBucketSupport.support, Identity.section: GCSIdentitySupport.accounts,
      Grant.section: GCSGrantSupport.support,
    ])

  /// 6 to 30 lower-case letters, digits and hyphens, a letter first (Resource Manager documentation, project ids); ids
  /// of a domain of old have a colon.
  private static let projectRule = TextRule(
    lengths: 6...63, pattern: "^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$",
    expectation: "the id of a project: 6 to 30 lower-case letters, digits and hyphens, a letter first",
    matches: { text in
      let id = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).last.map(String.init) ?? text
      return (6...30).contains(id.utf8.count) && DNSLabel.isValidWithLetterFirst(id)
    })

  private static let account = FieldShape(
    "serviceAccount", .string(mail), presence: .required, summary: "E-mail address of the service account to act as.",
    example: "cooper@acme-prod.iam.gserviceaccount.com")

  private static let mail = TextRule(
    lengths: 6...320, pattern: "^[^@ ]+@[^@ ]+$", expectation: "the e-mail address of a service account",
    matches: { text in
      let parts = text.split(separator: "@", omittingEmptySubsequences: false)
      return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains(" ")
    })

  private static let usual = ObjectShape(
    "GCSDefaultAccess",
    summary: "Application default credentials: GOOGLE_APPLICATION_CREDENTIALS, those of gcloud, the metadata server.",
    fields: [])

  private static let methods: [String: ObjectShape] = [
    "": usual, "default": usual,
    "serviceAccountKey": ObjectShape(
      "GCSKeyAccess", summary: "The JSON key of a service account.",
      fields: [
        ConnectionFields.secret("key", summary: "Reference to the JSON key.", example: "file:/run/secrets/gcs.json")
      ]),
    "impersonate": ObjectShape(
      "GCSImpersonation", summary: "Another service account, for which the usual credentials may make tokens.",
      fields: [
        account,
        FieldShape(
          "delegates", .list(.string(mail)), summary: "Service accounts on the way there, in order.",
          example: "[hop@acme-prod.iam.gserviceaccount.com]"),
        FieldShape(
          "lifetime", .duration(300...43_200), presence: .defaulted("1h"),
          summary: "How long a token is good; beyond an hour the project must allow it.", example: "1h"),
      ]),
    "workloadIdentity": ObjectShape(
      "GCSWorkloadIdentity", summary: "Workload identity federation: a token of another provider is exchanged.",
      fields: [
        FieldShape(
          "audience", .string(TextRule(lengths: 1...1024)), presence: .required,
          summary: "Full name of the provider in its pool.",
          example:
            "//iam.googleapis.com/projects/4711/locations/global/workloadIdentityPools/ci/providers/github"),
        FieldShape(
          "tokenFile", .string(TextRule(lengths: 1...4096)),
          summary: "File with the token, default the token of the pipeline it runs in.",
          example: "/var/run/secrets/tokens/gcp"),
        FieldShape(
          "serviceAccount", .string(mail), summary: "Service account to act as with the exchanged token.",
          example: "cooper@acme-prod.iam.gserviceaccount.com"),
      ]),
    "metadata": ObjectShape(
      "GCSMetadataAccess", summary: "The metadata server of the machine or cluster, and nothing else.",
      fields: [
        FieldShape(
          "serviceAccount", .string(mail), summary: "Which of the machine's service accounts, default its own.",
          example: "cooper@acme-prod.iam.gserviceaccount.com")
      ]),
    "accessToken": ObjectShape(
      "GCSTokenAccess", summary: "An OAuth token that somebody else made; it can't be renewed.",
      fields: [ConnectionFields.secret("token", summary: "Reference to the token.", example: "env:GCS_TOKEN")]),
    "anonymous": ObjectShape("GCSAnonymousAccess", summary: "No credentials, for an emulator.", fields: []),
  ]
}
