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
    case ("s3", "identities"): target.settings = ["type": "role"]
    case ("flashback", _): target.settings = ["workspace": "w"]
    default: break
    }
    return target
  }

  /// The provider, played.
  var store: (any PlayedStore)? {
    switch (provider, section) {
    case ("s3", "buckets"): S3Store.store
    case ("s3", "identities"): IAMStore()
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

  /// Facets whose values can't be written and read back, each with the reason.
  static let withoutRoundTrip: [String: String] = [
    "gcs.buckets.hierarchicalNamespace": "a part of a bucket's creation, and of no write after it",
    "gcs.identities.accessKeys": "keys are exchanged step by step by the engine: IssuedKeysTests",
    "s3.identities.accessKeys": "keys are exchanged step by step by the engine: IssuedKeysTests",
    "s3.identities.path": "a part of an identity's creation, and IAM moves nothing: test_iam.py",
    "s3.policies.description": "a part of a policy's creation: test_managed_policies.py",
    "s3.policies.path": "a part of a policy's creation: test_managed_policies.py",
    "s3.policies.document": "versions of one policy are no table that is played here: test_managed_policies.py",
    "s3.policies.tags": "the policy is played by moto: test_managed_policies.py",
    "gcs.identities.description": "the account is played by the server of test_google_identities.py",
    "infinstor.registrations.entry": "InfinStor has no call that reads its table (IS-09)",
    "kubernetes.backupLocations.location":
      "read in view of what the settings compose, and its Secret's data is never read: VeleroTests, test_velero.py",
  ]

  /// Facets that no write carries, each with the reason.
  static let withoutGolden: [String: String] = [
    "gcs.buckets.hierarchicalNamespace": "in the body of the creation: bucket.calls.txt of GCS",
    "gcs.identities.accessKeys": "no write of its own: HMACKeyTests",
    "s3.identities.accessKeys": "no write of its own: IAMTests",
    "s3.identities.path": "in the body of the creation",
    "s3.policies.description": "in the body of the creation",
    "s3.policies.path": "in the body of the creation",
    "s3.policies.document": "played by moto only: test_managed_policies.py",
    "s3.policies.tags": "played by moto only: test_managed_policies.py",
    "gcs.identities.description":
      "played by the server of test_google_identities.py only, which holds it against Google's document",
  ]

  /// Fields that no document of a platform has beside the words above, or that the platform takes and never shows.
  static let unshown: [String: Set<String>] = [
    "palette.backupLocations.location": ["arn", "externalId", "permissionBoundaryArn"],
    "flashback.registrations.entry": ["key", "apiKeyUuid", "externalId"],
    "flashback.apiKeys.key": ["key", "externalId"],
  ]

  /// Documents of platforms are composed, and nothing in them is empty.
  var isComposed: Bool { kind.payload != nil }

  /// What a shape can't say of texts, by the name of their field: values outside of it are made by nobody.
  static let words: [String: [String: [Value]]] = [
    // Roles by which nobody acts as the account are no part of its trust.
    "gcs.identities.trust": ["role": ["roles/iam.serviceAccountTokenCreator", "roles/iam.serviceAccountUser"]],
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
    // Words that a platform's document always holds.
    "palette.backupLocations.location": [
      "type": ["s3"], "isDefault": [true, false], "credentialType": ["secret"], "partition": ["aws-us-gov"],
    ],
    "flashback.registrations.entry": ["storageType": ["S3"], "principal": ["arn:aws:iam::111122223333:role/r"]],
    "flashback.apiKeys.key": ["provider": ["AWS"], "principal": ["arn:aws:iam::111122223333:role/r"]],
  ]
}
