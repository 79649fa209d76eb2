public import CooperProvider
internal import CooperSchema

/// One entry of a platform's table, as each of them lists it and takes it: secrets are taken and never shown.
public struct PlatformStore: PlayedStore {
  private let type: String
  private var entry: ValueMap

  /// The type of the connection, and the name under which an entry is there already.
  public init(_ type: String, holding name: String) {
    self.type = type
    let name = Value.string(name)
    entry =
      switch type {
      case "palette": ["metadata": ["name": name, "uid": "u"], "spec": ["storage": "s3", "config": [:]]]
      case "flashback": ["name": name, "description": name, "id": "u", "uuid": "u"]
      default: ["connection_name": name]
      }
  }

  public mutating func answer(_ call: Call) -> Reply {
    let sent = call.secretBody.isEmpty ? call.body : Array(call.secretBody.described.utf8)
    let body = (try? ValueJSON.decode(sent))?.map ?? ValueMap()
    let isMade = call.method == .post && ["bucket", "apikeys", "s3", "minio"].contains(call.path.last ?? "")
    if isMade { keep(body) }
    // Flowfile is sent a new entry where the way of signing in is another (FF-02).
    if call.method == .put || (type == "flowfile" && call.method == .post) { keep(body) }
    let shown = Value.map(entry)
    switch (type, call.method, call.path.last ?? "") {
    case ("palette", .get, "sts"): return .arm(200, ["externalId": "chosen"])
    case ("palette", .get, "locations"): return .arm(200, ["items": [shown]])
    case ("palette", .get, _): return .arm(200, shown)
    case ("palette", .post, _): return .arm(201, ["uid": "u"])
    case ("palette", _, _): return Reply(204)
    case ("flashback", .get, "workspace"):
      return .arm(200, ["success": true, "workspaces": [["id": "w", "name": "w"]]])
    case ("flashback", .get, "bucket"): return .arm(200, ["success": true, "buckets": [shown]])
    case ("flashback", .get, "apikeys"): return .arm(200, ["success": true, "apiKeys": [shown]])
    case ("flashback", .get, "status"): return .arm(200, ["success": true, "nodeStatus": []])
    case ("flashback", .post, "bucket"): return .arm(200, ["success": true, "bucketId": "u"])
    case ("flashback", .post, "apikeys"): return .arm(200, ["success": true, "apiKeyId": "u"])
    case ("flashback", _, _): return .arm(200, ["success": true])
    case ("flowfile", .get, _): return .arm(200, [shown])
    case ("flowfile", _, _): return .arm(200, ["message": "done"])
    default: return Reply(200)
    }
  }

  private mutating func keep(_ body: ValueMap) {
    let known = Value.map(entry)
    var kept = body
    for name in ["id", "uuid"] { kept[name] = known[name] }
    // A location is listed by its storage, and written by its type (PA-01).
    if type == "palette" {
      kept["metadata"] = (body["metadata"] ?? [:]).merged(with: ["uid": "u"])
      kept["spec"] = (body["spec"] ?? [:]).merged(with: ["storage": known["spec"]?["storage"] ?? "s3"])
    }
    entry = kept
  }
}
