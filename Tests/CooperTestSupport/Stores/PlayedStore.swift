public import CooperProvider
internal import CooperSchema

/// A stand-in for a provider: it answers calls, and keeps what it is sent.
public protocol PlayedStore: Sendable {
  mutating func answer(_ call: Call) -> Reply
}

extension FacetConformance.Store: PlayedStore {}
extension GCSStore: PlayedStore {}
extension AzureStore: PlayedStore {}

/// IAM policies of buckets and of service accounts, each read and written whole under its ETag (Cloud Storage JSON API,
/// Buckets: setIamPolicy; IAM API, projects.serviceAccounts: setIamPolicy), and the accounts' descriptions (patch).
public struct GooglePolicyStore: PlayedStore {
  private var policies: [String: (revision: Int, policy: ValueMap)] = [:]
  private var descriptions: [String: Value] = [:]

  public init() {}

  public mutating func answer(_ call: Call) -> Reply {
    if let email = call.path.last, email.contains("@") { return account(email, call) }
    if call.method == .post, call.path.last == "serviceAccounts" { return made(call) }
    let isAccount = call.bucket == nil
    let place = call.bucket ?? call.path.dropLast().joined(separator: "/")
    var (revision, policy) = policies[place] ?? (1, ["version": 1, "bindings": []])
    let isWrite = call.path.last == ":setIamPolicy" || (call.path.last == "iam" && call.method == .put)
    guard isWrite || call.path.last == ":getIamPolicy" || call.path.last == "iam" else {
      return .google(405, "methodNotAllowed")
    }
    if isWrite {
      let body = try? ValueJSON.decode(call.body)
      guard let written = (isAccount ? body?["policy"] : body)?.map else { return .google(400, "invalid") }
      guard written["etag"]?.string == String(revision) else { return .google(412, "conditionNotMet") }
      policy = written
      revision += 1
      policies[place] = (revision, policy)
    }
    policy["etag"] = .string(String(revision))
    if !isAccount { policy["kind"] = "storage#policy" }
    return .json(policy)
  }
}

extension GooglePolicyStore {
  private mutating func made(_ call: Call) -> Reply {
    guard let body = try? ValueJSON.decode(call.body), let name = body["accountId"]?.string, call.path.count == 3 else {
      return .google(400, "invalid")
    }
    let email = "\(name)@\(call.path[1]).iam.gserviceaccount.com"
    descriptions[email] = body["serviceAccount"]?["description"]
    return account(email, Call(.get, service: "iam", path: call.path + [email], permissions: []))
  }

  private mutating func account(_ email: String, _ call: Call) -> Reply {
    let body = try? ValueJSON.decode(call.body)
    switch call.method {
    case .get: break
    case .patch where body?["updateMask"] == "description":
      descriptions[email] = body?["serviceAccount"]?["description"]
    default: return .google(405, "methodNotAllowed")
    }
    var account: ValueMap = ["email": .string(email), "uniqueId": "1"]
    // An empty text is left out, as all of them are in Google's answers.
    if let words = descriptions[email], words != "" { account["description"] = words }
    return .json(account)
  }
}

/// Objects of a cluster by their path: what is applied is kept, with who owns which field (Kubernetes documentation,
/// "Server-Side Apply").
public struct ClusterStore: PlayedStore {
  private var objects: [[String]: Value] = [:]

  public init() {}

  public mutating func answer(_ call: Call) -> Reply {
    switch call.method {
    case .get:
      if let object = objects[call.path] { return .arm(200, object) }
      // A list ends with the plural name.
      if call.path.last == "bucketaccesses" {
        let items = objects.filter { $0.key.dropLast() == call.path[...] }.sorted { $0.key.joined() < $1.key.joined() }
        return .arm(200, ["kind": "List", "items": .list(items.map(\.value))])
      }
      if call.path == ["apis", "objectstorage.k8s.io"] {
        return .arm(200, ["kind": "APIGroup", "versions": [["version": "v1alpha2"]]])
      }
      return .arm(404, ["kind": "Status", "reason": "NotFound", "message": "none", "metadata": [:]])
    case .patch:
      // What it keeps of a Secret is never read.
      let sent = (try? call.secretBody.filled { _ throws(CallFailure) in Secret("secret") }) ?? []
      guard let object = try? ValueJSON.decode(sent.isEmpty ? call.body : sent), let name = call.path.last else {
        return Reply(400)
      }
      let manager = call.query.first { $0.name == "fieldManager" }?.value ?? ""
      let head: Value = [
        "metadata": [
          "uid": .string("u-" + name), "resourceVersion": "7",
          "managedFields": [
            ["manager": .string(manager), "operation": "Apply", "fieldsV1": Self.fields(object)]
          ],
        ]
      ]
      let kept = object.merged(with: head)
      if !call.query.contains(where: { $0.name == "dryRun" }) { objects[call.path] = kept }
      return .arm(200, kept)
    case .delete: return objects.removeValue(forKey: call.path).map { .arm(200, $0) } ?? Reply(404)
    default: return Reply(405)
    }
  }

  private static func fields(_ value: Value) -> Value {
    guard let map = value.map else { return [:] }
    return .map(ValueMap(map.map { ("f:" + $0.key, fields($0.value)) }))
  }
}

/// A directory tree's metadata: one document for each facet.
public struct DirectoryStore: PlayedStore {
  private var documents: [String: [UInt8]] = [:]

  public init() {}

  public mutating func answer(_ call: Call) -> Reply {
    let name = call.query.first?.name ?? ""
    switch call.method {
    case .get: return documents[name].map { Reply(status: 200, body: $0) } ?? Reply(204)
    case .put: documents[name] = call.body
    case .delete: documents[name] = nil
    default: return Reply(405)
    }
    return Reply(call.method == .delete ? 204 : 200)
  }
}
