internal import CooperModel
public import CooperSchema

extension Configuration {
  /// SHA-256 in hex over the canonical content: what is meant, without places, descriptions and order.
  func canonicalDigest() -> String {
    let resources = resources
    var rest = self
    rest.resources = []
    var bytes = ValueJSON.encode(rest.canonicalValue, pretty: false)
    // A digest for each resource, so that all processors have a share in a large project.
    let digests = inParallel(resources.count) { index in
      let resource = resources[index]
      return Digest.sha256(
        ValueJSON.encode(.list([.string(resource.address.description), Self.content(resource)]), pretty: false))
    }
    for digest in digests { bytes += digest }
    return Digest.sha256Hex(bytes)
  }

  /// What is meant, as data: without places, descriptions and order; what the digest is of.
  public var canonicalValue: Value {
    let connections = self.connections.map { ($0.key, Self.content($0.value.declaration)) }
    var pairs: [(String, Value)] = [
      ("project", .string(project)),
      ("connections", .map(ValueMap(connections))),
      ("resources", .map(ValueMap(resources.map { ($0.address.description, Self.content($0)) }))),
      ("givens", .map(ValueMap(givens.map { ($0.address.description, Self.content($0)) }))),
      ("moved", .list(moved.map { .string("\($0.from) \($0.to)") }.sorted(by: Self.before))),
      (
        "removed",
        .map(
          ValueMap(
            removed.map { ($0.address.description, Self.map(("action", $0.action.rawValue), ("until", $0.until))) }))
      ),
      ("adopted", .map(ValueMap(adopted.map { ($0.address.description, .string($0.name)) }))),
      (
        "consents",
        .list(
          consents.map { Self.map(("address", $0.address.description), ("risk", $0.risk), ("until", $0.until)) }
            .sorted(by: Self.before))
      ),
      ("safety", Self.content(safety)),
    ]
    if let environment { pairs.append(("environment", .string(environment))) }
    return .map(ValueMap(pairs))
  }

  private static func before(_ a: Value, _ b: Value) -> Bool {
    ValueJSON.encode(a, pretty: false).lexicographicallyPrecedes(ValueJSON.encode(b, pretty: false))
  }

  private static func map(_ pairs: (String, String?)...) -> Value {
    .map(ValueMap(pairs.compactMap { pair in pair.1.map { (pair.0, .string($0)) } }))
  }

  private static func content(_ connection: ConnectionDeclaration) -> Value {
    var pairs: [(String, Value)] = [
      ("type", .string(connection.type)), ("settings", .map(connection.settings)), ("access", .map(connection.access)),
    ]
    if let planAccess = connection.planAccess { pairs.append(("planAccess", .map(planAccess))) }
    return .map(ValueMap(pairs))
  }

  private static func content(_ resource: ResourceDeclaration) -> Value {
    var pairs: [(String, Value)] = [
      ("connection", .string(resource.connection)), ("name", .string(resource.name)),
      ("settings", .map(resource.settings)), ("deletion", .string(resource.deletion.rawValue)),
      ("origin", .string(resource.origin.rawValue)),
      ("shared", .list(resource.shared.sorted().map { .string($0) })),
      ("facets", .map(ValueMap(resource.facets.map { ($0.name, $0.value) }))),
    ]
    if let region = resource.region { pairs.append(("region", .string(region))) }
    return .map(ValueMap(pairs))
  }

  private static func content(_ safety: Safety) -> Value {
    var pairs: [(String, Value)] = [
      ("minimum", .integer(Int64(safety.maxDestroyMinimum))),
      ("ignoreTags", .list(safety.ignoreTags.map { .string($0) })),
    ]
    if let count = safety.maxDestroyCount { pairs.append(("count", .integer(Int64(count)))) }
    if let percent = safety.maxDestroyPercent { pairs.append(("percent", .integer(Int64(percent)))) }
    return .map(ValueMap(pairs))
  }
}
