import CooperModel
import CooperProvider
import CooperProviders
import CooperSchema
import CooperTestSupport

/// A facet of a kind on a type of connection, from the registry: nobody has to remember a new one.
struct Place: Sendable, CustomStringConvertible {
  var provider: String
  var type: String
  var section: String
  var facet: AnyFacet
  var kind: Kind
  var support: KindSupport?

  var description: String { "\(type) \(section) \(facet.name)" }
  /// By which exceptions name it, and its golden is called: the same for all dialects of a provider.
  var name: String { "\(provider).\(section).\(facet.name)" }

  static let all: [Place] = {
    let registry = AllProviders.registry
    return registry.catalog.connectionTypes.values.sorted { $0.name < $1.name }.flatMap { type in
      type.support.keys.sorted().flatMap { section -> [Place] in
        guard let kind = registry.kind(section: section, ofType: type.name) else { return [] }
        return kind.facets.map {
          Place(
            provider: type.provider, type: type.name, section: section, facet: $0, kind: kind,
            support: type.support[section])
        }
      }
    }
  }()

  /// False where the type's profile rules it out: it is never called there.
  var isHeld: Bool {
    if case .unsupported? = support?.facets[facet.name] { return false }
    return true
  }

  var target: Target {
    var target = Target(
      address: Address(section, "data"),
      identity: PhysicalIdentity(endpoint: "https://store.example", account: "111122223333", name: "b"),
      region: "eu-west-1",
      site: Site(
        connection: "c", type: type, endpoint: "https://store.example", region: "eu-west-1", account: "111122223333",
        partition: "aws", access: "token"))
    switch (provider, section) {
    case ("azure", "storageAccounts"):
      target.identity.name = "acmereports"
      target.settings = ["resourceGroup": "rg", "accountKind": "StorageV2"]
    case ("azure", "buckets"):
      target.identity.name = "daily"
      target.settings = ["account.storageAccountName": "acmereports", "account.resourceGroup": "rg"]
    case ("azure", _):
      target.settings = [
        "bucket.account.storageAccountName": ["acmereports"], "bucket.account.resourceGroup": ["rg"],
        "bucket.bucketName": ["daily"],
      ]
    case ("gcs", "grants"): target.settings = ["bucket.bucketName": ["b", "d"]]
    case ("s3", "identities"):
      target.settings = ["type": "role"]
      target.desired = ["trust": ["Version": "2012-10-17", "Statement": []]]
    case ("s3", "policies"): target.desired = ["document": ["Version": "2012-10-17", "Statement": []]]
    case ("kubernetes", "backupLocations"):
      target.related["bucket"] = Related(
        address: Address("buckets", "m"), kind: "bucket", name: "m", declaredName: "m",
        site: Site(connection: "m", type: "minio", endpoint: "https://minio.example", region: "eu-1", account: nil),
        connection: ["endpoint": "https://minio.example", "region": "eu-1"])
    case ("flashback", _): target.settings = ["workspace": "w"]
    default: break
    }
    return target
  }

  /// What else the resource is made with, by facet.
  var needs: [String: Value] {
    Dictionary(target.desired.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
  }

  /// A resource always has one of the facets that make it: without it there is another resource, or none.
  var makesResource: Bool { support?.makers.contains(facet.name) == true }

  /// Given while the resource is made, and refused on one that is there.
  var isOnlyBorn: Bool {
    if support?.onlyAtCreation[facet.name] != nil { return true }
    guard let value = PlayedFacet.samples(self).first, var played = PlayedFacet(self) else { return false }
    return played.set(value) && played.wasBorn
  }

  /// True where a document is composed here of settings and of what they name, as the language has it; of other platforms
  /// documents are made up whole.
  var isComposedOfSettings: Bool { isComposed && !target.related.isEmpty }

  /// Its target where settings say what the facet holds.
  func target(saying value: Value?) -> Target {
    var target = target
    switch name {
    case "s3.identities.path": target.settings["path"] = value
    case "kubernetes.backupLocations.location":
      var placement = ValueMap()
      for field in ["config", "default", "accessMode", "backupSyncPeriod", "validationFrequency", "snapshots"] {
        placement[field] = value?[field]
      }
      target.settings["in"] = ["c": .map(placement)]
      target.settings["prefix"] = value?["prefix"]
      guard value?["credential"] != nil else { break }
      target.related["identity"] = Related(
        address: Address("identities", "k"), kind: "identity", variant: "accessKey", name: "k", declaredName: "k",
        outputs: ["accessKeyId": "env:KEY", "secretAccessKey": "env:SECRET"])
    default: break
    }
    return target
  }

  /// The provider, played.
  var store: (any PlayedStore)? {
    switch (provider, section) {
    case ("s3", "buckets"): S3Store.store
    case ("s3", "identities"): IAMStore()
    case ("s3", "policies"): ManagedPolicyStore()
    case ("gcs", "buckets"): GCSStore()
    case ("gcs", _): GooglePolicyStore()
    case ("azure", _): AzureStore.account()
    case ("local", _): DirectoryStore()
    case ("kubernetes", _): ClusterStore()
    case ("palette", _), ("flashback", _), ("flowfile", _), ("infinstor", _):
      PlatformStore(type, holding: target.name)
    default: nil
    }
  }

  /// The same where the resource isn't there yet.
  var bareStore: (any PlayedStore)? {
    switch (provider, section) {
    case ("azure", "storageAccounts"): AzureStore.without(account: true)
    case ("azure", "buckets"): AzureStore.without(container: true)
    default: store
    }
  }

  /// Facets whose values can't be written and read back, each with the reason.
  static let withoutRoundTrip: [String: String] = [
    "gcs.identities.accessKeys": "a key is shown once and exchanged step by step by the engine: IssuedKeysTests",
    "s3.identities.accessKeys": "a key is shown once and exchanged step by step by the engine: IssuedKeysTests",
    "infinstor.registrations.entry": "InfinStor has no call that reads its table (IS-09); what is sent is recorded",
  ]

  /// Facets that no write carries, each with the reason.
  static let withoutGolden: [String: String] = [
    "gcs.identities.accessKeys": "the calls are the issuer's, and no write of the facet makes them: HMACKeyTests",
    "s3.identities.accessKeys": "the calls are the issuer's, and no write of the facet makes them: IAMTests",
  ]

  /// Fields that no document of a platform has beside the words above, or that the platform takes and never shows.
  static let unshown: [String: Set<String>] = [
    "palette.backupLocations.location": ["arn", "externalId", "permissionBoundaryArn"],
    "flashback.registrations.entry": ["key", "apiKeyUuid", "externalId"],
    "flashback.apiKeys.key": ["key", "externalId"],
    "kubernetes.backupLocations.location": ["ownedBy", "caCertificate"],
  ]

  /// Documents of platforms are composed, and nothing in them is empty.
  var isComposed: Bool { kind.payload != nil }

  /// What a shape can't say of texts, by the name of their field, or by none for the whole of them: values outside of it are made by nobody.
  static let words: [String: [String: [Value]]] = [
    // Roles by which nobody acts as the account are no part of its trust.
    "gcs.identities.trust": ["role": ["roles/iam.serviceAccountTokenCreator", "roles/iam.serviceAccountUser"]],
    "s3.identities.path": ["": ["/team/", "/team/app/"]],
    "s3.policies.path": ["": ["/team/", "/team/app/"]],
    "gcs.grants.bindings": ["bucket": ["b", "d"]],
    // Methods, keys and members are told apart by rules behind the shape.
    "s3.buckets.cors": ["methods": [["GET"], ["PUT", "HEAD"]]],
    "azure.storageAccounts.cors": ["methods": [["GET"], ["PUT", "PATCH"]]],
    "gcs.buckets.cors": ["methods": [["GET"], ["PUT", "HEAD"], ["*"]]],
    "gcs.buckets.iam": [
      "role": ["roles/storage.objectViewer", "roles/storage.legacyBucketOwner"],
      "members": [["user:a@acme.example"], ["group:b@acme.example", "allUsers"]],
    ],
    "gcs.buckets.encryption": ["kmsKey": ["projects/p/locations/eu/keyRings/r/cryptoKeys/k"]],
    // Of the grant's own settings.
    "azure.grants.assignments": [
      "place": ["rg/acmereports", "rg/acmereports/daily"],
      "role": ["Storage Blob Data Reader", "Storage Blob Data Contributor"],
      "principal": ["00000000-1111-2222-3333-444444444444", "00000000-1111-2222-3333-555555555555"],
    ],
    // Velero's plug-in knows its keys, and calls a location with others Unavailable (VL-04).
    "kubernetes.backupLocations.location": [
      "config": [[:], ["checksumAlgorithm": ""]], "snapshots": [["profile": "ebs"], ["region": "eu-2"]],
      "accessMode": ["ReadWrite", "ReadOnly"],
    ],
    // Words that a platform's document always holds.
    "palette.backupLocations.location": [
      "type": ["s3"], "isDefault": [true, false], "credentialType": ["secret"], "partition": ["aws-us-gov"],
    ],
    "flashback.registrations.entry": ["storageType": ["S3"], "principal": ["arn:aws:iam::111122223333:role/r"]],
    "flashback.apiKeys.key": ["provider": ["AWS"], "principal": ["arn:aws:iam::111122223333:role/r"]],
  ]
}
