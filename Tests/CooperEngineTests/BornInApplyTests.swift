import CooperConfig
import CooperEngine
import CooperModel
import CooperPlan
import CooperProvider
import CooperSchema
import CooperState
import CooperTestSupport
import Synchronization
import Testing

/// A platform that chooses names and keys by itself: what one resource is given flows into another's document.
@Suite("Values born in apply")
struct BornInApplyTests {
  @Test("R-10 one apply makes a bucket and the entry that needs its generated name and keys; the second plan is empty")
  func flow() async throws {
    var farm = Farm()
    let first = try await farm.plan()
    let entry = try #require(first.changes.first { $0.address == Farm.entry })
    #expect(first.changes.map(\.action) == [.create, .create] && first.blocked.isEmpty)
    #expect(entry.knownAfterApply == ["buckets.hk.bucketName"])
    #expect(entry.startsAfter == [Farm.bucket])
    #expect(entry.calls.map(\.method) == ["POST"])
    try await farm.converge()
    #expect(farm.store.entries.withLock { $0["main"] } == #"{"bucket":"generated-1","note":"one","key":"made-canary"}"#)
    #expect(try await farm.state().resources[Farm.bucket]?.outputs == ["bucketName": "generated-1"])
    #expect(!(try await farm.everything()).contains("canary"))
    #expect(farm.store.log.withLock { $0 } == ["POST hk", "POST main"])

    // What the entry says of itself is compared and changed like any facet.
    farm.configuration.resources[1].settings["note"] = "two"
    let edited = try await farm.plan()
    #expect(edited.changes.map(\.action) == [.update])
    try await farm.converge()
    #expect(farm.store.entries.withLock { $0["main"] } == #"{"bucket":"generated-1","note":"two","key":"made-canary"}"#)
    #expect(farm.store.log.withLock { $0.last } == "PUT main")
  }

  @Test("changed at the platform, an entry is drift and is put back")
  func drift() async throws {
    let farm = Farm()
    try await farm.converge()
    farm.store.entries.withLock { $0["main"] = #"{"bucket":"generated-1","note":"other","key":"k"}"# }
    #expect(try await farm.plan().drift.map(\.address) == [Farm.entry])
    try await farm.converge()
  }

  @Test("what needs another goes before it, and goes without being emptied")
  func removal() async throws {
    var farm = Farm()
    farm.configuration.resources[0].deletion = .allow
    try await farm.converge()
    farm.store.log.withLock { $0 = [] }
    farm.configuration.resources = []
    farm.configuration.givens = []
    farm.configuration.graph = ResourceGraph()
    try await farm.converge()
    #expect(farm.store.log.withLock { $0 } == ["DELETE main", "DELETE hk"])
  }

  @Test("when the bucket can't be made, its entry is not begun, and says why")
  func failure() async throws {
    let farm = Farm()
    farm.store.refuses.withLock { $0 = true }
    let report = try await farm.apply()
    #expect(report.failed.map(\.0.address) == [Farm.bucket])
    #expect(report.skipped.map(\.address) == [Farm.entry])
    #expect(farm.store.entries.withLock { $0.isEmpty })
    farm.store.refuses.withLock { $0 = false }
    try await farm.converge()
  }
}

private struct Farm {
  static let bucket = Address("buckets", "hk")
  static let entry = Address("registrations", "main")
  static let user = Address("identities", "user")
  static let registry = ProviderRegistry([FarmProvider()])

  var configuration: Configuration
  let store = FarmStore()
  let states = InMemoryStateStore()

  init() {
    configuration = Configuration(project: "p", directory: "/project", digest: "d")
    configuration.connections["farm"] = ConnectionEntry(
      ConnectionDeclaration(name: "farm", type: "farm", settings: ValueMap(), access: ValueMap()))
    configuration.resources = [
      ResourceDeclaration(address: Self.bucket, connection: "farm", name: "hk"),
      ResourceDeclaration(
        address: Self.entry, connection: "farm", name: "main",
        settings: ["bucket": "hk", "identity": "user", "note": "one"]),
    ]
    configuration.givens = [
      ResourceDeclaration(
        address: Self.user, connection: "farm", name: "user", settings: ["type": "bucketUser", "bucket": "hk"])
    ]
    configuration.graph = ResourceGraph(
      addresses: [Self.bucket, Self.entry, Self.user],
      edges: [
        .init(from: Self.entry, to: Self.user, reason: .names, field: "identity"),
        .init(from: Self.user, to: Self.bucket, reason: .names, field: "bucket"),
      ])
  }

  func state() async throws -> StateSnapshot { try #require(try await states.read().folded) }

  func everything() async throws -> String {
    let stored = try await states.read()
    let state = StateFormat.encode(try #require(stored.folded), cooperVersion: "t")
    return String(decoding: state + Journal.encode(stored.journal) + PlanFile.encode(try await plan()), as: UTF8.self)
  }

  private var runner: CallRunner {
    CallRunner(clock: EngineClock(now: { 1_000 }, sleep: { _ in }), retry: .none, random: { 0.5 })
  }

  private struct Run {
    var plan: Plan
    var recorded: StateSnapshot
    var connections: Connections
    var composed: Configuration
  }

  private func look() async throws -> Run {
    let recorded = try await states.read().folded ?? StateSnapshot(lineage: "", project: "p")
    let connections = Connections(opened: ["farm": FarmConnection(store: store)])
    let composed = configuration.composed(recorded, connections, Self.registry)
    let observer = Observer(registry: Self.registry, connections: connections, runner: runner, parallelism: 2)
    let seen = await observer.observe(composed, recorded)
    let input = PlanningInput(
      desired: composed, recorded: recorded, observed: seen.observations, registry: Self.registry,
      targets: seen.targets, now: 1_000, cooperVersion: "t")
    return Run(plan: Planner.plan(input), recorded: recorded, connections: connections, composed: composed)
  }

  func plan() async throws -> Plan {
    let plan = try await look().plan
    #expect(try PlanFile.decode(PlanFile.encode(plan)).changes.map(\.startsAfter) == plan.changes.map(\.startsAfter))
    return plan
  }

  func apply() async throws -> ExecutionReport {
    let run = try await look()
    let book = OutputBook(run.composed, run.recorded, run.connections, Self.registry, runner) {
      (_, field) throws(CallFailure) in throw CallFailure(.invalid, code: "x", "\(field) has no reference")
    }
    let executor = Executor(
      registry: Self.registry, connections: run.connections, runner: runner, parallelism: 4, stop: StopSignal(),
      book: book, progress: { _ in })
    let applier = Applier(executor: executor, store: states, newLineage: { "lineage" })
    let holder = LockHolder(owner: "ana", host: "h", process: 1, command: "apply", since: 0)
    return try await applier.apply(run.plan, on: run.recorded, holder: holder, command: "apply")
  }

  func converge() async throws {
    let report = try await apply()
    #expect(report.failed.isEmpty && report.skipped.isEmpty)
    let second = try await plan()
    #expect(second.changes.isEmpty && second.recordings.isEmpty && second.blocked.isEmpty)
  }
}

private final class FarmStore: Sendable {
  let buckets = Mutex<Set<String>>([])
  let entries = Mutex<[String: String]>([:])
  let log = Mutex<[String]>([])
  let refuses = Mutex(false)

  func answer(_ call: Call) -> Reply {
    let name = call.path[1]
    if !call.reads { log.withLock { $0.append("\(call.method.rawValue) \(name)") } }
    let isBucket = call.path[0] == "buckets"
    switch call.method {
    case .get where isBucket: return Reply(status: buckets.withLock { $0.contains(name) } ? 200 : 404)
    case .get:
      return entries.withLock { $0[name] }.map { Reply(status: 200, body: Array($0.utf8)) } ?? Reply(status: 404)
    case .delete:
      buckets.withLock { if isBucket { $0.remove(name) } }
      entries.withLock { if !isBucket { $0[name] = nil } }
      return Reply(status: 204)
    case _ where refuses.withLock { $0 }: return Reply(status: 403)
    default:
      if isBucket {
        buckets.withLock { _ = $0.insert(name) }
      } else {
        entries.withLock { $0[name] = String(decoding: call.body, as: UTF8.self) }
      }
      return Reply(status: 200)
    }
  }
}

private struct FarmConnection: Connection {
  let store: FarmStore
  var site: Site { Site(connection: "farm", type: "farm", endpoint: "https://farm.example", region: nil, account: nil) }
  var declaredAccount: String? { nil }
  func attempt(_ call: Call) async throws(CallFailure) -> Reply { store.answer(call) }
  func transientFailure(_ reply: Reply, to call: Call) -> CallFailure? { nil }
  func url(for call: Call) -> String { "https://farm.example/" + call.path.joined(separator: "/") }
  func identify() -> (any Procedure<SignedInIdentity>)? { nil }
  func identity(of name: String) -> PhysicalIdentity { PhysicalIdentity(endpoint: site.endpoint, name: name) }
}

private struct Document: SchemaValue {
  static let shape = Shape.object(
    ObjectShape(
      "Entry", summary: "An entry.",
      fields: [
        FieldShape("bucket", .string(.any), summary: "Name."), FieldShape("note", .string(.any), summary: "Note."),
        FieldShape("key", .secret, sensitivity: .writeOnly, summary: "Key."),
      ]))
  var value: Value
  init(value: Value) { self.value = value }
}

private enum Entry: Facet {
  static let schema = FacetSchema(name: "entry", shape: Document.shape, summary: "The entry.")

  static func read(_ target: Target) -> any Procedure<Observed<Document>> {
    SingleCall(Call(.get, service: "farm", path: ["entries", target.name], permissions: [])) {
      (reply) throws(CallFailure) in
      guard reply.status == 200, let value = try? ValueJSON.decode(reply.body), var map = value.map else {
        return .absent
      }
      map["key"] = nil
      return .present(Document(value: .map(map)))
    }
  }

  static func call(_ method: HTTPMethod, _ target: Target, _ document: Value) -> Call {
    var call = Call(method, service: "farm", path: ["entries", target.name], permissions: [])
    call.secretBody = [
      .text(#"{"bucket":"\#(document["bucket"]?.string ?? "")","note":"\#(document["note"]?.string ?? "")","key":""#),
      .json([.secret(SecretUse(document["key"] ?? .null, field: "\(target.address).key"))]), .text(#""}"#),
    ]
    return call
  }

  static func write(_ change: FacetChange<Document>, on target: Target) throws(CallFailure) -> Effect {
    Effect(rank: 0, .procedure(SingleCall(call(.put, target, change.after?.value ?? .null)) { _ in }))
  }
}

private struct FarmProvider: Provider {
  var name: String { "farm" }

  private static func find(_ folder: String) -> @Sendable (Target) -> any Procedure<Found> {
    { target in
      SingleCall(Call(.get, service: "farm", path: [folder, target.name], permissions: [])) {
        $0.status == 200 ? .present(region: nil) : .absent
      }
    }
  }

  private static func delete(_ folder: String) -> @Sendable (Target) -> any Procedure<Void> {
    { target in SingleCall(Call(.delete, service: "farm", path: [folder, target.name], permissions: [])) { _ in } }
  }

  private static let unlisted: @Sendable (Site) -> any Procedure<[Listed]> = { _ in
    Immediate(failing: CallFailure(.unsupported, code: "x", "no listing"))
  }

  var kinds: [Kind] {
    let bucket = Kind(
      schema: BucketKind.schema, granularity: .facet, facets: [], find: Self.find("buckets"),
      create: { target in
        SingleCall(Call(.post, service: "farm", path: ["buckets", target.name], permissions: [])) {
          (reply) throws(CallFailure) in
          if reply.status != 200 { throw CallFailure(.denied, code: "No", "refused", status: reply.status) }
          return ValueMap()
        }
      }, delete: Self.delete("buckets"), contents: { _, _ in Immediate(Contents(objects: 0, bytes: 0)) },
      empty: { _ in Immediate(()) }, list: Self.unlisted,
      outputs: { _ in Immediate(["bucketName": "generated-1"]) })
    let payload = Payload(
      facet: AnyFacet(Entry.self),
      compose: { composition throws(CallFailure) in
        let related = composition.target.related
        return [
          "bucket": related["bucket"]?.name ?? .null, "note": composition.target.settings["note"] ?? .null,
          "key": related["identity"]?.outputs["secretAccessKey"] ?? .null,
        ]
      },
      create: { target, document in SingleCall(Entry.call(.post, target, document)) { _ in ValueMap() } })
    return [
      bucket,
      Kind(
        schema: Registration.schema, payload: payload, find: Self.find("entries"), delete: Self.delete("entries"),
        list: Self.unlisted),
      Kind(
        schema: Identity.schema, outputs: { _ in Immediate(ValueMap()) },
        secret: { _, _ in Immediate(Secret("made-canary")) }),
    ]
  }

  var connectionTypes: [ConnectionType] {
    [
      ConnectionType(
        name: "farm", provider: name, summary: "A farm.", settings: ObjectShape("f", summary: "f", fields: []),
        accessMethods: [:],
        support: [
          "buckets": KindSupport(facets: [:], settings: [], outputs: ["bucketName": { _ in nil }]),
          "registrations": KindSupport(facets: [:], settings: ["note"]),
        ])
    ]
  }

  func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection { FarmConnection(store: FarmStore()) }
}
