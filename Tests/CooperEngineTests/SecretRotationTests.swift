import CooperConfig
import CooperDiagnostics
import CooperEngine
import CooperModel
import CooperPlan
import CooperProvider
import CooperSchema
import CooperSecrets
import CooperState
import CooperTestSupport
import Synchronization
import Testing

/// A kind with a secret in a setting and one in a facet, on a store that never shows them: what the engine does with secrets
/// follows from these shapes alone.
@Suite("Secrets of resources leave fingerprints")
struct SecretRotationTests {
  @Test("created, unchanged, rotated, unknown: the plan says which, and the state never has the secret")
  func rotation() async throws {
    var vault = Vault()
    try await vault.converge()
    let first = try #require(try await vault.state().resources[Vault.address]?.secrets)
    #expect(first.keys.sorted() == ["login.password", "token"])

    // Another run with the same secrets has nothing to do.
    #expect(try await vault.plan().isEmpty)

    vault.secrets["env:PASSWORD"] = "second-canary"
    let rotated = try await vault.plan()
    #expect(rotated.changes.map(\.action) == [.update])
    #expect(rotated.changes[0].secretsChanged == ["login.password"])
    #expect(rotated.changes[0].facets.map(\.action) == [.set])
    #expect(rotated.drift.isEmpty)
    let writes = vault.store.writes
    try await vault.converge()
    #expect(vault.store.writes == writes + 1)
    let second = try #require(try await vault.state().resources[Vault.address]?.secrets)
    #expect(second["login.password"] != first["login.password"])
    #expect(second["token"] == first["token"])

    // A setting has nothing to write, and its rotation is a change all the same.
    vault.secrets["env:TOKEN"] = "third-canary"
    #expect(try await vault.plan().changes.map(\.secretsChanged) == [["token"]])
    try await vault.converge()

    // A job without the secrets: unknown, not changed; and what is recorded stays.
    let before = try await vault.state()
    let known = vault.secrets
    vault.secrets = [:]
    let blind = try await vault.plan()
    #expect(blind.isEmpty)
    #expect(blind.diagnostics.map(\.code) == ["PLN0030", "PLN0030"])
    #expect(blind.diagnostics.allSatisfy { $0.severity == .note })
    vault.configuration.resources[0].deletion = .allow
    try await vault.converge()
    #expect(try await vault.state().resources[Vault.address]?.secrets == before.resources[Vault.address]?.secrets)
    vault.secrets = known
    #expect(try await vault.plan().isEmpty)

    for canary in ["first-canary", "second-canary", "third-canary"] {
      #expect(!(try await vault.everything()).contains(canary))
    }
  }

  @Test("another reference to the same secret is recorded and written nowhere")
  func reference() async throws {
    var vault = Vault()
    try await vault.converge()
    let writes = vault.store.writes
    vault.secrets["file:password"] = vault.secrets["env:PASSWORD"]
    vault.configuration.resources[0].facets[0].value = ["user": "ana", "password": "file:password"]
    let plan = try await vault.plan()
    #expect(plan.changes.isEmpty && plan.recordings.count == 1 && plan.drift.isEmpty)
    try await vault.converge()
    #expect(vault.store.writes == writes)
    #expect(
      try await vault.state().resources[Vault.address]?.facets["login"]?.value
        == ["user": "ana", "password": "file:password"])
  }

  @Test("what is not secret in the facet is compared as ever")
  func drift() async throws {
    var vault = Vault()
    try await vault.converge()
    vault.store.visible.withLock { $0 = ["user": "mallory"] }
    let plan = try await vault.plan()
    #expect(plan.drift.count == 1)
    #expect(plan.changes.map(\.secretsChanged) == [[]])
    vault.configuration.resources[0].facets[0].value = ["user": "bob", "password": "env:PASSWORD"]
    try await vault.converge()
    #expect(vault.store.visible.withLock { $0 } == ["user": "bob"])
  }

  @Test("a state of before fingerprints gets them without a change at the provider's settings")
  func upgrade() async throws {
    let vault = Vault()
    try await vault.converge()
    try await vault.edit { state in
      state.fingerprintKey = nil
      state.resources[Vault.address]?.secrets = [:]
    }
    let writes = vault.store.writes
    let plan = try await vault.plan()
    #expect(plan.changes.isEmpty && plan.recordings.count == 1)
    try await vault.converge()
    #expect(vault.store.writes == writes)
    #expect(try await vault.state().resources[Vault.address]?.secrets.count == 2)
  }

  @Test("a renamed resource keeps its fingerprints")
  func renamed() async throws {
    var vault = Vault()
    try await vault.converge()
    let address = Address("vaults", "renamed")
    vault.configuration.resources[0].address = address
    vault.configuration.moved = [Move(from: Vault.address, to: address)]
    #expect(try await vault.plan().changes.map(\.action) == [.move])
    try await vault.converge()
    #expect(try await vault.state().resources[address]?.secrets.count == 2)
  }

  @Test("a connection that may not be used has none of its resources' secrets looked up")
  func untrusted() async throws {
    let vault = Vault()
    let asked = Mutex(0)
    let failure = CallFailure(.unauthenticated, code: EndpointTrust.code, "not confirmed")
    let look = SecretLook(
      vault.configuration, StateSnapshot(lineage: "l", project: "p"), Vault.registry,
      failures: ["vault": failure]
    ) { (_, _) throws(CallFailure) in
      asked.withLock { $0 += 1 }
      return Secret("x")
    }
    #expect(asked.withLock { $0 } == 0)
    #expect(look.standings[Vault.address]?.values.allSatisfy { $0 == .unknown("not confirmed") } == true)
  }
}

extension Plan {
  fileprivate var isEmpty: Bool { changes.isEmpty && recordings.isEmpty && blocked.isEmpty && drift.isEmpty }
}

/// A project with one resource, the store it is on, and the steps of a run.
private struct Vault {
  static let address = Address("vaults", "main")
  static let registry = ProviderRegistry([VaultProvider()])

  var configuration: Configuration
  var secrets = ["env:PASSWORD": "first-canary", "env:TOKEN": "token-canary"]
  let store = VaultStore()
  let states = InMemoryStateStore()

  init() {
    configuration = Configuration(project: "p", directory: "/project", digest: "d")
    configuration.connections["vault"] = ConnectionEntry(
      ConnectionDeclaration(name: "vault", type: "vault", settings: ValueMap(), access: ValueMap()))
    configuration.resources = [
      ResourceDeclaration(
        address: Self.address, connection: "vault", name: "main", settings: ["token": "env:TOKEN"],
        facets: [FacetDeclaration(name: "login", value: ["user": "ana", "password": "env:PASSWORD"])])
    ]
  }

  func state() async throws -> StateSnapshot { try #require(try await states.read().folded) }

  func everything() async throws -> String {
    let stored = try await states.read()
    let state = StateFormat.encode(try #require(stored.folded), cooperVersion: "t")
    let plan = PlanFile.encode(try await self.plan())
    return String(decoding: state + Journal.encode(stored.journal) + plan, as: UTF8.self)
  }

  func edit(_ change: @escaping (inout StateSnapshot) -> Void) async throws {
    let holder = LockHolder(owner: "ana", host: "h", process: 1, command: "edit", since: 0)
    let lease = try await states.lock(holder)
    var state = try await self.state()
    let serial = state.serial
    change(&state)
    state.serial += 1
    try await lease.commit(state, replacing: serial)
    await lease.release()
  }

  private struct Run {
    var plan: Plan
    var look: SecretLook
    var recorded: StateSnapshot
    var connections: Connections
  }

  private var runner: CallRunner {
    CallRunner(clock: EngineClock(now: { 1_000 }, sleep: { _ in }), retry: .standard, random: { 0.5 })
  }

  private func look() async throws -> Run {
    let recorded = try await states.read().folded ?? StateSnapshot(lineage: "", project: "p")
    let connections = Connections(opened: ["vault": VaultConnection(store: store)])
    let observer = Observer(registry: Self.registry, connections: connections, runner: runner, parallelism: 2)
    let seen = await observer.observe(configuration, recorded)
    let secrets = secrets
    let look = SecretLook(configuration, recorded, Self.registry, failures: [:]) {
      (reference, field) throws(CallFailure) in
      guard let text = reference.string, let secret = secrets[text] else {
        throw CallFailure(.unauthenticated, code: "SEC0001", "not set")
      }
      return Secret(secret)
    }
    var input = PlanningInput(
      desired: configuration, recorded: recorded, observed: seen.observations, registry: Self.registry,
      targets: seen.targets, now: 1_000, cooperVersion: "t")
    input.secrets = look.standings
    return Run(plan: Planner.plan(input), look: look, recorded: recorded, connections: connections)
  }

  func plan() async throws -> Plan {
    let plan = try await look().plan
    // What is saved is what was planned.
    #expect(try PlanFile.decode(PlanFile.encode(plan)).changes == plan.changes)
    return plan
  }

  func converge() async throws {
    let run = try await look()
    let executor = Executor(
      registry: Self.registry, connections: run.connections, runner: runner, parallelism: 1, stop: StopSignal(),
      secrets: run.look, progress: { _ in })
    let applier = Applier(executor: executor, store: states, newLineage: { "lineage" })
    let holder = LockHolder(owner: "ana", host: "h", process: 1, command: "apply", since: 0)
    let report = try await applier.apply(run.plan, on: run.recorded, holder: holder, command: "apply")
    #expect(report.failed.isEmpty)
    #expect(try await plan().isEmpty)
  }
}

/// What the provider holds; the password went in and never comes out.
private final class VaultStore: Sendable {
  let visible = Mutex<Value?>(nil)
  private let exists = Mutex(false)
  private let count = Mutex(0)
  var writes: Int { count.withLock { $0 } }

  func answer(_ call: Call) -> Reply {
    switch (call.method, call.path) {
    case (.put, []):
      exists.withLock { $0 = true }
      return Reply(status: 200)
    case (.put, _):
      count.withLock { $0 += 1 }
      visible.withLock { $0 = try? ValueJSON.decode(call.body) }
      return Reply(status: 200)
    case (_, []): return Reply(status: exists.withLock { $0 } ? 200 : 404)
    default:
      guard let value = visible.withLock({ $0 }) else { return Reply(status: 404) }
      return Reply(status: 200, body: ValueJSON.encode(value, pretty: false))
    }
  }
}

private struct VaultConnection: Connection {
  let store: VaultStore
  var site: Site {
    Site(connection: "vault", type: "vault", endpoint: "https://vault.example", region: nil, account: nil)
  }
  var declaredAccount: String? { nil }
  func attempt(_ call: Call) async throws(CallFailure) -> Reply { store.answer(call) }
  func transientFailure(_ reply: Reply, to call: Call) -> CallFailure? { nil }
  func url(for call: Call) -> String { "https://vault.example/" + call.path.joined(separator: "/") }
  func identify() -> (any Procedure<SignedInIdentity>)? { nil }
  func identity(of name: String) -> PhysicalIdentity { PhysicalIdentity(endpoint: site.endpoint, name: name) }
}

private struct Login: SchemaValue {
  static let shape = Shape.object(
    ObjectShape(
      "Login", summary: "How to sign in.",
      fields: [
        FieldShape("user", .string(.any), summary: "Name."),
        FieldShape("password", .secret, sensitivity: .writeOnly, summary: "Reference to the password."),
      ]))
  var value: Value
  init(value: Value) { self.value = value }
}

private enum LoginFacet: Facet {
  static let schema = FacetSchema(name: "login", shape: Login.shape, summary: "How to sign in.")

  static func read(_ target: Target) -> any Procedure<Observed<Login>> {
    SingleCall(Call(.get, service: "vault", path: ["login"], permissions: [])) { (reply) throws(CallFailure) in
      guard reply.status == 200, let value = try? ValueJSON.decode(reply.body) else { return .absent }
      return .present(Login(value: value))
    }
  }

  static func write(_ change: FacetChange<Login>, on target: Target) throws(CallFailure) -> Effect {
    // As a codec would: the name goes into the document, the secret is put in where the call is made.
    let body = ValueJSON.encode(["user": change.after?.value["user"] ?? .null], pretty: false)
    let call = Call(.put, service: "vault", path: ["login"], body: body, permissions: [])
    return Effect(rank: 0, .procedure(SingleCall(call) { _ in }))
  }
}

private struct VaultProvider: Provider {
  var name: String { "vault" }

  var kinds: [Kind] {
    let schema = KindSchema(
      section: "vaults", name: "vault", summary: "A vault.", holdsData: false,
      settings: [FieldShape("token", .secret, summary: "Reference to a token.")], facets: [LoginFacet.schema])
    let main = Call(.get, service: "vault", permissions: [])
    let made = Call(.put, service: "vault", permissions: [])
    return [
      Kind(
        schema: schema, granularity: .facet, facets: [AnyFacet(LoginFacet.self)],
        find: { _ in SingleCall(main) { $0.status == 200 ? .present(region: nil) : .absent } },
        create: { _ in SingleCall(made) { _ in ValueMap() } }, delete: { _ in SingleCall(made) { _ in } },
        contents: { _, _ in Immediate(Contents(objects: 0, bytes: 0)) }, empty: { _ in SingleCall(made) { _ in } },
        list: { _ in Immediate(failing: CallFailure(.unsupported, code: "x", "no listing")) })
    ]
  }

  var connectionTypes: [ConnectionType] {
    [
      ConnectionType(
        name: "vault", provider: name, summary: "A vault.", settings: ObjectShape("v", summary: "v", fields: []),
        accessMethods: [:], support: ["vaults": KindSupport(facets: ["login": .supported], settings: ["token"])])
    ]
  }

  func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection { VaultConnection(store: VaultStore()) }
}
