import CooperModel
import CooperSchema

/// A small language for tests of the loader: what real providers declare is tested with them.
enum TestCatalog {
  static let lifecycleRule = ObjectShape(
    "lifecycleRule", summary: "A rule.",
    fields: [
      FieldShape("prefix", .string(.any), summary: "Prefix."),
      FieldShape("expireAfter", .duration(nil), summary: "Age."),
      FieldShape("marker", .bool, summary: "Marker."),
    ])

  static let corsRule = ObjectShape(
    "corsRule", summary: "A rule.",
    fields: [
      FieldShape("origins", .set(.string(.any), identity: []), presence: .required, summary: "Origins."),
      FieldShape(
        "methods", .set(.choice(["GET", "PUT", "HEAD"]), identity: []), presence: .required, summary: "Methods."),
      FieldShape("maxAge", .duration(nil), summary: "Seconds."),
    ])

  static let bucket = KindSchema(
    section: "buckets", name: "bucket", summary: "A bucket.", holdsData: true,
    settings: [
      FieldShape("description", .string(.any), summary: "Text."),
      FieldShape("connection", .reference(section: "connections"), presence: .required, summary: "Connection."),
      FieldShape("region", .string(.any), summary: "Region."),
      FieldShape("bucketName", .string(.any), summary: "Name."),
      FieldShape(
        "profile", .either(scalar: .string(.any), long: .list(.string(.any))), summary: "Profiles."),
      FieldShape("deletion", .choice(["protect", "allow", "purge"]), summary: "Deletion."),
      FieldShape("origin", .choice(["managed", "existing"]), summary: "Origin."),
      FieldShape("shared", .set(.choice(["policy", "tags"]), identity: []), summary: "Shared."),
      FieldShape("objectLock", .bool, summary: "A setting of AWS alone."),
    ],
    facets: [
      FacetSchema(
        name: "versioning", shape: .choice(["enabled", "suspended"]), summary: "Versions.", example: "enabled"),
      FacetSchema(name: "publicAccess", shape: .choice(["blocked", "allowed"]), summary: "Public access."),
      FacetSchema(
        name: "tags", shape: .map(.string(.any), keys: .any), summary: "Tags.", cleared: .map(ValueMap()),
        problems: { value in
          (value.map ?? ValueMap()).compactMap { pair in
            pair.key.hasPrefix("aws:")
              ? FacetProblem(path: [pair.key], code: "TAG0001", message: "keys that begin with aws: belong to AWS")
              : nil
          }
        }),
      FacetSchema(
        name: "cors", shape: .list(.object(corsRule)), summary: "CORS.", cleared: .list([]),
        problems: { value in
          (value.list ?? []).indices.compactMap { index in
            value.list?[index]["methods"]?.list?.isEmpty == true
              ? FacetProblem(path: ["\(index)", "methods"], code: "COR0001", message: "no methods") : nil
          }
        }),
      FacetSchema(
        name: "lifecycle", shape: .map(.object(lifecycleRule), keys: .any), summary: "Lifecycle.",
        cleared: .map(ValueMap())),
      FacetSchema(
        name: "policy", shape: .document(.iamPolicy), summary: "Policy.", cleared: .map(ValueMap())),
    ])

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

  static let facetNames = ["versioning", "publicAccess", "tags", "cors", "lifecycle", "policy"]

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
      arn: hasARN ? arn : nil)
    return ["buckets": buckets]
  }

  static let standard = Catalog(
    connectionTypes: [
      ConnectionType(
        name: "aws", provider: "s3", summary: "AWS.", settings: ObjectShape("aws", summary: "", fields: s3Settings),
        accessMethods: s3Access,
        support: support(settings: ["region", "bucketName", "objectLock"], required: ["region"], hasARN: true)),
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
        name: "palette", provider: "palette", summary: "No buckets.",
        settings: ObjectShape("palette", summary: "", fields: []), accessMethods: [:], support: [:]),
    ], kinds: [bucket])
}
