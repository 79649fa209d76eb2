internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// A bucket in Flashback's table with the fields of FB-02; secrets are references.
struct FlashbackDocument: SchemaValue {
  static let texts = ["bucket", "storageType", "endpoint", "region", "apiKeyUuid"]

  /// Fields of who uses it; those of a reusable key too.
  static let credentials = [
    FieldShape(
      "principal", .string(.any),
      summary: "Flashback's key, where it is a role, a service account or a storage account."),
    FieldShape("key", .secret, sensitivity: .writeOnly, summary: "Id of an access key."),
    FieldShape("secret", .secret, sensitivity: .writeOnly, summary: "The key itself."),
    FieldShape("externalId", .string(.any), presence: .providerDefault, summary: "External id of the role."),
  ]

  static let shape = Shape.object(
    ObjectShape(
      "FlashbackBucket", summary: "A bucket in Flashback's table.",
      fields: texts.map { FieldShape($0, .string(.any), summary: "Flashback's \($0).") } + credentials))

  var value: Value
  init(value: Value) { self.value = value }

  /// FB-26: a secret is absent or an envelope, never compared.
  init(listed entry: Value) {
    var map = ValueMap()
    for name in Self.texts where entry[name]?.string?.isEmpty == false { map[name] = entry[name] }
    // A list spells it otherwise than a call (FB-01, FB-02). Such an entry has no key of its own.
    if let uuid = entry["apiKeyId"], uuid.string?.isEmpty == false { map["apiKeyUuid"] = uuid }
    guard map["apiKeyUuid"] == nil else {
      value = .map(map)
      return
    }
    // A key stands in the place of a principal; which of the two is told by its form. Of a Google key it is the account.
    if let key = entry["key"]?.string, Self.isPrincipal(key, entry) { map["principal"] = .string(key) }
    value = .map(map)
  }

  private static func isPrincipal(_ key: String, _ entry: Value) -> Bool {
    switch entry["storageType"]?.string {
    case "S3"?: key.hasPrefix("arn:")
    case "BLOB"?, "GCS"?: !key.isEmpty
    default: false
    }
  }

  static func compose(_ composition: Composition) throws(CallFailure) -> Value {
    let target = composition.target
    guard let bucket = RelatedBucket(target.related["bucket"]),
      let identity = RelatedIdentity(target.related["identity"])
    else {
      throw .unfitForPlatform(target.address, "an entry of Flashback needs a bucket and an identity", fix: "name both")
    }
    var map: ValueMap = ["bucket": bucket.name]
    switch bucket.family {
    case .google: map["storageType"] = "GCS"
    case .azure: map["storageType"] = "BLOB"
    case .local:
      throw .unfitForPlatform(
        target.address, "Flashback reaches no directory", fix: "name a bucket of S3, Google or Azure")
    default: map["storageType"] = "S3"
    }
    map["endpoint"] = bucket.endpoint
    // FB-22: an endpoint makes the region needless.
    if bucket.endpoint == nil, bucket.family == .aws {
      guard let region = bucket.region else {
        throw .unfitForPlatform(target.address, "a bucket at AWS needs a region (FB-22)", fix: "write  region:  at it")
      }
      map["region"] = region
    }
    if let key = target.related["apiKey"] {
      guard key.settings["identity"] == target.settings["identity"] else {
        throw .unfitForPlatform(
          target.address, "\(key.address) is the key of another identity (FB-09)",
          fix: "write the identity of the key, or take apiKey out")
      }
      map["apiKeyUuid"] = key.outputs["uuid"]
      return .map(map)
    }
    for pair in try access(bucket, identity, composition) { map[pair.key] = pair.value }
    return .map(map)
  }

  private static func access(
    _ bucket: RelatedBucket, _ identity: RelatedIdentity, _ composition: Composition
  ) throws(CallFailure) -> ValueMap {
    let target = composition.target
    let isDelegated = !identity.hasKeyPair && !identity.hasGoogleKey
    if isDelegated, bucket.endpoint != nil {
      throw .unfitForPlatform(
        target.address, "delegated access works on a cloud's own endpoint only (FB-25)",
        fix: "name an identity of type accessKey")
    }
    switch (bucket.family, identity.variant) {
    case (.azure, "accessKey"):
      // FB-24, U-02: not documented; likely account and key.
      return fields(["principal": bucket.account.map { .string($0) }, "secret": identity.reference("secretAccessKey")])
    case (.azure, "external"): return fields(["principal": bucket.account.map { .string($0) }])
    case (.google, "serviceAccount"):
      guard identity.hasGoogleKey else { return fields(["principal": identity.email]) }
      // parts of the one JSON key; which parts is said where the call is written.
      return fields(["key": identity.related.settings["key"], "secret": identity.related.settings["key"]])
    case (_, "accessKey") where bucket.speaksS3, (_, "bucketUser") where bucket.speaksS3:
      return fields(["key": identity.reference("accessKeyId"), "secret": identity.reference("secretAccessKey")])
    case (_, "role") where bucket.speaksS3:
      guard let id = identity.externalIds(of: target.site.connection).first else {
        throw .unfitForPlatform(
          target.address, "the role says no external id for Flashback (FB-30)",
          fix: "trust: [{ party: \(target.site.connection), externalId: … }]")
      }
      return fields(["principal": identity.arn, "externalId": id])
    default:
      throw .unfitForPlatform(
        target.address, "Flashback can't sign in there as \(identity.related.address)",
        fix: "name an identity of type accessKey, role or serviceAccount")
    }
  }

  private static func fields(_ pairs: KeyValuePairs<String, Value?>) -> ValueMap {
    ValueMap(pairs.compactMap { pair in pair.value.map { (pair.key, $0) } })
  }
}
