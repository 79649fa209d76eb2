internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// Flowfile's cloud connections as registrations: own entries only (FF-04, FF-18).
enum FlowfileRegistration {
  static let kind: Kind = {
    var kind = entries
    kind.liveLook = { FlowfileBrowse.look($0) }
    kind.remarks = { target in
      guard RelatedBucket(target.related["bucket"])?.family == .azure,
        let identity = RelatedIdentity(target.related["identity"]),
        let method = FlowfileDocument.method("adls", identity, target)
      else { return [] }
      return [.choice("at Azure Flowfile signs in by \(method) (R-08)")]
    }
    return kind
  }()

  private static let entries = Kind(
    schema: FlowfileRegistrationSupport.schema,
    payload: Payload(
      facet: AnyFacet(FlowfileEntry.self),
      compose: { composition throws(CallFailure) in try FlowfileDocument.compose(composition) },
      create: { target, document in
        let call = FlowfileEntry.call(.post, target, document)
        return SingleCall(call) { (reply) throws(CallFailure) in
          try FlowfileEntry.check(reply, call)
          return ValueMap()
        }
      }),
    find: { target in
      let call = FlowfileEntry.listCall
      return SingleCall(call) { (reply) throws(CallFailure) in
        guard let entry = try FlowfileEntry.entry(target.name, reply, call) else { return .absent }
        return entry["access"]?["is_owner"]?.bool == false
          ? .foreign("user \(entry["access"]?["shared_by"]?.string ?? "unknown") of Flowfile, who shares it")
          : .present(region: nil)
      }
    },
    delete: { target in FlowfileEntry.removal(target) },
    list: { _ in
      let call = FlowfileEntry.listCall
      return SingleCall(call) { (reply) throws(CallFailure) in
        try FlowfileEntry.entries(reply, call).compactMap { entry in
          guard entry["access"]?["is_owner"]?.bool != false else { return nil }
          return entry["connection_name"]?.string.map { Listed(name: $0, region: nil) }
        }
      }
    })
}

/// One entry: read from the list, written whole.
enum FlowfileEntry: Facet {
  static let schema = FacetSchema(
    name: "cloudConnection", shape: FlowfileDocument.shape, summary: "The entry among Flowfile's cloud connections.")

  static let listCall = Call(
    .get, service: "Flowfile", path: ["cloud_connections", "cloud_connections"], permissions: [])

  static func read(_ target: Target) -> any Procedure<Observed<FlowfileDocument>> {
    SingleCall(listCall) { (reply) throws(CallFailure) in
      guard let entry = try entry(target.name, reply, listCall) else {
        throw .ofPlatform(Reply(status: 404), to: listCall, message: "there is no \(target.name)")
      }
      return .present(FlowfileDocument(listed: entry))
    }
  }

  static func write(_ change: FacetChange<FlowfileDocument>, on target: Target) throws(CallFailure) -> Effect {
    guard let after = change.after?.value else {
      throw CallFailure(.invalid, code: "PLT0010", "an entry of Flowfile is removed as a whole")
    }
    let put = call(.put, target, after)
    let update = SingleCall(put) { (reply) throws(CallFailure) in try check(reply, put) }
    guard let before = change.before?.value, before["auth_method"] != after["auth_method"] else {
      return Effect(rank: 0, .procedure(update))
    }
    // FF-02: an update keeps stored secrets of which nothing is sent; only with the entry they go.
    let post = call(.post, target, after)
    return Effect(
      rank: 0,
      .procedure(
        Then(removal(target)) { _ in SingleCall(post) { (reply) throws(CallFailure) in try check(reply, post) } }))
  }

  /// FF-01, FF-02: every field; what isn't used is null, because an update overwrites plain fields.
  static func call(_ method: HTTPMethod, _ target: Target, _ document: Value) -> Call {
    var body = document.map ?? ValueMap()
    body["connection_name"] = .string(target.name)
    for name in FlowfileDocument.texts + FlowfileDocument.secrets where body[name] == nil { body[name] = .null }
    var call = Call(
      method, service: "Flowfile", path: ["cloud_connections", "cloud_connection"],
      headers: [Header("Content-Type", "application/json")], permissions: [], idempotent: method == .put)
    call.secretBody = .json(.map(body)) { path, reference in
      guard path.count == 1, FlowfileDocument.secrets.contains(path[0]), reference != .null else { return nil }
      return SecretUse(reference, field: "\(target.address).\(path[0])")
    }
    return call
  }

  static func removal(_ target: Target) -> any Procedure<Void> {
    let call = Call(
      .delete, service: "Flowfile", path: ["cloud_connections", "cloud_connection"],
      query: [QueryItem("connection_name", target.name)], permissions: [])
    return SingleCall(call) { (reply) throws(CallFailure) in
      // FF-03: gone already is gone.
      if reply.status != 404 { try check(reply, call) }
    }
  }

  static func check(_ reply: Reply, _ call: Call) throws(CallFailure) {
    if reply.status == 200, try reply.json(to: call)["message"]?.string != nil { return }
    var failure = CallFailure.ofPlatform(reply, to: call, message: words(reply))
    if reply.status == 422, call.method == .post, reply.text("detail")?.contains("already exists") == true {
      failure.kind = .conflict
      failure.code = "PLT0006"
    }
    throw failure
  }

  /// A text, or places and words of FastAPI's list; never its `input`, which holds what was sent.
  static func words(_ reply: Reply) -> String? {
    if let text = reply.text("detail") { return text }
    guard let list = (try? ValueJSON.decode(reply.body))?["detail"]?.list else { return nil }
    return list.prefix(5).map { problem in
      let place = (problem["loc"]?.list ?? []).compactMap(\.string).joined(separator: ".")
      return place + ": " + (problem["msg"]?.string ?? "")
    }.joined(separator: "; ")
  }

  static func entries(_ reply: Reply, _ call: Call) throws(CallFailure) -> [Value] {
    guard reply.status == 200 else { throw .ofPlatform(reply, to: call, message: words(reply)) }
    guard let list = try reply.json(to: call).list else { throw .ofPlatform(reply, to: call, message: "no list") }
    return list
  }

  /// The own entry of a name before one that somebody shares under it.
  static func entry(_ name: String, _ reply: Reply, _ call: Call) throws(CallFailure) -> Value? {
    let found = try entries(reply, call).filter { $0["connection_name"]?.string == name }
    return found.first { $0["access"]?["is_owner"]?.bool != false } ?? found.first
  }
}
