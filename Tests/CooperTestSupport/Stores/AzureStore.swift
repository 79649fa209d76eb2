public import CooperProvider
public import CooperSchema

/// A stand-in in the process that keeps documents by their path and answers as Resource Manager does; containers too by
/// the blob service.
public struct AzureStore: Sendable {
  public static let containerPath = "blobServices/default/containers/daily"

  public init() {}

  /// Documents by the path behind the account's, e.g. `blobServices/default`; the account's own is the empty path.
  public var documents: [String: Value] = [:]
  /// Answers every read instead, e.g. with 403.
  public var readAnswer: Reply?
  public var etag = 1
  public var assignments: [String: Value] = [:]
  public var containers: [String: (access: String?, metadata: [String: String])] = [:]
  /// Stored access policies, as a container answers them.
  public var policies = "<SignedIdentifiers/>"

  public static func account() -> AzureStore {
    var store = AzureStore()
    store.documents[""] = [
      "name": "acmereports", "type": "Microsoft.Storage/storageAccounts", "location": "westeurope",
      "sku": ["name": "Standard_LRS"], "kind": "StorageV2",
      "properties": ["provisioningState": "Succeeded", "primaryEndpoints": ["blob": "https://x"]],
    ]
    store.documents["blobServices/default"] = [
      "name": "default", "type": "Microsoft.Storage/storageAccounts/blobServices", "properties": [:],
    ]
    store.documents[containerPath] = [
      "name": "daily", "type": "Microsoft.Storage/storageAccounts/blobServices/containers", "etag": "\"1\"",
      "properties": ["publicAccess": "None"],
    ]
    store.containers["daily"] = (nil, [:])
    return store
  }

  /// The same without its container, or without the account itself.
  public static func without(container: Bool = false, account: Bool = false) -> AzureStore {
    var store = Self.account()
    if container || account {
      store.documents[containerPath] = nil
      store.containers = [:]
    }
    if account { store.documents[""] = nil }
    return store
  }

  public mutating func answer(_ call: Call) -> Reply {
    if call.reads, let readAnswer { return readAnswer }
    if call.service == "blob" { return data(call) }
    let start = call.path.firstIndex(of: "storageAccounts").map { $0 + 2 } ?? call.path.count
    let path = call.path[start...].joined(separator: "/")
    let body = call.body.isEmpty ? Value.map(ValueMap()) : (try? ValueJSON.decode(call.body)) ?? .null
    if call.path.contains("roleAssignments") { return assignment(body, call) }
    switch call.method {
    case .get: return documents[path].map { .arm(200, $0) } ?? .armError(404, Self.missing[path] ?? "ResourceNotFound")
    case .put, .patch: return write(path, body, call)
    case .delete:
      documents[path] = nil
      return Reply(200)
    case .post: return post(path, body)
    case .head: return Reply(405)
    }
  }

  /// Assignments by their path; a list has those of narrower scopes too.
  private mutating func assignment(_ body: Value, _ call: Call) -> Reply {
    let path = "/" + call.path.joined(separator: "/")
    let scope = "/" + call.path.prefix { $0 != "Microsoft.Authorization" }.dropLast().joined(separator: "/")
    switch call.method {
    case .get:
      let all = assignments.sorted { $0.key < $1.key }.map(\.value)
      return .arm(
        200,
        ["value": .list(all.filter { ($0["properties"]?["scope"]?.string ?? "-").hasPrefix(scope) })])
    case .put:
      assignments[path] = body.merged(with: ["properties": ["scope": .string(scope)]])
      return .arm(201, assignments[path] ?? .null)
    case .delete: return assignments.removeValue(forKey: path).map { .arm(200, $0) } ?? Reply(204)
    default: return Reply(405)
    }
  }

  private static let missing = [
    "managementPolicies/default": "ManagementPolicyNotFound", containerPath: "ContainerNotFound",
  ]

  private mutating func write(_ path: String, _ body: Value, _ call: Call) -> Reply {
    etag += 1
    if path.hasSuffix("immutabilityPolicies/default") {
      return immutability(["properties": (body["properties"] ?? .null).merged(with: ["state": "Unlocked"])])
    }
    let known = documents[path]
    if let match = call.headers.first(where: { $0.name == "If-Match" })?.value, let tag = known?["etag"]?.string,
      tag != match
    {
      return .armError(412, "PreconditionFailed")
    }
    var document = known ?? Self.born(path)
    if call.method == .put {
      let kept = known == nil ? document : document.merged(with: ["properties": .null])
      document = kept.merged(with: body)
    } else if let tags = body["tags"] {
      // Tags are one member: those that are not sent are gone.
      document = document.merged(with: ["tags": .null]).merged(with: body).merged(with: ["tags": tags])
    } else {
      document = Self.patched(document, body)
    }
    if document["etag"] != nil { document = document.merged(with: ["etag": .string("\"\(etag)\"")]) }
    documents[path] = document
    let isMade = known == nil && (path.isEmpty || path == Self.containerPath)
    return .arm(isMade ? 201 : 200, document)
  }

  /// What there is of a document before anything is written to it.
  private static func born(_ path: String) -> Value {
    switch path {
    case "":
      [
        "name": "acmereports", "type": "Microsoft.Storage/storageAccounts",
        "properties": ["provisioningState": "Succeeded", "primaryEndpoints": ["blob": "https://x"]],
      ]
    case containerPath:
      ["name": "daily", "type": "Microsoft.Storage/storageAccounts/blobServices/containers", "etag": "\"0\""]
    default: ["name": "default", "type": .string("Microsoft.Storage/storageAccounts/" + type(path))]
    }
  }

  /// Members are replaced one by one; pairs of metadata all at once.
  private static func patched(_ document: Value, _ body: Value) -> Value {
    var merged = document
    if body["properties"]?["metadata"] != nil { merged = merged.merged(with: ["properties": ["metadata": .null]]) }
    return merged.merged(with: body)
  }

  private static func type(_ path: String) -> String {
    path.hasPrefix("management") ? "managementPolicies" : "blobServices"
  }

  private mutating func immutability(_ policy: Value) -> Reply {
    let tag: Value = ["etag": .string("\"p\(etag)\"")]
    let answer = policy.merged(with: tag)
    let known = documents[Self.containerPath] ?? .null
    documents[Self.containerPath] = known.merged(with: ["properties": ["immutabilityPolicy": answer]])
    return .arm(200, answer)
  }

  private mutating func post(_ path: String, _ body: Value) -> Reply {
    etag += 1
    let container = Self.containerPath
    let properties = documents[container]?["properties"]
    if path.hasSuffix("/lock") {
      return immutability(
        (properties?["immutabilityPolicy"] ?? .null).merged(with: ["properties": ["state": "Locked"]]))
    }
    if path.hasSuffix("/extend") {
      return immutability((properties?["immutabilityPolicy"] ?? .null).merged(with: body))
    }
    let words = body["tags"]?.list?.compactMap(\.string) ?? []
    var held = properties?["legalHold"]?["tags"]?.list?.compactMap { $0["tag"]?.string } ?? []
    held.removeAll { words.contains($0) }
    if path.hasSuffix("setLegalHold") { held += words.map { $0.lowercased() } }
    let tags = Value.list(held.sorted().map { ["tag": .string($0)] })
    documents[container] = (documents[container] ?? .null).merged(with: ["properties": ["legalHold": ["tags": tags]]])
    return .arm(200, ["tags": .list(held.map { .string($0) })])
  }

  private mutating func data(_ call: Call) -> Reply {
    let comp = call.query.first { $0.name == "comp" }?.value
    guard let name = call.path.first, var container = containers[name] else {
      return Reply(404, headers: [Header("x-ms-error-code", "ContainerNotFound")])
    }
    let headers = [Header("ETag", "\"\(etag)\""), Header("Last-Modified", "Sun, 29 Nov 2026 10:00:00 GMT")]
    switch (call.method, comp) {
    case (.get, nil):
      let access = container.access.map { [Header("x-ms-blob-public-access", $0)] } ?? []
      return Reply(200, headers: headers + access + container.metadata.map { Header("x-ms-meta-" + $0.key, $0.value) })
    case (.get, "acl"?): return Reply(200, policies, headers: headers)
    case (.put, "metadata"?):
      container.metadata = [:]
      for header in call.headers where header.name.hasPrefix("x-ms-meta-") {
        container.metadata[String(header.name.dropFirst(10))] = header.value
      }
    case (.put, "acl"?):
      container.access = call.headers.first { $0.name == "x-ms-blob-public-access" }?.value
      policies = String(decoding: call.body, as: UTF8.self)
    default: return Reply(405)
    }
    etag += 1
    containers[name] = container
    return Reply(200)
  }
}

extension Reply {
  public static func arm(_ status: Int, _ document: Value, headers: [Header] = []) -> Reply {
    Reply(status: status, headers: headers, body: ValueJSON.encode(document, pretty: false))
  }

  public static func armError(_ status: Int, _ code: String) -> Reply {
    arm(status, ["error": ["code": .string(code), "message": .string(code + " happened")]])
  }
}

extension Value {
  /// Maps into each other; anything else is replaced.
  func merged(with other: Value) -> Value {
    guard case .map(var map) = self, case .map(let changes) = other else { return other }
    for pair in changes { map[pair.key] = map[pair.key]?.merged(with: pair.value) ?? pair.value }
    return .map(map)
  }
}
