import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport

@testable import GCSProvider

/// One bucket as the service keeps it: merge patches, defaults that it fills in, metageneration and ETags (Cloud Storage
/// JSON API, Buckets; RFC 7396).
struct GCSStore: DocumentStore {
  var document: ValueMap = [
    "kind": "storage#bucket", "name": "acme-data", "projectNumber": "4711", "location": "EUROPE-WEST1",
    "storageClass": "STANDARD", "rpo": "DEFAULT",
    "iamConfiguration": [
      "publicAccessPrevention": "inherited", "uniformBucketLevelAccess": ["enabled": false],
      "bucketPolicyOnly": ["enabled": false],
    ],
    "softDeletePolicy": ["retentionDurationSeconds": "604800", "effectiveTime": "2026-01-01T00:00:00Z"],
    "labels": ["goog-composer": "x"],
  ]
  var policy: ValueMap = [
    "version": 1, "auditConfigs": [],
    "bindings": [["role": "roles/storage.legacyBucketOwner", "members": ["projectOwner:acme", "projectEditor:acme"]]],
  ]
  var metageneration: Int64 = 1
  var objects: [ObjectGeneration] = []
  var readAnswer: Reply?
  var writeAnswer: Reply?
  /// Somebody else's change, made once before the next write.
  var beforeWrite: (@Sendable (inout GCSStore) -> Void)?

  static let missing = Reply.google(404, "notFound")

  mutating func answer(_ call: Call) -> Reply {
    if call.method == .get { return readAnswer ?? read(call) }
    if let writeAnswer { return writeAnswer }
    if let beforeWrite {
      self.beforeWrite = nil
      beforeWrite(&self)
    }
    let wanted = call.query.first { $0.name == "ifMetagenerationMatch" }?.value
    if let wanted, wanted != String(metageneration) { return .google(412, "conditionNotMet") }
    let body = (try? ValueJSON.decode(call.body))?.map ?? ValueMap()
    switch (call.method, call.path) {
    case (.patch, []):
      document = Self.settled(Self.merged(document, body))
      metageneration += 1
      return read(call)
    case (.put, ["iam"]):
      if let etag = body["etag"]?.string, etag != String(metageneration) { return .google(412, "conditionNotMet") }
      let hasCondition = (body["bindings"]?.list ?? []).contains { $0["condition"] != nil }
      if hasCondition, body["version"]?.integer != 3 { return .google(400, "invalid") }
      policy = body
      metageneration += 1
      return read(call)
    case (.post, ["lockRetentionPolicy"]):
      guard wanted != nil, document["retentionPolicy"] != nil else { return .google(400, "required") }
      document = Self.merged(document, ["retentionPolicy": ["isLocked": true]])
      metageneration += 1
      return read(call)
    case (.delete, _) where call.path.first == "o":
      let generation = call.query.first { $0.name == "generation" }?.value
      guard let index = objects.firstIndex(where: { $0.name == call.path.last && $0.generation == generation }) else {
        return Self.missing
      }
      objects.remove(at: index)
      return Reply(status: 204)
    default: return .google(405, "methodNotAllowed")
    }
  }

  private func read(_ call: Call) -> Reply {
    if call.path.first == "iam" {
      var shown = policy
      shown["kind"] = "storage#policy"
      shown["etag"] = .string(String(metageneration))
      return .json(shown)
    }
    if call.path == ["o"] { return page(call) }
    var shown = document
    shown["metageneration"] = .string(String(metageneration))
    return .json(shown)
  }

  /// Two at a time.
  private func page(_ call: Call) -> Reply {
    let start = call.query.first { $0.name == "pageToken" }?.value.flatMap { Int($0) } ?? 0
    let items = objects.dropFirst(start).prefix(2).map { object -> Value in
      ["name": .string(object.name), "generation": .string(object.generation), "size": .string(String(object.size))]
    }
    var page: ValueMap = ["kind": "storage#objects", "items": .list(items)]
    if start + 2 < objects.count { page["nextPageToken"] = .string(String(start + 2)) }
    return .json(page)
  }

  static func merged(_ first: ValueMap, _ second: ValueMap) -> ValueMap {
    var result = first
    for pair in second {
      switch (pair.value, result[pair.key]) {
      case (.null, _): result[pair.key] = nil
      case (.map(let patch), .map(let mine)?): result[pair.key] = .map(merged(mine, patch))
      case (.map(let patch), _): result[pair.key] = .map(merged(ValueMap(), patch))
      default: result[pair.key] = pair.value
      }
    }
    return result
  }

  /// What the service makes of it: spellings, defaults, and nothing where nothing is set.
  private static func settled(_ document: ValueMap) -> ValueMap {
    var document = document
    if document["cors"] == [] { document["cors"] = nil }
    if document["lifecycle"]?["rule"] == [] { document["lifecycle"] = nil }
    for field in ["labels", "website", "encryption", "logging"] where document[field] == [:] { document[field] = nil }
    if document["versioning"]?["enabled"] == false { document["versioning"] = nil }
    if document["autoclass"]?["enabled"] == false { document["autoclass"] = nil }
    if document["autoclass"] != nil, document["autoclass"]?["terminalStorageClass"] == nil {
      document = merged(
        document, ["autoclass": ["terminalStorageClass": "NEARLINE", "toggleTime": "2026-01-01T00:00:00Z"]])
    }
    if document["retentionPolicy"] != nil {
      document = merged(document, ["retentionPolicy": ["effectiveTime": "2026-01-01T00:00:00Z"]])
    }
    document["cors"] = (document["cors"]?.list).map { rules in
      .list(
        rules.map { rule in
          var rule = rule.map ?? ValueMap()
          if rule["maxAgeSeconds"] == 0 { rule["maxAgeSeconds"] = nil }
          return .map(rule)
        })
    }
    return document
  }
}

extension Reply {
  static func json(_ map: ValueMap) -> Reply { Reply(status: 200, body: ValueJSON.encode(.map(map), pretty: false)) }

  /// An error document as Google's APIs send it.
  static func google(_ status: Int, _ reason: String, _ message: String = "told so") -> Reply {
    let error: Value = [
      "code": .integer(Int64(status)), "message": .string(message),
      "errors": [["domain": "global", "reason": .string(reason), "message": .string(message)]],
    ]
    return Reply(status: status, body: ValueJSON.encode(["error": error], pretty: false))
  }
}

/// A bucket on a connection, the answers of the service, and values that use every field of a facet's wire form.
enum GCSFixture {
  static func target(_ name: String = "acme-data", region: String? = "europe-west1") -> Target {
    Target(
      address: Address("buckets", "data"),
      identity: PhysicalIdentity(endpoint: "https://storage.googleapis.com", name: name), region: region, site: site)
  }

  static let site = Site(
    connection: "g", type: "gcs", endpoint: "https://storage.googleapis.com", region: "EU", account: "acme-prod")

  static let refusals = DocumentConformance<GCSStore>.Refusals(
    denied: .google(403, "forbidden"), missing: .google(404, "notFound"), unauthenticated: .google(401, "authError"),
    throttled: .google(429, "rateLimitExceeded"), unavailable: .google(500, "backendError"),
    cut: Reply(200, "{\"kind\": \"storage#bu"),
    unsupported: [
      .google(405, "methodNotAllowed"), .google(501, "notImplemented"), Reply(200, "{\"kind\": \"storage#objects\"}"),
      Reply(200, "{}"), Reply(200, "[]"),
    ])

  static func suite(_ facet: AnyFacet, store: GCSStore = GCSStore()) -> DocumentConformance<GCSStore> {
    DocumentConformance(facet, of: GCSBucket.kind, on: target(), store: store, refusals: refusals)
  }

  static let values: [(facet: AnyFacet, name: String, value: Value)] = [
    (AnyFacet(GCSVersioning.self), "enabled", "enabled"), (AnyFacet(GCSVersioning.self), "suspended", "suspended"),
    (
      AnyFacet(GCSEncryption.self), "kms", ["kmsKey": "projects/p/locations/eu/keyRings/r/cryptoKeys/k"]
    ),
    (AnyFacet(GCSPublicAccess.self), "blocked", "blocked"), (AnyFacet(GCSPublicAccess.self), "allowed", "allowed"),
    (AnyFacet(GCSUniformAccess.self), "enabled", "enabled"),
    (
      AnyFacet(GCSCORS.self), "two-rules",
      [
        [
          "origins": ["https://shop.acme.example", "*"], "methods": ["PUT", "OPTIONS", "*"], "headers": ["x-a"],
          "expose": ["ETag"], "maxAge": "1h",
        ], ["origins": ["https://b.example"], "methods": ["GET"], "maxAge": "0s"],
      ]
    ),
    (AnyFacet(GCSLifecycle.self), "everything", lifecycle),
    (AnyFacet(GCSSoftDelete.self), "two-weeks", "14d"), (AnyFacet(GCSSoftDelete.self), "off", "0s"),
    (AnyFacet(GCSLogging.self), "own-prefix", ["bucket": "logs"]),
    (AnyFacet(GCSLogging.self), "prefix", ["bucket": "logs", "prefix": "acme/"]),
    (AnyFacet(GCSLabels.self), "two", ["team": "data", "cost-center": ""]),
    (AnyFacet(GCSRetention.self), "unlocked", "30d"),
    (AnyFacet(GCSWebsite.self), "both", ["index": "index.html", "error": "404.html"]),
    (AnyFacet(GCSWebsite.self), "index", ["index": "index.html"]),
    (AnyFacet(GCSRequestPayment.self), "requester", "requester"),
    (AnyFacet(GCSStorageClass.self), "nearline", "NEARLINE"), (AnyFacet(GCSStorageClass.self), "legacy", "REGIONAL"),
    (AnyFacet(GCSAutoclass.self), "enabled", "enabled"), (AnyFacet(GCSAutoclass.self), "disabled", "disabled"),
    (AnyFacet(GCSAutoclass.self), "archive", ["terminalClass": "ARCHIVE"]),
    (AnyFacet(GCSEventHolds.self), "enabled", "enabled"),
    (AnyFacet(GCSRecoveryPoint.self), "turbo", "ASYNC_TURBO"), (AnyFacet(GCSRecoveryPoint.self), "default", "DEFAULT"),
    (
      AnyFacet(GCSIAM.self), "conditional",
      [
        [
          "role": "roles/storage.objectViewer", "members": ["user:b@acme.example", "group:a@acme.example"],
          "condition": ["title": "until", "expression": "request.time < timestamp('2030-01-01T00:00:00Z')"],
        ],
        ["role": "roles/storage.legacyBucketOwner", "members": ["projectOwner:acme", "projectEditor:acme"]],
      ]
    ),
  ]

  private static let lifecycle: Value = [
    "trim": ["noncurrentExpiration": ["after": "30d", "keep": 3], "abortMultipartAfter": "7d"],
    "now": ["prefix": "tmp/", "expiration": ["after": "0d"]],
    "cold": [
      "transitions": [["to": "NEARLINE", "after": "0d"], ["to": "ARCHIVE", "after": "365d"]],
      "noncurrentTransitions": [["to": "COLDLINE", "after": "1d", "keep": 1]],
      "conditions": ["suffix": ".log", "storageClasses": ["STANDARD", "NEARLINE"]],
    ],
    "all": ["expiration": ["after": "30d"], "conditions": ["versions": "all"]],
    "custom": [
      "expiration": [:],
      "conditions": [
        "sinceCustomTime": "0d", "customTimeBefore": "2026-01-01", "createdBefore": "2025-01-01", "newerVersions": 0,
      ],
    ],
  ]
}
