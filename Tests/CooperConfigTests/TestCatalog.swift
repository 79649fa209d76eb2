import CooperModel
import CooperSchema

/// A small language for tests of the loader: what real providers declare is tested with them.
enum TestCatalog {
  static let s3Settings: [FieldShape] = [
    FieldShape("region", .string(.any), summary: "Region."),
    FieldShape("endpoint", .string(.any), summary: "Endpoint."),
    FieldShape("account", .string(.any), summary: "Account."),
    FieldShape("insecure", .choice(["allow"]), summary: "Plain HTTP."),
    FieldShape("pathStyle", .bool, summary: "Path style."),
  ]

  static let s3Access: [String: ObjectShape] = [
    "default": ObjectShape("default", summary: "The usual chain.", fields: []),
    "static": ObjectShape(
      "static", summary: "Keys.",
      fields: [
        FieldShape("accessKeyId", .secret, presence: .required, summary: "Id."),
        FieldShape("secretAccessKey", .secret, presence: .required, summary: "Key."),
      ]),
  ]

  static let facetNames = BucketKind.facets.map(\.name)

  static func support(
    without: [String: KindSupport.Facet] = [:], settings: Set<String>, required: Set<String> = [], hasARN: Bool
  ) -> [String: KindSupport] {
    var facets = Dictionary(uniqueKeysWithValues: facetNames.map { ($0, KindSupport.Facet.supported) })
    for (name, facet) in without { facets[name] = facet }
    let arn: @Sendable (String, String?) -> String = { name, _ in "arn:aws:s3:::" + name }
    let nameProblem: @Sendable (String) -> String? = { name in
      name.count < 3 || name != name.lowercased() ? "names have 3 to 63 lower-case letters" : nil
    }
    let facetProblem: @Sendable (String, Value) -> [FacetProblem] = { facet, value in
      guard facet == "versioning", value == .string("suspended"), !hasARN else { return [] }
      return [FacetProblem(path: [], code: "LOC0001", message: "can't be suspended here")]
    }
    let buckets = KindSupport(
      facets: facets, settings: settings, required: required, nameProblem: nameProblem, facetProblem: facetProblem,
      arn: hasARN ? arn : nil, grantStatements: hasARN ? grants : nil)
    return hasARN ? ["buckets": buckets, "identities": roles] : ["buckets": buckets]
  }

  /// One statement for each grant.
  static let grants: @Sendable (GrantFacts) -> [Value] = { facts in
    [
      [
        "Sid": .string(facts.name), "Effect": "Allow", "Action": facts.allow,
        "Principal": ["AWS": .list(facts.principals.map(\.name))],
        "Resource": .string(facts.bucket + "/" + (facts.prefix ?? "") + "*"),
      ]
    ]
  }

  static let roles = KindSupport(
    facets: ["trust": .supported, "maxSession": .supported, "permissions": .supported],
    settings: ["identityName"], variants: ["role"],
    outputs: [
      "arn": { facts in facts.connection["account"]?.string.map { "arn:aws:iam::\($0):role/\(facts.name)" } }
    ])

  /// A platform that makes buckets under names of its own, and keeps backup locations.
  static let cluster = ConnectionType(
    name: "cluster", provider: "cluster", summary: "A platform.",
    settings: ObjectShape(
      "cluster", summary: "", fields: [FieldShape("context", .string(.any), summary: "Context.")]),
    accessMethods: [:],
    support: [
      "buckets": KindSupport(
        facets: ["tags": .supported], settings: [], scope: ["tags.space"], outputs: ["bucketName": { _ in nil }]),
      "backupLocations": KindSupport(
        facets: [:], settings: ["bucket", "prefix", "identity", "in", "description"],
        placement: ObjectShape(
          "place", summary: "", fields: [FieldShape("namespace", .string(.any), presence: .required, summary: "N.")])),
      "registrations": KindSupport(
        facets: [:], settings: ["in", "bucket", "identity", "registrationName", "description"]),
    ])

  static let standard = Catalog(
    connectionTypes: [
      ConnectionType(
        name: "aws", provider: "s3", summary: "AWS.", settings: ObjectShape("aws", summary: "", fields: s3Settings),
        accessMethods: s3Access,
        support: support(settings: ["region", "bucketName"], required: ["region"], hasARN: true)),
      ConnectionType(
        name: "minio", provider: "s3", summary: "MinIO.",
        settings: ObjectShape("minio", summary: "", fields: s3Settings), accessMethods: s3Access,
        support: support(
          without: [
            "publicAccess": .unsupported(
              reason: "MinIO has no public access block", nearest: "a policy without Principal *")
          ], settings: ["region", "bucketName"], hasARN: true)),
      ConnectionType(
        name: "gcs", provider: "gcs", summary: "Google.",
        settings: ObjectShape("gcs", summary: "", fields: [FieldShape("project", .string(.any), summary: "Project.")]),
        accessMethods: [:], support: support(settings: ["region", "bucketName"], hasARN: false)),
      ConnectionType(
        name: "local", provider: "local", summary: "Directories.",
        settings: ObjectShape(
          "local", summary: "",
          fields: [FieldShape("root", .string(.any), presence: .required, summary: "Directory.")]),
        accessMethods: [:], support: support(settings: ["bucketName"], hasARN: false)),
      ConnectionType(
        name: "strict", provider: "strict", summary: "Always wants keys.",
        settings: ObjectShape("strict", summary: "", fields: []),
        accessMethods: ["static": ObjectShape("static", summary: "", fields: [])],
        support: [:]),
      ConnectionType(
        name: "palette", provider: "palette", summary: "No buckets.",
        settings: ObjectShape("palette", summary: "", fields: []), accessMethods: [:], support: [:]),
      cluster,
    ], kinds: ModelKinds.all + [BucketKind.schema])
}
