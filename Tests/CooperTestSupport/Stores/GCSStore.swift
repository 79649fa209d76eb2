public import CooperProvider
public import CooperSchema

/// One bucket as the service keeps it: merge patches, defaults that it fills in, metageneration and ETags (Cloud Storage
/// JSON API, Buckets; RFC 7396).
public struct GCSStore: DocumentStore {
  public struct StoredObject: Sendable {
    public var name: String
    public var generation: String
    public var size: Int64

    public init(name: String, generation: String, size: Int64) {
      self.name = name
      self.generation = generation
      self.size = size
    }
  }

  public init() {}

  public var document: ValueMap = [
    "kind": "storage#bucket", "name": "acme-data", "projectNumber": "4711", "location": "EUROPE-WEST1",
    "storageClass": "STANDARD", "rpo": "DEFAULT",
    "iamConfiguration": [
      "publicAccessPrevention": "inherited", "uniformBucketLevelAccess": ["enabled": false],
      "bucketPolicyOnly": ["enabled": false],
    ],
    "softDeletePolicy": ["retentionDurationSeconds": "604800", "effectiveTime": "2026-01-01T00:00:00Z"],
    "labels": ["goog-composer": "x"],
  ]
  public var policy: ValueMap = [
    "version": 1, "auditConfigs": [],
    "bindings": [["role": "roles/storage.legacyBucketOwner", "members": ["projectOwner:acme", "projectEditor:acme"]]],
  ]
  public var metageneration: Int64 = 1
  public var objects: [StoredObject] = []
  public var readAnswer: Reply?
  public var writeAnswer: Reply?
  /// Somebody else's change, made once before the next write.
  public var beforeWrite: (@Sendable (inout GCSStore) -> Void)?

  public static let missing = Reply.google(404, "notFound")

  public mutating func answer(_ call: Call) -> Reply {
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
    case (.post, ["b"]):
      document = Self.settled(Self.merged(document, body))
      return read(call)
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

  public static func merged(_ first: ValueMap, _ second: ValueMap) -> ValueMap {
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
  public static func json(_ map: ValueMap) -> Reply {
    Reply(status: 200, body: ValueJSON.encode(.map(map), pretty: false))
  }

  /// An error document as Google's APIs send it.
  public static func google(_ status: Int, _ reason: String, _ message: String = "told so") -> Reply {
    let error: Value = [
      "code": .integer(Int64(status)), "message": .string(message),
      "errors": [["domain": "global", "reason": .string(reason), "message": .string(message)]],
    ]
    return Reply(status: status, body: ValueJSON.encode(["error": error], pretty: false))
  }
}
