import CooperModel
import CooperSchema

/// Format 1 of the state, as `schemas/state.schema.json` describes it; never changed, only followed by a format 2.
///
/// Absent, null and empty stay three things: a facet without `value` is managed and cleared.
enum StateFormatV1 {
  private static let snapshotKeys = [
    "connections", "cooper", "environment", "fingerprintKey", "formatVersion", "lineage", "project", "resources",
    "serial",
  ]
  private static let resourceKeys = [
    "connection", "declaredAt", "deletion", "dependsOn", "facets", "identity", "kind", "origin", "outputs", "region",
    "secrets",
    "settings", "status",
  ]

  static func value(of snapshot: StateSnapshot, cooperVersion: String) -> Value {
    var map = ValueMap([
      ("formatVersion", 1),
      ("cooper", .string(cooperVersion)),
      ("lineage", .string(snapshot.lineage)),
      ("serial", .integer(Int64(snapshot.serial))),
      ("project", .string(snapshot.project)),
      ("resources", .map(ValueMap(snapshot.resources.map { ($0.key.description, value(of: $0.value)) }))),
    ])
    map["environment"] = snapshot.environment.map { .string($0) }
    map["fingerprintKey"] = snapshot.fingerprintKey.map { .string($0) }
    if !snapshot.connections.isEmpty {
      map["connections"] = .map(ValueMap(snapshot.connections.map { ($0.key, $0.value.value) }))
    }
    return .map(map)
  }

  static func snapshot(from value: Value) throws(FormatProblem) -> StateSnapshot {
    var reader = try EntryReader(value)
    _ = try reader.integer("formatVersion")
    _ = try reader.text("cooper")
    let serial = try reader.integer("serial")
    var snapshot = StateSnapshot(
      lineage: try reader.text("lineage"), serial: Int(serial), project: try reader.text("project"),
      environment: try reader.optionalText("environment"))
    let entries = try reader.map("resources")
    snapshot.fingerprintKey = try reader.optionalText("fingerprintKey")
    let connections = reader.optional("connections")
    try reader.finish(snapshotKeys)
    snapshot.connections = try RecordedConnection.all(in: connections)
    snapshot.resources.reserveCapacity(entries.count)
    for pair in entries {
      do throws(FormatProblem) {
        guard let address = Address(pair.key) else { throw FormatProblem("the address is not section.name") }
        snapshot.resources[address] = try resource(from: pair.value)
      } catch {
        throw error.inside(pair.key).inside("resources")
      }
    }
    return snapshot
  }

  static func value(of resource: RecordedResource) -> Value {
    var identity = ValueMap([
      ("endpoint", .string(resource.identity.endpoint)), ("name", .string(resource.identity.name)),
    ])
    identity["account"] = resource.identity.account.map { .string($0) }
    identity["scope"] = resource.identity.scope.map { .string($0) }
    var map = ValueMap([
      ("kind", .string(resource.kind)),
      ("connection", .string(resource.connection)),
      ("identity", .map(identity)),
      ("settings", .map(resource.settings)),
      ("facets", .map(ValueMap(resource.facets.map { ($0.key, value(of: $0.value)) }))),
      ("deletion", .string(resource.deletion.rawValue)),
      ("outputs", .map(resource.outputs)),
      ("origin", .string(resource.origin.rawValue)),
      ("status", .string(resource.status.rawValue)),
    ])
    map["region"] = resource.region.map { .string($0) }
    map["declaredAt"] = resource.declaredAt.map { .string($0) }
    if !resource.dependsOn.isEmpty { map["dependsOn"] = .list(resource.dependsOn.map { .string($0.description) }) }
    if !resource.secrets.isEmpty {
      map["secrets"] = .map(ValueMap(resource.secrets.map { ($0.key, .string($0.value)) }))
    }
    return .map(map)
  }

  static func resource(from value: Value) throws(FormatProblem) -> RecordedResource {
    var reader = try EntryReader(value)
    var resource = RecordedResource(
      kind: try reader.text("kind"), connection: try reader.text("connection"),
      identity: try identity(from: reader.required("identity")), region: try reader.optionalText("region"),
      settings: try reader.map("settings"), deletion: try reader.choice("deletion", as: DeletionPolicy.self),
      outputs: try reader.map("outputs"), origin: try reader.choice("origin", as: RecordedResource.Origin.self),
      status: try reader.choice("status", as: RecordedResource.Status.self),
      declaredAt: try reader.optionalText("declaredAt"))
    let facets = try reader.map("facets")
    let secrets = reader.optional("secrets")
    for text in reader.optional("dependsOn")?.list ?? [] {
      guard let needed = text.string.flatMap(Address.init) else {
        throw FormatProblem("it is not a list of addresses", path: ["dependsOn"])
      }
      resource.dependsOn.append(needed)
    }
    try reader.finish(resourceKeys)
    resource.secrets = try RecordedConnection.texts(secrets, "secrets")
    for pair in facets {
      do throws(FormatProblem) {
        resource.facets[pair.key] = try facet(from: pair.value)
      } catch {
        throw error.inside(pair.key).inside("facets")
      }
    }
    return resource
  }

  private static func identity(from value: Value) throws(FormatProblem) -> PhysicalIdentity {
    do throws(FormatProblem) {
      var reader = try EntryReader(value)
      let identity = PhysicalIdentity(
        endpoint: try reader.text("endpoint"), account: try reader.optionalText("account"),
        scope: try reader.optionalText("scope"), name: try reader.text("name"))
      try reader.finish(["account", "endpoint", "name", "scope"])
      return identity
    } catch {
      throw error.inside("identity")
    }
  }

  static func value(of facet: RecordedFacet) -> Value {
    var map = ValueMap()
    map["value"] = facet.value
    map["writtenAt"] = facet.writtenAt.map { .integer($0) }
    map["digestBefore"] = facet.digestBefore.map { .string($0) }
    return .map(map)
  }

  static func facet(from value: Value) throws(FormatProblem) -> RecordedFacet {
    var reader = try EntryReader(value)
    let facet = RecordedFacet(
      value: reader.optional("value"), writtenAt: try reader.optionalInteger("writtenAt"),
      digestBefore: try reader.optionalText("digestBefore"))
    try reader.finish(["digestBefore", "value", "writtenAt"])
    return facet
  }
}
