internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// One entry of the table: found by its name in a workspace, written by its id.
enum FlashbackEntry: Facet {
  static let schema = FacetSchema(
    name: "entry", shape: FlashbackDocument.shape, summary: "The entry in Flashback's table.")

  // MARK: Reading

  /// FB-11: a workspace is written by its name or its id.
  static func workspace(_ target: Target) -> any Procedure<String> {
    let call = Call(.get, service: "Flashback", path: ["workspace"], permissions: [])
    let wanted = target.settings["workspace"]?.string ?? ""
    return SingleCall(call) { (reply) throws(CallFailure) in
      let found = try list("workspaces", reply, call).filter {
        $0["id"]?.string == wanted || $0["name"]?.string == wanted
      }
      guard let id = found.first?["id"]?.string else {
        throw CallFailure(
          .invalid, code: "PLT0010", "\(target.address): Flashback has no workspace \"\(wanted)\" for who is signed in")
      }
      guard found.count == 1 else {
        throw CallFailure(
          .invalid, code: "PLT0010",
          "\(target.address): \(found.count) workspaces are called \"\(wanted)\"; write the id of one")
      }
      return id
    }
  }

  static func entries(in workspace: String) -> any Procedure<[Value]> {
    let call = Call(
      .get, service: "Flashback", path: ["bucket"], query: [QueryItem("workspaceId", workspace)], permissions: [])
    return SingleCall(call) { (reply) throws(CallFailure) in try list("buckets", reply, call) }
  }

  /// The entry of the target's name; FB-20: with two of one name nothing is touched.
  static func entry(_ target: Target) -> any Procedure<Value?> {
    Then(Then(workspace(target)) { entries(in: $0) }) { entries in
      let found = entries.filter { $0["name"]?.string == target.name }
      guard found.count < 2 else {
        return Immediate(
          failing: CallFailure(
            .invalid, code: "PLT0010",
            "\(target.address): \(found.count) entries are called \"\(target.name)\", "
              + "which breaks repositories (FB-20); remove one"
          ))
      }
      return Immediate(found.first)
    }
  }

  static func read(_ target: Target) -> any Procedure<Observed<FlashbackDocument>> {
    Then(entry(target)) { entry in
      guard let entry else {
        return Immediate(
          failing: CallFailure(
            .notFound, code: "PLT0005", "\(target.address): Flashback has no entry \"\(target.name)\""))
      }
      return Immediate(.present(FlashbackDocument(listed: entry)))
    }
  }

  /// What stands in the place of a key is compared where no key is written: of a Google key only its account comes back.
  static func comparable(
    _ observed: FlashbackDocument, to desired: FlashbackDocument, on target: Target
  ) -> FlashbackDocument {
    guard desired.value["key"] != nil, desired.value["storageType"] == "GCS", var map = observed.value.map else {
      return observed
    }
    map["principal"] = nil
    return FlashbackDocument(value: .map(map))
  }

  static func list(_ member: String, _ reply: Reply, _ call: Call) throws(CallFailure) -> [Value] {
    guard reply.status == 200 else { throw .ofPlatform(reply, to: call, message: reply.text("message")) }
    let body = try reply.json(to: call)
    guard let list = body[member]?.list ?? body.list, body["success"]?.bool != false else {
      throw .ofPlatform(reply, to: call, message: "no \(member)")
    }
    return list
  }

  // MARK: Writing

  static func create(_ target: Target, _ document: Value) -> any Procedure<ValueMap> {
    Then(workspace(target)) { workspace in
      let post = call(.post, ["bucket"], target, document, workspace: workspace)
      let made = SingleCall(post) { (reply) throws(CallFailure) -> String in
        if reply.status == 429 {
          throw CallFailure(
            .invalid, code: "PLT0012",
            "\(target.address): the quota of buckets in Flashback's workspace is used up (FB-02); "
              + "remove one, or raise the quota",
            status: 429)
        }
        guard let id = try succeeded(reply, post)["bucketId"]?.string else {
          throw .ofPlatform(reply, to: post, message: "no bucketId")
        }
        return id
      }
      return Then(made) { id in Then(checked(id, target)) { _ in Immediate(["id": .string(id)]) } }
    }
  }

  static func write(_ change: FacetChange<FlashbackDocument>, on target: Target) throws(CallFailure) -> Effect {
    guard let after = change.after?.value else {
      throw CallFailure(.invalid, code: "PLT0010", "an entry of Flashback is removed as a whole")
    }
    let procedure = Then(known(target)) { id in
      let put = call(.put, ["bucket", id], target, after, workspace: nil)
      let written = SingleCall(put) { (reply) throws(CallFailure) in _ = try succeeded(reply, put) }
      return Then(written) { _ in checked(id, target) }
    }
    return Effect(rank: 0, .procedure(procedure))
  }

  /// FB-05: the entry goes, the bucket stays; while a repository uses it, who does is said.
  static func removal(_ target: Target) -> any Procedure<Void> {
    Then(entry(target)) { entry in
      guard let id = entry?["id"]?.string else { return Immediate(()) }
      let call = Call(.delete, service: "Flashback", path: ["bucket", id], permissions: [])
      let refused = SingleCall(call) { (reply) throws(CallFailure) -> Bool in
        if reply.status == 403 { return true }
        if reply.status != 404 { _ = try succeeded(reply, call) }
        return false
      }
      return Then(refused) { isRefused in isRefused ? inUse(id, target) : Immediate(()) }
    }
  }

  /// FB-10: the repositories that hold the entry, as the reason of a refusal.
  private static func inUse(_ id: String, _ target: Target) -> any Procedure<Void> {
    let call = Call(.get, service: "Flashback", path: ["repo"], permissions: [])
    return SingleCall(call) { (reply) throws(CallFailure) in
      let users = ((try? list("repos", reply, call)) ?? []).filter { repository in
        // Written as repoBuckets, shown as buckets, with an id or the bucket itself (StorageRepoWithBuckets).
        (repository["buckets"]?.list ?? []).contains { ($0["bucketId"] ?? $0["bucket"]?["id"])?.string == id }
      }.compactMap { $0["name"]?.string ?? $0["id"]?.string }
      guard !users.isEmpty else {
        throw CallFailure(
          .denied, code: "PLT0004",
          "\(target.address): Flashback does not let it go, and no repository that can be seen uses it; "
            + "the right may be missing",
          status: 403)
      }
      throw CallFailure(
        .conflict, code: "PLT0013",
        "\(target.address): in use by repository \(users.sorted().joined(separator: ", ")) of Flashback; "
          + "take it out there first",
        status: 403)
    }
  }

  private static func known(_ target: Target) -> any Procedure<String> {
    Then(entry(target)) { entry in
      guard let id = entry?["id"]?.string else {
        return Immediate(
          failing: CallFailure(
            .notFound, code: "PLT0005", "\(target.address): Flashback has no entry \"\(target.name)\""))
      }
      return Immediate(id)
    }
  }

  /// FB-06, FB-07: whether Flashback and its nodes reach the bucket.
  private static func checked(_ id: String, _ target: Target) -> any Procedure<Void> {
    let validate = Call(
      .post, service: "Flashback", path: ["bucket", id, "validate"],
      headers: [Header("Content-Type", "application/json")], body: Array("{}".utf8), permissions: [])
    let status = Call(.get, service: "Flashback", path: ["bucket", id, "status"], permissions: [])
    let validated = SingleCall(validate) { (reply) throws(CallFailure) in
      guard reply.status == 200, (try? reply.json(to: validate))?["success"]?.bool == true else {
        throw CallFailure(
          .invalid, code: "PLT0015",
          "\(target.address): it is entered, and Flashback can't reach the bucket with it"
            + (reply.text("message").map { ": " + $0 } ?? ""), status: reply.status)
      }
    }
    return Then(validated) { _ in
      SingleCall(status) { (reply) throws(CallFailure) in
        let nodes = try list("nodeStatus", reply, status)
        let states = nodes.compactMap { $0["status"]?.string }
        // A new entry may not have been looked at by any node yet.
        guard states.isEmpty || states.contains("ONLINE") else {
          throw CallFailure(
            .unavailable, code: "PLT0015",
            "\(target.address): it is entered, and no node of Flashback reaches the bucket: "
              + Set(states).sorted().joined(separator: ", "))
        }
      }
    }
  }

  static func succeeded(_ reply: Reply, _ call: Call) throws(CallFailure) -> Value {
    guard 200..<300 ~= reply.status else { throw .ofPlatform(reply, to: call, message: reply.text("message")) }
    let body = try reply.json(to: call)
    guard body["success"]?.bool == true else { throw .ofPlatform(reply, to: call, message: reply.text("message")) }
    return body
  }

  /// FB-02, FB-04, FB-09; `named` is the field that the name goes into.
  static func call(
    _ method: HTTPMethod, _ path: [String], _ target: Target, _ document: Value, workspace: String?,
    named: String = "name"
  ) -> Call {
    var body = document.map ?? ValueMap()
    let isGoogleKey = (body["storageType"] == "GCS" || body["provider"] == "GCP") && body["key"] != nil
    let isReference = Set(["key", "secret"].filter { body[$0] != nil })
    if let principal = body["principal"] { body["key"] = principal }
    if let id = body["externalId"] { body["secret"] = id }
    body["principal"] = nil
    body["externalId"] = nil
    body[named] = .string(target.name)
    if let workspace { body["workspaceId"] = .string(workspace) }
    var call = Call(
      method, service: "Flashback", path: path, headers: [Header("Content-Type", "application/json")],
      permissions: [], idempotent: method == .put)
    call.secretBody = .json(.map(body)) { path, reference in
      guard path.count == 1, isReference.contains(path[0]) else { return nil }
      let member = isGoogleKey ? (path[0] == "key" ? "client_email" : "private_key") : nil
      return SecretUse(reference, field: "\(target.address).\(path[0])", member: member)
    }
    return call
  }
}
