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

/// A provider shows a key once: whatever happens, it is kept in its place or replaced, and in no other place.
@Suite("Keys that are shown once")
struct IssuedKeysTests {
  @Test("R-09 a key is made, kept and recorded by id; the second plan is empty and the secret is nowhere else")
  func made() async throws {
    var mint = Mint()
    let plan = try await mint.plan()
    #expect(plan.changes.map(\.action) == [.create])
    try await mint.converge()
    #expect(mint.kept?.id == "K1" && mint.world.keys.withLock { $0 } == ["K1": true])
    #expect(!(try await mint.everything()).contains("canary"))
    let entry = try #require(try await mint.state().resources[Mint.identity])
    #expect(entry.outputs["accessKeyId"] == "K1" && entry.outputs["accessKeyMadeAt"] == 1_000)
    #expect(entry.secrets["accessKeys.current"] != nil)

    // Too old: exchanged, the one before is disabled.
    mint.configuration.resources[0].settings["keys"] = ["to": ["env": "k.env"], "maxAge": "30d"]
    try await mint.converge()
    #expect(mint.kept?.id == "K1")
    mint.now += 31 * 86_400
    try await mint.converge()
    #expect(mint.kept?.id == "K2" && mint.world.keys.withLock { $0 } == ["K1": false, "K2": true])
    // Deleted when it was disabled for long enough.
    mint.configuration.resources[0].settings["keys"] = ["to": ["env": "k.env"], "maxAge": "30d", "deleteOld": "7d"]
    try await mint.converge()
    mint.now += 8 * 86_400
    #expect(try await mint.plan().changes.first?.risks.map(\.kind) == [.irreversible])
    try await mint.converge()
    #expect(mint.world.keys.withLock { $0 } == ["K2": true])
  }

  @Test("An exchange that ends at any call or at the keeping converges on the next run", arguments: 0..<14)
  func ended(_ step: Int) async throws {
    for happens in [false, true] {
      var mint = Mint()
      mint.configuration.resources[0].settings["keys"] = ["to": ["env": "k.env"], "rotate": "one"]
      try await mint.converge()
      mint.configuration.resources[0].settings["keys"] = ["to": ["env": "k.env"], "rotate": "two"]
      mint.world.endsAfter(step, happens: happens)
      _ = try? await mint.apply()
      mint.world.endsAfter(nil, happens: false)
      if let kept = mint.kept {
        #expect(mint.world.keys.withLock { $0[kept.id] } == true, "what is kept always works: step \(step), \(happens)")
      }
      try await mint.converge()
      let keys = mint.world.keys.withLock { $0 }
      let kept = try #require(mint.kept)
      #expect(kept.id != "K1" && keys == ["K1": false, kept.id: true], "step \(step), \(happens)")
      #expect(try await mint.state().resources[Mint.identity]?.outputs["accessKeyId"] == .string(kept.id))
      #expect(!(try await mint.everything()).contains("canary"))
    }
  }

  @Test("A first key whose making nobody saw end is lost: told, deleted and replaced")
  func lost() async throws {
    let mint = Mint()
    mint.world.refusesToKeep.withLock { $0 = true }
    #expect(try await mint.apply().failed.count == 1)
    #expect(mint.kept == nil && mint.world.keys.withLock { $0 } == ["K1": true])
    mint.world.refusesToKeep.withLock { $0 = false }
    let facet = try #require(try await mint.plan().changes.first?.facets.first { $0.name == "accessKeys" })
    #expect(facet.before?["lost"] == ["K1"] && facet.after?["lost"] == nil)
    try await mint.converge()
    #expect(mint.kept?.id == "K2" && mint.world.keys.withLock { $0 } == ["K2": true])
  }

  @Test("A new key that doesn't work is not put to use, and tried for a bounded time")
  func unusable() async throws {
    var mint = Mint()
    try await mint.converge()
    mint.configuration.resources[0].settings["keys"] = ["to": ["env": "k.env"], "rotate": "two"]
    mint.world.knownAfter.withLock { $0 = 1_000 }
    let report = try await mint.apply()
    #expect(report.failed.map(\.1.failure.code) == ["KEY0004"])
    #expect(mint.kept?.id == "K1" && mint.world.keys.withLock { $0["K1"] } == true)
    mint.world.knownAfter.withLock { $0 = 3 }
    try await mint.converge()
    #expect(mint.kept?.id == "K3" && mint.world.keys.withLock { $0 } == ["K1": false, "K3": true])
  }

  @Test("A key that was exchanged still works while somebody who waits for the new one doesn't have it")
  func usersFirst() async throws {
    var mint = Mint()
    mint.configuration.resources[0].settings["keys"] = ["to": ["env": "k.env"], "rotate": "one"]
    try await mint.converge()
    mint.configuration.resources[0].settings["keys"] = ["to": ["env": "k.env"], "rotate": "two"]
    let user = Address("identities", "user")
    mint.configuration.resources.append(
      ResourceDeclaration(address: user, connection: "mint", name: "user", settings: ["type": "accessKey"]))
    mint.configuration.graph = ResourceGraph(
      addresses: [Mint.identity, user],
      edges: [.init(from: user, to: Mint.identity, reason: .born("accessKeyId"), field: "accessKeyId", range: nil)])
    mint.world.refusesToMake.withLock { $0 = ["user"] }
    #expect(try await mint.apply().failed.count == 1)
    #expect(mint.kept?.id == "K2" && mint.world.keys.withLock { $0 } == ["K1": true, "K2": true])
    mint.world.refusesToMake.withLock { $0 = [] }
    try await mint.converge()
    #expect(mint.world.keys.withLock { $0 } == ["K1": false, "K2": true])
  }

  @Test("Keys of others are left alone, also when they take all places")
  func others() async throws {
    let mint = Mint()
    mint.world.keys.withLock { $0 = ["A": true, "B": true] }
    #expect(try await mint.apply().failed.map(\.1.failure.code) == ["KEY0001"])
    #expect(mint.world.keys.withLock { $0 } == ["A": true, "B": true])
    mint.world.keys.withLock { $0["A"] = nil }
    try await mint.converge()
    #expect(mint.world.keys.withLock { $0 } == ["B": true, "K1": true])
  }
}

private struct Mint {
  static let identity = Address("identities", "etl")
  static let registry = ProviderRegistry([MintProvider()])

  var configuration: Configuration
  var now: Double = 1_000
  let world = MintWorld()
  let states = InMemoryStateStore()

  var kept: (id: String, secret: String)? { world.kept.withLock { $0 } }

  init() {
    configuration = Configuration(project: "p", directory: "/project", digest: "d")
    configuration.connections["mint"] = ConnectionEntry(
      ConnectionDeclaration(name: "mint", type: "mint", settings: ValueMap(), access: ValueMap()))
    configuration.resources = [
      ResourceDeclaration(
        address: Self.identity, connection: "mint", name: "etl",
        settings: ["type": "accessKey", "keys": ["to": ["env": "k.env"]]])
    ]
    configuration.graph = ResourceGraph(addresses: [Self.identity], edges: [])
  }

  func state() async throws -> StateSnapshot { try #require(try await states.read().folded) }

  func everything() async throws -> String {
    let stored = try await states.read()
    let state = StateFormat.encode(try #require(stored.folded), cooperVersion: "t")
    return String(decoding: state + Journal.encode(stored.journal) + PlanFile.encode(try await plan()), as: UTF8.self)
  }

  private var runner: CallRunner {
    CallRunner(clock: EngineClock(now: { [now] in now }, sleep: { _ in }), retry: .none, random: { 0.5 })
  }

  private var files: KeyFiles {
    KeyFiles(
      check: { _, _ throws(CallFailure) in },
      write: { [world] _, _, pair throws(CallFailure) in try world.keep(pair) },
      id: { [world] _, _ throws(CallFailure) in world.kept.withLock { $0?.id } },
      read: { [world] _, _ throws(CallFailure) in
        world.kept.withLock { $0 }.map { KeyPair(id: $0.id, secret: Secret($0.secret)) }
      })
  }

  private func look() async throws -> (Plan, StateSnapshot, Connections, Configuration, SecretLook) {
    let recorded = try await states.read().folded ?? StateSnapshot(lineage: "", project: "p")
    let connections = Connections(opened: ["mint": MintConnection(world: world)])
    let composed = configuration.composed(recorded, connections, Self.registry, at: Int64(now), keys: files)
    let observer = Observer(registry: Self.registry, connections: connections, runner: runner, parallelism: 2)
    let seen = await observer.observe(composed, recorded)
    let secrets = SecretLook(composed, recorded, Self.registry, failures: [:]) { _, field throws(CallFailure) in
      throw CallFailure(.invalid, code: "x", "\(field) has no reference")
    }
    let input = PlanningInput(
      desired: composed, recorded: recorded, observed: seen.observations, registry: Self.registry,
      targets: seen.targets, now: Int64(now), cooperVersion: "t")
    return (Planner.plan(input), recorded, connections, composed, secrets)
  }

  func plan() async throws -> Plan { try await look().0 }

  func apply() async throws -> ExecutionReport {
    let (plan, recorded, connections, composed, secrets) = try await look()
    let book = OutputBook(composed, recorded, connections, Self.registry, runner, keys: files) {
      (_, field) throws(CallFailure) in throw CallFailure(.invalid, code: "x", "\(field) has no reference")
    }
    let executor = Executor(
      registry: Self.registry, connections: connections, runner: runner, parallelism: 4, stop: StopSignal(),
      secrets: secrets, book: book, progress: { _ in })
    let applier = Applier(executor: executor, store: states, newLineage: { "lineage" })
    let holder = LockHolder(owner: "ana", host: "h", process: 1, command: "apply", since: 0)
    return try await applier.apply(plan, on: recorded, holder: holder, command: "apply")
  }

  func converge() async throws {
    let report = try await apply()
    #expect(report.failed.map(\.1.failure) == [] && report.skipped.isEmpty)
    let second = try await plan()
    #expect(second.changes.isEmpty && second.recordings.isEmpty && second.blocked.isEmpty)
  }
}

/// The provider's side: keys by id, whether each is active; and the place where the secret is kept.
private final class MintWorld: Sendable {
  let there = Mutex<Set<String>>([])
  let refusesToMake = Mutex<Set<String>>([])
  let keys = Mutex<[String: Bool]>([:])
  let kept = Mutex<(id: String, secret: String)?>(nil)
  let refusesToKeep = Mutex(false)
  /// A new key works after so many tries.
  let knownAfter = Mutex(0)
  private let made = Mutex(0)
  private let end = Mutex<(left: Int, happens: Bool)?>(nil)

  /// From the step of that number on nothing arrives any more; with `happens` that step still does, unseen.
  func endsAfter(_ step: Int?, happens: Bool) { end.withLock { $0 = step.map { ($0, happens) } } }

  private static let gone = CallFailure(.unavailable, code: "Gone", "the run has ended", mayHaveHappened: true)

  /// Whether the step takes place, and whether its answer arrives.
  private var fate: (happens: Bool, arrives: Bool) {
    end.withLock { end in
      guard let now = end else { return (true, true) }
      end?.left -= 1
      return now.left > 0 ? (true, true) : (now.left == 0 && now.happens, false)
    }
  }

  func keep(_ pair: KeyPair) throws(CallFailure) {
    let fate = fate
    if refusesToKeep.withLock({ $0 }) { throw Self.gone }
    if fate.happens {
      kept.withLock { $0 = (pair.id, pair.secret.withBytes { String(decoding: $0, as: UTF8.self) }) }
    }
    if !fate.arrives { throw Self.gone }
  }

  func attempt(_ call: Call) throws(CallFailure) -> Reply {
    let fate = fate
    let reply = fate.happens ? answer(call) : Reply(status: 500)
    guard fate.arrives else { throw Self.gone }
    return reply
  }

  private func answer(_ call: Call) -> Reply {
    let id = call.path.count > 1 ? call.path[1] : ""
    switch call.path[0] {
    case "find": return Reply(status: there.withLock { $0.contains(id) } ? 200 : 404)
    case "make":
      if refusesToMake.withLock({ $0.contains(id) }) { return Reply(status: 403) }
      _ = there.withLock { $0.insert(id) }
      return Reply(status: 200)
    case "list":
      let list = keys.withLock { $0 }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      return Reply(status: 200, body: Array(list.joined(separator: " ").utf8))
    case "create":
      let name = made.withLock { made -> String in
        made += 1
        return "K\(made)"
      }
      keys.withLock { $0[name] = true }
      return Reply(status: 200, body: Array("\(name) canary-\(name)".utf8))
    case "disable": keys.withLock { $0[id] = false }
    case "delete": keys.withLock { $0[id] = nil }
    default: break
    }
    return Reply(status: 200)
  }

  func verify(_ key: KeyPair) -> Reply {
    let waits = knownAfter.withLock { known -> Bool in
      known -= 1
      return known >= 0
    }
    return Reply(status: !waits && keys.withLock { $0[key.id] } == true ? 200 : 403)
  }
}

private struct MintConnection: Connection {
  let world: MintWorld
  var key: KeyPair?
  var site: Site { Site(connection: "mint", type: "mint", endpoint: "https://mint.example", region: nil, account: nil) }
  var declaredAccount: String? { nil }
  func attempt(_ call: Call) async throws(CallFailure) -> Reply {
    if let key {
      _ = try world.attempt(call)
      return world.verify(key)
    }
    return try world.attempt(call)
  }
  func transientFailure(_ reply: Reply, to call: Call) -> CallFailure? { nil }
  func url(for call: Call) -> String { "https://mint.example/" + call.path.joined(separator: "/") }
  func identify() -> (any Procedure<SignedInIdentity>)? { nil }
  func identity(of name: String) -> PhysicalIdentity { PhysicalIdentity(endpoint: "https://mint.example", name: name) }
  func signedIn(with key: KeyPair) -> (any Connection)? { MintConnection(world: world, key: key) }
}

private struct MintProvider: Provider {
  var name: String { "mint" }
  var connectionTypes: [ConnectionType] {
    [
      ConnectionType(
        name: "mint", provider: "mint", summary: "A mint.",
        settings: ObjectShape("Mint", summary: "A mint.", fields: []), accessMethods: [:],
        support: [Identity.section: KindSupport(facets: [:], settings: ["type", "keys"])])
    ]
  }

  private static func call(_ method: HTTPMethod, _ path: String...) -> Call {
    Call(method, service: "mint", path: path, permissions: [])
  }

  private static func done(_ call: Call) -> any Procedure<Void> {
    SingleCall<Void>(call) { (reply) throws(CallFailure) in
      guard reply.status == 200 else { throw CallFailure(.denied, code: "Refused", "refused", status: reply.status) }
    }
  }

  var kinds: [Kind] {
    var kind = Kind(
      schema: Identity.schema, granularity: .facet, facets: [],
      find: { target in
        SingleCall<Found>(Self.call(.get, "find", target.identity.name)) { reply throws(CallFailure) in
          reply.status == 200 ? .present(region: nil) : .absent
        }
      },
      create: { target in
        Then(Self.done(Self.call(.post, "make", target.identity.name))) { Immediate(ValueMap()) }
      },
      delete: { _ in Self.done(Self.call(.delete, "remove")) },
      contents: { _, _ in Immediate(Contents(objects: 0, bytes: 0)) }, empty: { _ in Immediate(()) },
      list: { _ in Immediate([]) }, outputs: { _ in Immediate(ValueMap()) })
    kind.issue(
      KeyIssuer(
        limit: 2,
        list: { _ in
          SingleCall<[IssuedKey]>(Self.call(.get, "list")) { reply throws(CallFailure) in
            String(decoding: reply.body, as: UTF8.self).split(separator: " ").map { item in
              let parts = item.split(separator: "=")
              return IssuedKey(id: String(parts[0]), isActive: parts[1] == "true")
            }
          }
        },
        create: { _ in
          SingleCall<KeyPair>(Self.call(.post, "create")) { reply throws(CallFailure) in
            let parts = String(decoding: reply.body, as: UTF8.self).split(separator: " ").map(String.init)
            guard parts.count == 2 else { throw CallFailure(.protocolBroken, code: "x", "no key") }
            return KeyPair(id: parts[0], secret: Secret(parts[1]))
          }
        }, disable: { _, key in Self.done(Self.call(.put, "disable", key.id)) },
        delete: { _, key in Self.done(Self.call(.delete, "delete", key.id)) },
        verify: { _ in Self.done(Self.call(.get, "verify")) }))
    return [kind]
  }

  func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    throw CallFailure(.unsupported, code: "x", "tests give their own")
  }
}
