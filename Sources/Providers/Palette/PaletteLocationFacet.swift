internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// Palette's locations as backup locations.
enum PaletteBackupLocation {
  static let kind: Kind = {
    var kind = locations
    kind.remarks = { remarks($0) }
    kind.liveLook = { PaletteAzureLook.look($0) }
    return kind
  }()

  /// PA-20: a location is a bucket, and a folder has no field.
  private static func remarks(_ target: Target) -> [Remark] {
    var found: [Remark] = []
    if let prefix = target.settings["prefix"]?.string {
      found.append(
        .loss("Palette has no field for a prefix: \"\(prefix)\" is not sent, and backups lie at the top of the bucket"))
    }
    if RelatedBucket(target.related["bucket"])?.family == .azure {
      found.append(.choice("at Azure Palette signs in as a service principal, by client id and secret (R-08)"))
    }
    return found
  }

  private static let locations = Kind(
    schema: BackupLocation.schema,
    payload: Payload(
      facet: AnyFacet(PaletteLocationFacet.self),
      compose: { composition throws(CallFailure) in try PaletteDocument.compose(composition) },
      create: { target, document in PaletteLocationFacet.create(target, document) }),
    find: { target in
      Then(PaletteLocationFacet.find(target)) { Immediate($0 == nil ? Found.absent : .present(region: nil)) }
    },
    delete: { target in PaletteLocationFacet.removal(target) },
    list: { site in PaletteLocationFacet.listed(site) },
    outputs: { target in
      Then(PaletteLocationFacet.known(target)) { place in
        Then(PaletteLocationFacet.shown(place, target)) { _ in
          Immediate(["uid": .string(place.uid), "type": .string(place.type)])
        }
      }
    })
}

/// One location: found by uid or name, written whole.
enum PaletteLocationFacet: Facet {
  static let schema = FacetSchema(name: "location", shape: PaletteDocument.shape, summary: "The location in Palette.")

  struct Place: Sendable {
    var uid: String
    var type: String
    var location: Value
  }

  private static let root = ["v1", "users", "assets", "locations"]

  /// Outputs are texts: what a cluster told of its store is known by now, or none.
  static func canonical(_ model: PaletteDocument, on site: Site) -> PaletteDocument {
    guard var map = model.value.map else { return model }
    if let text = map["s3ForcePathStyle"]?.string { map["s3ForcePathStyle"] = .bool(text == "true") }
    if map["caCert"] == "" { map["caCert"] = nil }
    return PaletteDocument(value: .map(map))
  }

  static func call(_ method: HTTPMethod, _ path: [String], _ target: Target, _ body: Value? = nil) -> Call {
    let scope = PaletteScope.of(target)
    var call = Call(
      method, service: scope.service, path: path, headers: scope.headers, permissions: [], idempotent: method != .post)
    if let body {
      call.headers.append(Header("Content-Type", "application/json"))
      call.secretBody = .json(body) { path, reference in
        guard let field = path.last, PaletteDocument.secrets.contains(field) else { return nil }
        return SecretUse(reference, field: "\(target.address).\(field)")
      }
    }
    return call
  }

  // MARK: Reading

  /// PA-01, PA-29: by its uid, recorded or written, which is the only way to azure; else by its name in the scope's list.
  static func find(_ target: Target) -> any Procedure<Place?> {
    Then(PaletteScope.resolved(target)) { locate($0) }
  }

  private static func locate(_ target: Target) -> any Procedure<Place?> {
    let written = target.settings["in"]?.map?.first?.value["uid"]?.string
    let uid = target.outputs["uid"]?.string ?? written
    if let uid, let type = target.outputs["type"]?.string { return get(uid, type, target) }
    return Then(items(target)) { items in
      let found = items.filter { item in
        uid.map { item["metadata"]?["uid"]?.string == $0 } ?? (item["metadata"]?["name"]?.string == target.name)
      }
      guard found.count < 2 else {
        return Immediate(
          failing: CallFailure(
            .invalid, code: "PLT0010",
            "\(target.address): \(found.count) locations are called \"\(target.name)\"; rename one"))
      }
      guard let found = found.first, let known = found["metadata"]?["uid"]?.string,
        let type = found["spec"]?["storage"]?.string
      else {
        // The list lacks azure.
        return uid.map { get($0, "azure", target) } ?? Immediate(nil)
      }
      return get(known, type, target)
    }
  }

  private static func items(_ target: Target) -> any Procedure<[Value]> {
    let list = call(.get, root, target)
    return SingleCall(list) { (reply) throws(CallFailure) in
      guard reply.status == 200 else { throw .ofPlatform(reply, to: list, message: reply.text("message")) }
      guard let items = try reply.json(to: list)["items"]?.list else {
        throw .ofPlatform(reply, to: list, message: "no items")
      }
      return items
    }
  }

  /// Those of the connection's own scope; azure is missing there (PA-01).
  static func listed(_ site: Site) -> any Procedure<[Listed]> {
    let target = PaletteScope.target(of: site)
    return Then(Then(PaletteScope.resolved(target)) { items($0) }) { items in
      Immediate(items.compactMap { $0["metadata"]?["name"]?.string }.map { Listed(name: $0, region: nil) })
    }
  }

  private static func get(_ uid: String, _ type: String, _ target: Target) -> any Procedure<Place?> {
    let get = call(.get, root + [type, uid], target)
    return SingleCall(get) { (reply) throws(CallFailure) in
      if reply.status == 404 { return nil }
      guard reply.status == 200 else { throw .ofPlatform(reply, to: get, message: reply.text("message")) }
      let location = try reply.json(to: get)
      guard location["spec"]?["config"]?.map != nil else {
        throw .ofPlatform(reply, to: get, message: "no spec.config")
      }
      return Place(uid: uid, type: type, location: location)
    }
  }

  static func known(_ target: Target) -> any Procedure<Place> {
    Then(find(target)) { place in
      guard let place else {
        return Immediate(
          failing: CallFailure(
            .notFound, code: "PLT0005", "\(target.address): Palette has no location \"\(target.name)\""))
      }
      return Immediate(place)
    }
  }

  /// PA-27: what was made stands in the list of its scope, in which clusters look for it; azure never does (PA-01).
  static func shown(_ place: Place, _ target: Target) -> any Procedure<Void> {
    guard place.type != "azure" else { return Immediate(()) }
    return Then(Then(PaletteScope.resolved(target)) { items($0) }) { items in
      guard items.contains(where: { $0["metadata"]?["uid"]?.string == place.uid }) else {
        return Immediate(
          failing: CallFailure(
            .protocolBroken, code: "PLT0009",
            "\(target.address): Palette took the location as \(place.uid), and the list of its scope doesn't have it "
              + "(PA-27); is it the scope that was meant?"))
      }
      return Immediate(())
    }
  }

  static func read(_ target: Target) -> any Procedure<Observed<PaletteDocument>> {
    Then(known(target)) { Immediate(.present(PaletteDocument(of: $0.location, type: $0.type))) }
  }

  // MARK: Writing

  static func create(_ target: Target, _ document: Value) -> any Procedure<ValueMap> {
    guard let uid = target.settings["in"]?.map?.first?.value["uid"]?.string else {
      return Then(PaletteScope.resolved(target)) { make($0, document) }
    }
    return Immediate(
      failing: CallFailure(
        .notFound, code: "PLT0005",
        "\(target.address): Palette has no location with the uid \(uid) in this scope; take uid out to make a new one"))
  }

  private static func make(_ target: Target, _ document: Value) -> any Procedure<ValueMap> {
    Then(trusted(target, document)) { document in
      Then(validated(target, document)) { _ in
        let type = document["type"]?.string ?? ""
        let post = call(.post, root + [type], target, PaletteDocument.payload(document, name: target.name))
        return SingleCall(post) { (reply) throws(CallFailure) in
          guard reply.status == 201 else { throw .ofPlatform(reply, to: post, message: reply.text("message")) }
          guard let uid = try reply.json(to: post)["uid"]?.string, !uid.isEmpty else {
            throw .ofPlatform(reply, to: post, message: "no uid")
          }
          return ["uid": .string(uid), "type": .string(type)]
        }
      }
    }
  }

  static func write(_ change: FacetChange<PaletteDocument>, on target: Target) throws(CallFailure) -> Effect {
    guard let after = change.after?.value else {
      throw CallFailure(.invalid, code: "PLT0010", "a location is removed as a whole")
    }
    if let type = change.before?.value["type"], type != after["type"] {
      throw CallFailure(
        .unsupported, code: "PLT0011",
        "\(target.address): a location can't change from \(type.string ?? "?") to \(after["type"]?.string ?? "?"); "
          + "declare another one"
      )
    }
    let becomesDefault = after["isDefault"] == true && change.before?.value["isDefault"] == false
    let procedure = Then(PaletteScope.resolved(target)) { target in
      Then(known(target)) { place in
        Then(trusted(target, after)) { document in
          Then(validated(target, document)) { _ in
            let path = root + [place.type, place.uid]
            let whole = PaletteDocument.payload(document, name: target.name, before: place.location)
            // PA-05.
            return Then(done(call(.put, path, target, whole))) { _ in
              becomesDefault ? done(call(.patch, path + ["default"], target)) : Immediate(())
            }
          }
        }
      }
    }
    return Effect(rank: 0, .procedure(procedure))
  }

  /// PA-11: the clusters that use it keep it; PA-04: one path for every type.
  static func removal(_ target: Target) -> any Procedure<Void> {
    Then(PaletteScope.resolved(target)) { remove($0) }
  }

  private static func remove(_ target: Target) -> any Procedure<Void> {
    Then(find(target)) { place in
      guard let place else { return Immediate(()) }
      let users = call(.get, ["v1", "spectroclusters", "features", "backup", "locations", place.uid], target)
      let guarded = SingleCall(users) { (reply) throws(CallFailure) in
        if reply.status == 404 { return }
        guard reply.status == 200 else { throw .ofPlatform(reply, to: users, message: reply.text("message")) }
        let body = try reply.json(to: users)
        guard let list = body["clusters"]?.list ?? body["items"]?.list ?? body.list else {
          throw .ofPlatform(reply, to: users, message: "no clusters")
        }
        let names = list.compactMap { $0["name"]?.string ?? $0["metadata"]?["name"]?.string ?? $0["uid"]?.string }
        guard list.isEmpty else {
          throw CallFailure(
            .conflict, code: "PLT0013",
            "\(target.address): in use by cluster \(names.sorted().joined(separator: ", ")) of Palette; "
              + "point it elsewhere first"
          )
        }
      }
      return Then(guarded) { _ in done(call(.delete, root + [place.uid], target)) }
    }
  }

  /// PA-10: the external id that Palette chose, where nobody wrote one.
  private static func trusted(_ target: Target, _ document: Value) -> any Procedure<Value> {
    guard document["credentialType"] == "sts", document["externalId"] == nil, let map = document.map else {
      return Immediate(document)
    }
    var ask = call(.get, ["v1", "clouds", "aws", "account", "sts"], target)
    ask.query = [QueryItem("partition", document["partition"]?.string ?? "aws")]
    let question = ask
    let asked = SingleCall(question) { (reply) throws(CallFailure) -> Value in
      guard reply.status == 200 else { throw .ofPlatform(reply, to: question, message: reply.text("message")) }
      guard let id = try reply.json(to: question)["externalId"]?.string, !id.isEmpty else {
        throw .ofPlatform(reply, to: question, message: "no externalId")
      }
      return .string(id)
    }
    return Then(asked) { id in
      var map = map
      map["externalId"] = id
      return Immediate(.map(map))
    }
  }

  /// PA-06 … PA-09, PA-24: AWS, Google and Azure have a check; MinIO has none.
  private static func validated(_ target: Target, _ document: Value) -> any Procedure<Void> {
    let path: [String]
    var body = ValueMap()
    switch document["type"]?.string {
    case "s3"?:
      path = ["v1", "clouds", "aws", "s3", "validate"]
      body["bucket"] = document["bucketName"]
      body["region"] = document["region"]
      body["credentials"] = .map(PaletteDocument.credentials(document))
    case "gcp"?:
      path = ["v1", "clouds", "gcp", "bucketname", "validate"]
      body["bucketName"] = document["bucketName"]
      body["projectId"] = document["projectId"]
      body["credentials"] = ["jsonCredentials": document["jsonCredentials"] ?? .null]
    case "azure"?:
      path = ["v1", "clouds", "azure", "account", "validate"]
      for name in ["tenantId", "clientId", "clientSecret"] { body[name] = document[name] }
      body["azureEnvironment"] = document["clientCloud"]
    default: return Immediate(())
    }
    let check = call(.post, path, target, .map(body))
    return SingleCall(check) { (reply) throws(CallFailure) in
      if 200..<300 ~= reply.status { return }
      var failure = CallFailure.ofPlatform(reply, to: check, message: reply.text("message"))
      if failure.kind == .invalid { failure.code = "PLT0015" }
      throw failure
    }
  }

  private static func done(_ call: Call) -> any Procedure<Void> {
    SingleCall(call) { (reply) throws(CallFailure) in
      guard reply.status == 204 else { throw .ofPlatform(reply, to: call, message: reply.text("message")) }
    }
  }
}
