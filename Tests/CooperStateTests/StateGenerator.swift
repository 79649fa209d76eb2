import CooperModel
import CooperSchema
import CooperState

/// SplitMix64: equal seeds give equal sequences.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Random legal states and the events of random runs; a run's events are those an engine could append, in such an order.
struct StateGenerator {
  var random: SeededGenerator
  private var moved: Set<Address> = []
  private let texts = ["", "a", "no", "1.10", "0123", "ä\u{301}ß", "日本", "line\nbreak\t\u{1}\"\\/", "$unknown", "🪣"]

  init(seed: Int) { random = SeededGenerator(seed: seed) }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
  mutating func pick<T>(_ elements: [T]) -> T { elements[Int.random(in: 0..<elements.count, using: &random)] }

  mutating func value(depth: Int = 3) -> Value {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
    case 0: return .null
    case 1: return .bool(chance(50))
    case 2: return .integer(pick([0, -1, 42, .max, .min, 1 << 53 + 1]))
    case 3: return .number(pick([0.5, -1.25e-7, 1e300, 0.1]))
    case 4, 5: return .string(pick(texts))
    case 6: return .list((0..<Int.random(in: 0..<4, using: &random)).map { _ in value(depth: depth - 1) })
    default: return .map(map(depth: depth - 1))
    }
  }

  mutating func map(depth: Int = 2) -> ValueMap {
    ValueMap((0..<Int.random(in: 0..<4, using: &random)).map { _ in (pick(texts), value(depth: depth)) })
  }

  mutating func facet() -> RecordedFacet {
    RecordedFacet(
      value: chance(25) ? nil : value(), writtenAt: chance(50) ? nil : 1_790_000_000,
      digestBefore: chance(50) ? nil : "sha256:00ff")
  }

  /// The name is unique for each address, so that no two addresses are one bucket.
  mutating func resource(_ address: Address, status: RecordedResource.Status = .complete) -> RecordedResource {
    var resource = RecordedResource(
      kind: "bucket", connection: pick(["aws", "minio"]),
      identity: PhysicalIdentity(
        endpoint: "https://s3.example", account: "111122223333", name: "acme-" + address.description),
      region: chance(50) ? nil : "eu-west-1", settings: map(), deletion: pick(DeletionPolicy.allCases), outputs: map(),
      origin: pick([.created, .adopted]), status: status, declaredAt: chance(50) ? nil : "buckets/a.yaml:3")
    for name in ["cors", "tags", "lifecycle"] where chance(40) { resource.facets[name] = facet() }
    if chance(30) { resource.secrets = ["login.password": "00.ff"] }
    return resource
  }

  mutating func address() -> Address {
    let names = ["a", "b", "data-eu", "x_1", "ü", "last"]
    return pick(names.map { Address("buckets", $0) }.filter { !moved.contains($0) || $0.name == "last" })
  }

  mutating func connection() -> RecordedConnection {
    RecordedConnection(
      type: "minio", endpoint: "https://minio.example", chosen: chance(50) ? [] : ["https://minio.example"],
      account: chance(50) ? nil : "111122223333")
  }

  mutating func snapshot() -> StateSnapshot {
    var snapshot = StateSnapshot(
      lineage: StateSnapshot.newLineage(using: &random), serial: Int.random(in: 0..<1000, using: &random),
      project: "acme", environment: chance(50) ? nil : "prod")
    if chance(50) { snapshot.fingerprintKey = String(repeating: "0f", count: 32) }
    if chance(50) { snapshot.connections["minio"] = connection() }
    for _ in 0..<Int.random(in: 0..<4, using: &random) {
      let address = address()
      snapshot.resources[address] = resource(address, status: pick([.complete, .complete, .creating, .deleting]))
    }
    return snapshot
  }

  /// The events of one run over a snapshot, from `begin` on, cut off at a random place or ended.
  mutating func run(on base: StateSnapshot) -> [Event] {
    var events: [Event] = [
      .begin(run: "r", command: "apply", at: 1_790_000_000, lineage: base.lineage, serial: base.serial)
    ]
    for _ in 0..<Int.random(in: 0..<12, using: &random) { events += step() }
    events.append(.end)
    return chance(50) ? events : Array(events.prefix(Int.random(in: 0...events.count, using: &random)))
  }

  private mutating func step() -> [Event] {
    let address = address()
    let resource = resource(address)
    let name = pick(["cors", "tags", "lifecycle"])
    switch Int.random(in: 0..<11, using: &random) {
    case 0: return [.intent(address, .create, resource), .outcome(address, .create, .done(map()))]
    case 1: return [.intent(address, .create, resource), .outcome(address, .create, .nothingHappened("denied"))]
    case 2:
      let operation = pick([Event.Operation.delete, .purge])
      let outcome = chance(50) ? Event.Outcome.done(ValueMap()) : .nothingHappened("not empty")
      return [.intent(address, operation, resource), .outcome(address, operation, outcome)]
    case 3: return [.recorded(address, resource)]
    case 4: return [.facet(address, name, chance(30) ? nil : facet())]
    case 5: return [.forgotten(address)]
    case 6: return [.redeclared(address, resource)]
    case 7: return [.connection(pick(["aws", "minio"]), connection())]
    case 8: return [.fingerprintKey(String(repeating: pick(["0", "a"]), count: 64))]
    case 9: return [.secrets(address, name, chance(30) ? [:] : [name + ".password": "00.ff", name: "01.ee"])]
    default:
      guard address.name != "last" else { return [] }
      // Its name isn't used again, since a name here always is the same physical bucket.
      moved.insert(address)
      return [.moved(from: address, to: Address("moved", address.name))]
    }
  }
}
