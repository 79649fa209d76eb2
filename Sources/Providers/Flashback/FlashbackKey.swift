internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// A reusable credential of a workspace (FB-09): entries of buckets name it instead of carrying a key of their own.
enum FlashbackKey {
  static let section = "apiKeys"

  static let schema = KindSchema(
    section: section, name: "apiKey", summary: "A reusable credential in a workspace of Flashback.", holdsData: false,
    settings: [
      FieldShape("description", .string(.any), summary: "What the key is for; shown in plans."),
      FieldShape(
        "in", .reference(section: "connections"), presence: .required,
        mutability: .replaces(because: "a key can't move to another platform"), summary: "The platform's connection.",
        example: "flashback"),
      FieldShape(
        "apiKeyName", .string(TextRule(lengths: 1...128)),
        mutability: .replaces(because: "Flashback's keys are found by their description"),
        summary: "Its description at Flashback, default the key of the block.", example: "lake readers"),
      FieldShape(
        "identity", .reference(section: Identity.section), presence: .required,
        summary: "Whose credential it is.", example: "flashback"),
      FieldShape(
        "bucket", .reference(section: BucketKind.section), presence: .required,
        summary: "A bucket that it opens; provider, endpoint and region are those of its store.", example: "data-eu"),
      FieldShape(
        "workspace", .string(TextRule(lengths: 1...128)),
        mutability: .replaces(because: "a key can't move to another workspace"),
        summary: "Workspace at Flashback, default that of the connection.", example: "analytics"),
    ], facets: [], connection: .field("in"),
    outputs: [KindOutput("uuid", summary: "How entries of buckets name it.")])

  static let support = KindSupport(
    facets: [:], settings: Set(schema.settings.map(\.name)), required: ["workspace"], scope: ["workspace"])

  static let kind = Kind(
    schema: schema,
    payload: Payload(
      facet: AnyFacet(FlashbackKeyFacet.self),
      compose: { composition throws(CallFailure) in try FlashbackKeyDocument.compose(composition) },
      create: { target, document in FlashbackKeyFacet.create(target, document) }),
    find: { target in
      Then(FlashbackKeyFacet.find(target)) { Immediate($0 == nil ? Found.absent : .present(region: nil)) }
    },
    delete: { target in FlashbackKeyFacet.removal(target) },
    list: { _ in
      Immediate(failing: CallFailure(.unsupported, code: "PLT0010", "Flashback lists a workspace at a time"))
    },
    outputs: { target in
      Then(FlashbackKeyFacet.known(target)) { key in Immediate(["uuid": key["id"] ?? .null]) }
    })
}

/// What a reusable credential says; secrets are references.
struct FlashbackKeyDocument: SchemaValue {
  static let texts = ["provider", "endpoint", "region", "tenantId", "subscriptionId"]

  static let shape = Shape.object(
    ObjectShape(
      "FlashbackKey", summary: "A reusable credential in a workspace.",
      fields: texts.map { FieldShape($0, .string(.any), summary: "Flashback's \($0).") }
        + FlashbackDocument.credentials))

  var value: Value
  init(value: Value) { self.value = value }

  /// FB-26: the secret never comes back.
  init(listed key: Value) {
    var map: ValueMap = [:]
    for name in Self.texts where key[name]?.string?.isEmpty == false { map[name] = key[name] }
    if let text = key["key"]?.string, !text.isEmpty, text.hasPrefix("arn:") || key["provider"] != "AWS" {
      map["principal"] = .string(text)
    }
    value = .map(map)
  }

  static func compose(_ composition: Composition) throws(CallFailure) -> Value {
    // Everything but the bucket itself is what an entry would carry.
    var map = try FlashbackDocument.compose(composition).map ?? ValueMap()
    let providers = ["GCS": "GCP", "BLOB": "AZURE"]
    map["provider"] = .string(providers[map["storageType"]?.string ?? ""] ?? "AWS")
    map["storageType"] = nil
    map["bucket"] = nil
    if map["provider"] == "AZURE", let store = composition.target.related["bucket"]?.connection {
      map["tenantId"] = store["tenant"]
      map["subscriptionId"] = store["subscription"]
    }
    return .map(map)
  }
}

/// One key: found by its description in a workspace, written by its id; names of calls and members as the vendor's
/// client has them (`ProviderApiKeyDTO`, `CreateProviderApiKeyResponse`).
enum FlashbackKeyFacet: Facet {
  static let schema = FacetSchema(
    name: "key", shape: FlashbackKeyDocument.shape, summary: "The credential as Flashback keeps it.")

  static func find(_ target: Target) -> any Procedure<Value?> {
    let listed = Then(FlashbackEntry.workspace(target)) { workspace -> any Procedure<[Value]> in
      let call = Call(
        .get, service: "Flashback", path: ["apikeys"], query: [QueryItem("workspaceId", workspace)], permissions: [])
      return SingleCall(call) { (reply) throws(CallFailure) in
        try FlashbackEntry.list("apiKeys", reply, call)
      }
    }
    return Then(listed) { keys in
      let found = keys.filter { $0["description"]?.string == target.name }
      guard found.count < 2 else {
        return Immediate(
          failing: CallFailure(
            .invalid, code: "PLT0010",
            "\(target.address): \(found.count) keys are described as \"\(target.name)\"; change one of them"))
      }
      return Immediate(found.first)
    }
  }

  static func known(_ target: Target) -> any Procedure<Value> {
    Then(find(target)) { key in
      guard let key, key["id"]?.string?.isEmpty == false else {
        return Immediate(
          failing: CallFailure(
            .notFound, code: "PLT0005",
            "\(target.address): Flashback has no key described as \"\(target.name)\""))
      }
      return Immediate(key)
    }
  }

  static func read(_ target: Target) -> any Procedure<Observed<FlashbackKeyDocument>> {
    Then(known(target)) { Immediate(.present(FlashbackKeyDocument(listed: $0))) }
  }

  /// Of a Google key only its account comes back, and that is a part of the key.
  static func comparable(
    _ observed: FlashbackKeyDocument, to desired: FlashbackKeyDocument, on target: Target
  ) -> FlashbackKeyDocument {
    guard desired.value["key"] != nil, var map = observed.value.map else { return observed }
    map["principal"] = nil
    return FlashbackKeyDocument(value: .map(map))
  }

  static func create(_ target: Target, _ document: Value) -> any Procedure<ValueMap> {
    Then(FlashbackEntry.workspace(target)) { workspace in
      let post = call(.post, ["apikeys"], target, document, workspace: workspace)
      return SingleCall(post) { (reply) throws(CallFailure) -> ValueMap in
        guard let id = try FlashbackEntry.succeeded(reply, post)["apiKeyId"], id.string?.isEmpty == false else {
          throw .ofPlatform(reply, to: post, message: "no apiKeyId")
        }
        return ["uuid": id]
      }
    }
  }

  static func write(_ change: FacetChange<FlashbackKeyDocument>, on target: Target) throws(CallFailure) -> Effect {
    guard let after = change.after?.value else {
      throw CallFailure(.invalid, code: "PLT0010", "a key of Flashback is removed as a whole")
    }
    let procedure = Then(known(target)) { key -> any Procedure<Void> in
      let put = call(.put, ["apikeys", key["id"]?.string ?? ""], target, after, workspace: nil)
      return SingleCall(put) { (reply) throws(CallFailure) in _ = try FlashbackEntry.succeeded(reply, put) }
    }
    return Effect(rank: 0, .procedure(procedure))
  }

  /// FB-09: while anything uses it, it stays, and how much does is said before anything is sent.
  static func removal(_ target: Target) -> any Procedure<Void> {
    Then(find(target)) { key -> any Procedure<Void> in
      guard let key, let id = key["id"]?.string else { return Immediate(()) }
      @Sendable func inUse(_ users: String) -> CallFailure {
        CallFailure(
          .conflict, code: "PLT0013",
          "\(target.address): in use by \(users) of Flashback; take it out there first")
      }
      let users = [("bucket_count", "bucket"), ("aillm_count", "AI model")].compactMap { member, noun -> String? in
        guard let count = key[member]?.integer, count > 0 else { return nil }
        return count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
      }
      guard users.isEmpty else { return Immediate(failing: inUse(users.joined(separator: " and "))) }
      let call = Call(.delete, service: "Flashback", path: ["apikeys", id], permissions: [])
      return SingleCall(call) { (reply) throws(CallFailure) in
        if reply.status == 409 { throw inUse("something") }
        if reply.status != 404 { _ = try FlashbackEntry.succeeded(reply, call) }
      }
    }
  }

  private static func call(
    _ method: HTTPMethod, _ path: [String], _ target: Target, _ document: Value, workspace: String?
  ) -> Call {
    FlashbackEntry.call(method, path, target, document, workspace: workspace, named: "description")
  }
}
