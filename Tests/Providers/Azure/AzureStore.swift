import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport

@testable import AzureProvider

/// A stand-in in the process that keeps documents by their path and answers as Resource Manager does; containers too by
/// the blob service.
struct AzureStore {
  /// Documents by the path behind the account's, e.g. `blobServices/default`; the account's own is the empty path.
  var documents: [String: Value] = [:]
  /// Answers every read instead, e.g. with 403.
  var readAnswer: Reply?
  var etag = 1
  var assignments: [String: Value] = [:]
  var containers: [String: (access: String?, metadata: [String: String])] = [:]
  /// Stored access policies, as a container answers them.
  var policies = "<SignedIdentifiers/>"

  static func account() -> AzureStore {
    var store = AzureStore()
    store.documents[""] = [
      "name": "acmereports", "type": "Microsoft.Storage/storageAccounts", "location": "westeurope",
      "sku": ["name": "Standard_LRS"], "kind": "StorageV2",
      "properties": ["provisioningState": "Succeeded", "primaryEndpoints": ["blob": "https://x"]],
    ]
    store.documents["blobServices/default"] = [
      "name": "default", "type": "Microsoft.Storage/storageAccounts/blobServices", "properties": [:],
    ]
    store.documents[AzureFixture.containerPath] = [
      "name": "daily", "type": "Microsoft.Storage/storageAccounts/blobServices/containers", "etag": "\"1\"",
      "properties": ["publicAccess": "None"],
    ]
    store.containers["daily"] = (nil, [:])
    return store
  }

  mutating func answer(_ call: Call) -> Reply {
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
    "managementPolicies/default": "ManagementPolicyNotFound", AzureFixture.containerPath: "ContainerNotFound",
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
    var document =
      known ?? ["name": "default", "type": .string("Microsoft.Storage/storageAccounts/" + Self.type(path))]
    if call.method == .put {
      document = document.merged(with: ["properties": .null]).merged(with: body)
    } else if let tags = body["tags"] {
      // Tags are one member: those that are not sent are gone.
      document = document.merged(with: ["tags": .null]).merged(with: body).merged(with: ["tags": tags])
    } else {
      document = Self.patched(document, body)
    }
    if known?["etag"] != nil { document = document.merged(with: ["etag": .string("\"\(etag)\"")]) }
    documents[path] = document
    return .arm(200, document)
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
    let known = documents[AzureFixture.containerPath] ?? .null
    documents[AzureFixture.containerPath] = known.merged(with: ["properties": ["immutabilityPolicy": answer]])
    return .arm(200, answer)
  }

  private mutating func post(_ path: String, _ body: Value) -> Reply {
    etag += 1
    let container = AzureFixture.containerPath
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
  static func arm(_ status: Int, _ document: Value, headers: [Header] = []) -> Reply {
    Reply(status: status, headers: headers, body: ValueJSON.encode(document, pretty: false))
  }

  static func armError(_ status: Int, _ code: String) -> Reply {
    arm(status, ["error": ["code": .string(code), "message": .string(code + " happened")]])
  }
}

/// An account and a container on a connection with a token, or with a key.
enum AzureFixture {
  static let containerPath = "blobServices/default/containers/daily"

  static func site(_ access: String = "token") -> Site {
    Site(
      connection: "azure", type: "azure", endpoint: "https://management.azure.com", region: "westeurope",
      account: "00000000-aaaa-bbbb-cccc-000000000002", partition: "public", access: access)
  }

  static func account(_ access: String = "token", kind: String = "StorageV2") -> Target {
    Target(
      address: Address("storageAccounts", "reports"),
      identity: PhysicalIdentity(endpoint: "https://management.azure.com", name: "acmereports"), region: "westeurope",
      site: site(access), settings: ["resourceGroup": "rg-storage", "accountKind": .string(kind)])
  }

  static func container(_ access: String = "token") -> Target {
    Target(
      address: Address("buckets", "daily"),
      identity: PhysicalIdentity(endpoint: "https://acmereports.blob.core.windows.net", name: "daily"), region: nil,
      site: site(access),
      settings: [
        "account": "reports", "account.storageAccountName": "acmereports", "account.resourceGroup": "rg-storage",
      ])
  }

  static func grant(_ settings: ValueMap = ValueMap()) -> Target {
    var named: ValueMap = [
      AzureGrantSupport.accounts: ["acmereports"], AzureGrantSupport.groups: ["rg-storage"],
      AzureGrantSupport.names: ["daily"],
    ]
    for pair in settings { named[pair.key] = pair.value }
    return Target(
      address: Address("grants", "etl"),
      identity: PhysicalIdentity(endpoint: "https://management.azure.com", name: "etl"), region: nil, site: site(),
      settings: named)
  }

  private static func grant(_ name: String, _ assignments: Value, _ settings: ValueMap = ValueMap()) -> Case {
    Case(facet: AnyFacet(AzureAssignments.self), name: name, target: grant(settings), value: assignments)
  }

  static let principal = "00000000-1111-2222-3333-444444444444"

  struct Case: Sendable {
    var facet: AnyFacet
    var name: String
    var target: Target
    var value: Value
    var kind: Kind {
      switch target.address.section {
      case "buckets": Container.kind
      case "grants": RoleGrant.kind
      default: StorageAccount.kind
      }
    }
  }

  private static func account<F: Facet>(_ facet: F.Type, _ name: String, _ value: Value) -> Case {
    Case(facet: AnyFacet(facet), name: name, target: account(), value: value)
  }

  private static func container<F: Facet>(
    _ facet: F.Type, _ name: String, _ value: Value, _ access: String = "token"
  ) -> Case {
    Case(facet: AnyFacet(facet), name: name, target: container(access), value: value)
  }

  /// Values that use every field of a facet's wire form.
  static let cases: [Case] = [
    account(AzureSKU.self, "zrs", "Standard_ZRS"), account(AzureAccessTier.self, "cold", "Cold"),
    account(AzureMinimumTLS.self, "1.3", "1.3"), account(AzurePublicAccess.self, "blocked", "blocked"),
    account(AzurePublicAccess.self, "allowed", "allowed"), account(AzureNetworkDefault.self, "deny", "deny"),
    account(AzureVersioning.self, "enabled", "enabled"), account(AzureVersioning.self, "suspended", "suspended"),
    account(AzureSoftDelete.self, "both", "14d"),
    account(AzureSoftDelete.self, "blobs", ["blobs": "7d", "containers": "0s"]),
    account(AzureChangeFeed.self, "enabled", "enabled"), account(AzureChangeFeed.self, "disabled", "disabled"),
    account(AzureLastAccessTracking.self, "enabled", "enabled"),
    account(AzureLastAccessTracking.self, "disabled", "disabled"),
    account(
      AzureCORS.self, "two-rules",
      [
        [
          "origins": ["https://shop.acme.example", "https://a.example"], "methods": ["PUT", "GET"], "headers": ["*"],
          "expose": ["ETag"], "maxAge": "1h",
        ], ["origins": ["*"], "methods": ["HEAD"]],
      ]),
    account(AzureLifecycle.self, "everything", lifecycle),
    account(AzureTags.self, "two", ["costCenter": "4711", "büro <&>\"'": "a b & c"]),
    container(AzureAnonymousAccess.self, "blob", "blob"), container(AzureAnonymousAccess.self, "none", "none"),
    container(AzureMetadata.self, "two", ["owner": "bi", "cost_center": "4711 & more"]),
    container(AzureImmutability.self, "unlocked", ["period": "30d", "appends": true]),
    container(AzureImmutability.self, "locked", ["period": "30d", "locked": true]),
    container(AzureLegalHold.self, "two", ["case4711", "case4712"]),
    grant(
      "two",
      [
        ["place": "rg-storage/acmereports/daily", "role": "Storage Blob Data Reader", "principal": .string(principal)],
        [
          "place": "rg-storage/acmereports/daily", "role": "Storage Blob Data Contributor",
          "principal": .string(principal), "condition": .string(AzureCondition.below("in/", writes: true)),
        ],
      ]),
    grant(
      "whole-account",
      [["place": "rg-storage/acmereports", "role": "Storage Blob Data Contributor", "principal": .string(principal)]],
      ["scope": "account"]),
    container(AzureAnonymousAccess.self, "blob-by-key", "blob", "accountKey"),
    container(AzureMetadata.self, "two-by-key", ["owner": "bi", "cost_center": "4711"], "accountKey"),
  ]

  static let lifecycle: Value = [
    "all": [
      "prefix": "logs/", "tags": ["b": "2", "a": "1"], "expiration": ["after": "400d"],
      "noncurrentExpiration": ["after": "30d"],
      "transitions": [
        ["to": "Cool", "after": "0d"], ["to": "Cold", "after": "30d"], ["to": "Archive", "after": "90d"],
      ],
      "noncurrentTransitions": [["to": "Archive", "after": "0d"]],
    ], "off": ["enabled": false, "expiration": ["after": "1d"]],
  ]
}
