internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// A location's settings, flat, with the names of Palette's payloads; secrets are references.
struct PaletteDocument: SchemaValue {
  static let config = [
    "bucketName", "region", "s3Url", "caCert", "projectId", "containerName", "storageName", "resourceGroup",
  ]
  static let credentials = [
    "credentialType", "partition", "tenantId", "clientId", "subscriptionId", "clientCloud",
  ]
  static let secrets = ["accessKey", "secretKey", "jsonCredentials", "clientSecret"]

  static let shape = Shape.object(
    ObjectShape(
      "PaletteLocation", summary: "A backup location in Palette.",
      fields: (["type", "arn", "permissionBoundaryArn"] + config + credentials).map {
        FieldShape($0, .string(.any), summary: "Palette's \($0).")
      }
        + [
          FieldShape(
            "sku", .string(.any), presence: .providerDefault,
            summary: "Kind of a storage account at Azure; one that nobody declares stays.")
        ]
        + ["isDefault", "s3ForcePathStyle"].map { FieldShape($0, .bool, summary: "Palette's \($0).") } + [
          FieldShape(
            "externalId", .string(.any), presence: .providerDefault,
            summary: "External id, which Palette chooses (PA-10)."),
          FieldShape(
            "labels", .map(.string(.any), keys: .any), presence: .providerDefault,
            summary: "Labels; those that nobody declares stay as they are."),
        ] + secrets.map { FieldShape($0, .secret, sensitivity: .writeOnly, summary: "Palette's \($0).") }))

  var value: Value
  init(value: Value) { self.value = value }

  /// PA-26: secrets come back masked, and are left out whatever they look like.
  init(of location: Value, type: String) {
    let spec = location["spec"]
    var map: ValueMap = ["type": .string(type), "isDefault": .bool(spec?["isDefault"]?.bool ?? false)]
    for name in Self.config + ["sku"] where spec?["config"]?[name]?.string?.isEmpty == false {
      map[name] = spec?["config"]?[name]
    }
    if case .bool? = spec?["config"]?["s3ForcePathStyle"] {
      map["s3ForcePathStyle"] = spec?["config"]?["s3ForcePathStyle"]
    }
    let credentials = spec?["config"]?["credentials"]
    for name in Self.credentials where credentials?[name]?.string?.isEmpty == false { map[name] = credentials?[name] }
    if map["partition"] == "aws" { map["partition"] = nil }
    map["arn"] = credentials?["sts"]?["arn"] ?? credentials?["podIdentity"]?["roleArn"]
    if credentials?["podIdentity"]?["permissionBoundaryArn"]?.string?.isEmpty == false {
      map["permissionBoundaryArn"] = credentials?["podIdentity"]?["permissionBoundaryArn"]
    }
    map["labels"] = location["metadata"]?["labels"]?.map.map { .map($0) } ?? [:]
    map["externalId"] = credentials?["sts"]?["externalId"]
    value = .map(map)
  }

  static func compose(_ composition: Composition) throws(CallFailure) -> Value {
    let target = composition.target
    func unfit(_ problem: String, _ fix: String) -> CallFailure {
      .unfitForPlatform(target.address, problem, fix: fix)
    }
    guard let bucket = RelatedBucket(target.related["bucket"]),
      let identity = RelatedIdentity(target.related["identity"])
    else { throw unfit("a location in Palette needs a bucket and an identity", "name both") }
    let place = target.settings["in"]?.map?.first?.value
    // PA-25: what only a role at AWS has is no word for anybody else.
    let isRole = bucket.family == .aws && identity.variant == "role"
    if place?["credentialType"] == "pod-identity" || place?["permissionBoundaryArn"] != nil, !isRole {
      throw unfit("a pod identity is a role at AWS, and \(identity.related.address) is none (PA-25)", "name a role")
    }
    if place?["permissionBoundaryArn"] != nil, place?["credentialType"] != "pod-identity" {
      throw unfit(
        "permissionBoundaryArn is of pod identities (PA-25)", "write  credentialType: pod-identity  beside it")
    }
    var map: ValueMap = ["isDefault": .bool(place?["default"]?.bool ?? false)]
    map["labels"] = place?["labels"]
    switch bucket.family {
    case .aws, .minio, .otherS3:
      map["type"] = bucket.family == .aws ? "s3" : "minio"
      // R-01, PA-20.
      guard let region = bucket.signingRegion else {
        throw unfit("Palette needs a region (PA-20)", "write  region:  at the bucket")
      }
      map["bucketName"] = bucket.name
      map["region"] = region
      map["s3Url"] = bucket.endpoint
      // PA-21, R-05: the API's own default is true.
      // Of a bucket of COSI both may be known after apply.
      let told = bucket.told("pathStyle").flatMap { $0.hasUnknowns ? $0 : nil }
      map["s3ForcePathStyle"] = told ?? .bool(bucket.usesPathStyle)
      map["caCert"] = bucket.bornCertificate
      if identity.hasKeyPair {
        map["credentialType"] = "secret"
        map["accessKey"] = identity.reference("accessKeyId")
        map["secretKey"] = identity.reference("secretAccessKey")
      } else if identity.variant == "role", bucket.family == .aws, let arn = identity.arn {
        map["credentialType"] = place?["credentialType"] ?? "sts"
        map["arn"] = arn
        if map["credentialType"] == "sts" {
          map["externalId"] = identity.externalIds(of: target.site.connection).first
        } else {
          map["permissionBoundaryArn"] = place?["permissionBoundaryArn"]
        }
        let partition = bucket.related.site?.partition ?? "aws"
        if partition != "aws" { map["partition"] = .string(partition) }
      } else {
        throw unfit("away from AWS Palette takes keys only (PA-23)", "name an identity of type accessKey")
      }
    case .google:
      guard identity.hasGoogleKey else {
        throw unfit("at Google Palette takes a JSON key only (PA-23)", "write  key:  at the identity")
      }
      map["type"] = "gcp"
      map["bucketName"] = bucket.name
      map["projectId"] = bucket.related.connection["project"]
      map["jsonCredentials"] = identity.reference("key")
    case .azure:
      let settings = bucket.related.connection
      guard identity.variant == "servicePrincipal", let account = bucket.account,
        let group = settings["resourceGroup"], let subscription = settings["subscription"],
        let tenant = identity.related.connection["tenant"] ?? settings["tenant"]
      else {
        throw unfit(
          "at Azure Palette takes a service principal, with tenant, subscription, resource group and account (R-08)",
          "name an identity of type servicePrincipal, and write the rest at the connection")
      }
      map["type"] = "azure"
      map["containerName"] = bucket.name
      map["storageName"] = .string(account)
      map["resourceGroup"] = group
      map["sku"] = place?["sku"]
      map["tenantId"] = tenant
      map["clientId"] = identity.related.settings["clientId"]
      map["clientSecret"] = identity.reference("clientSecret")
      map["subscriptionId"] = subscription
      let clouds = ["usGovernment": "azure-government", "china": "azure-china"]
      map["clientCloud"] = .string(clouds[settings["cloud"]?.string ?? ""] ?? "public")
    case .local: throw unfit("Palette reaches no directory", "name a bucket of S3, Google or Azure")
    }
    return .map(map)
  }

  /// The credentials as Palette nests them.
  static func credentials(_ document: Value) -> ValueMap {
    var map = ValueMap()
    for name in credentials + secrets { map[name] = document[name] }
    if document["credentialType"] == "pod-identity", let arn = document["arn"] {
      var pod: ValueMap = ["roleArn": arn]
      pod["permissionBoundaryArn"] = document["permissionBoundaryArn"]
      map["podIdentity"] = .map(pod)
    } else if let arn = document["arn"] {
      var sts: ValueMap = ["arn": arn]
      sts["externalId"] = document["externalId"]
      map["sts"] = .map(sts)
    }
    return map
  }

  /// The whole location, as creating and updating it send it; `before` is what is there, of which nothing is lost that
  /// nobody declares (PA-03). Its name stays (PA-28).
  static func payload(_ document: Value, name: String, before: Value? = nil) -> Value {
    var settings = ValueMap()
    settings["useRestic"] = before?["spec"]?["config"]?["useRestic"]
    for name in config { settings[name] = document[name] }
    settings["sku"] = document["sku"] ?? before?["spec"]?["config"]?["sku"]
    settings["s3ForcePathStyle"] = document["s3ForcePathStyle"]
    settings["credentials"] = .map(credentials(document))
    let metadata = before?["metadata"]
    return [
      "metadata": [
        "name": metadata?["name"] ?? .string(name), "labels": document["labels"] ?? metadata?["labels"] ?? [:],
        "annotations": metadata?["annotations"] ?? [:],
      ],
      "spec": [
        "isDefault": document["isDefault"] ?? false, "type": document["type"] ?? .null, "config": .map(settings),
      ],
    ]
  }
}
