import CooperConfig
import CooperEngine
import CooperModel
import CooperPlan
import CooperProvider
import CooperProviders
import CooperSchema
import CooperState
import CooperTestSupport
import Synchronization

/// One resource at a played provider, under the real observer, planner and executor: what is called for it
/// and for its facets is all that the log of its store holds.
struct PlayedWorld {
  let place: Place
  let connection: PlayedConnection
  private let registry: ProviderRegistry
  private let scheduler = SeededScheduler(seed: 1)
  private var states: InMemoryStateStore
  private var configuration = Configuration(project: "played", directory: "/project")
  private let presence: Presence

  /// Whether it is there, which no call is needed for.
  fileprivate final class Presence: Sendable {
    private let isThere: Mutex<Bool>
    init(_ isThere: Bool) { self.isThere = Mutex(isThere) }
    var value: Bool { isThere.withLock { $0 } }
    func make() { isThere.withLock { $0 = true } }
  }

  private var address: Address { place.target.address }

  /// With the facets that the state records of it; nil: it isn't there yet.
  init(_ place: Place, _ store: any PlayedStore, recorded: [String: Value]?) {
    self.place = place
    let target = place.target
    presence = Presence(recorded != nil)
    registry = ProviderRegistry([PlayedProvider(place, presence)])
    connection = PlayedConnection(target.site, to: store)
    configuration.connections[target.site.connection] = ConnectionEntry(
      ConnectionDeclaration(
        name: target.site.connection, type: place.type, settings: ValueMap(), access: ValueMap()))
    configuration.consents = Risk.Kind.allCases.map { Consent(address: target.address, risk: $0.rawValue) }
    states = InMemoryStateStore()
    guard let recorded else { return }
    declare(recorded)
    let entry = RecordedResource(
      kind: place.kind.schema.name, connection: target.site.connection,
      identity: observe()?.targets[target.address]?.identity ?? target.identity, settings: target.settings,
      facets: recorded.mapValues { RecordedFacet(value: $0) })
    let snapshot = StateSnapshot(
      lineage: "lineage", serial: 1, project: "played", resources: [target.address: entry])
    states = InMemoryStateStore(disk: InMemoryStateStore.Disk(snapshot: snapshot))
  }

  /// What the YAML says of it from now on.
  mutating func declare(_ facets: [String: Value]) {
    // Where a setting says it too, both do.
    let target = place.target(saying: facets[place.facet.name])
    configuration.resources = [
      ResourceDeclaration(
        address: address, connection: target.site.connection, name: target.name, settings: target.settings,
        facets: facets.sorted { $0.key < $1.key }.map { FacetDeclaration(name: $0.key, value: $0.value) })
    ]
    configuration.digest += "+"
  }

  var recordedFacets: Set<String> { Set((states.disk.snapshot?.resources[address]?.facets ?? [:]).keys) }

  struct Look {
    var plan: Plan
    var recorded: StateSnapshot
    var calls: [Call]
    var observed: Set<String>
  }

  func look() -> Look? {
    _ = connection.takeCalls()
    guard let seen = observe() else { return nil }
    let plan = Planner.plan(
      PlanningInput(
        desired: configuration, recorded: seen.recorded, observed: seen.observations, registry: registry,
        targets: seen.targets, now: 1_800_000_000, cooperVersion: "test"))
    let observed = seen.observations.resources[address]?.facets.keys.map { $0 } ?? []
    return Look(plan: plan, recorded: seen.recorded, calls: connection.takeCalls(), observed: Set(observed))
  }

  private func observe() -> (observations: Observations, targets: [Address: Target], recorded: StateSnapshot)? {
    let observer = Observer(registry: registry, connections: connections, runner: runner, parallelism: 1)
    let (configuration, states) = (configuration, states)
    let seen = scheduler.run { () -> (Observer.Result, StateSnapshot)? in
      guard let stored = try? await states.read() else { return nil }
      let recorded = stored.folded ?? StateSnapshot(lineage: "", project: configuration.project)
      return (await observer.observe(configuration, recorded), recorded)
    }
    guard let seen, let (result, recorded) = seen else { return nil }
    return (result.observations, result.targets, recorded)
  }

  /// The calls of carrying it out; what didn't end well throws.
  func apply(_ look: Look) throws -> [Call] {
    _ = connection.takeCalls()
    let executor = Executor(
      registry: registry, connections: connections, runner: runner, parallelism: 1, stop: StopSignal(),
      progress: { _ in })
    let applier = Applier(executor: executor, store: states, newLineage: { "lineage" })
    let report = scheduler.run { () -> ExecutionReport? in
      try? await applier.apply(
        look.plan, on: look.recorded,
        holder: LockHolder(owner: "ana", host: "h", process: 1, command: "apply", since: 0), command: "apply")
    }
    guard let report, let report else { throw CallFailure(.invalid, code: "Refused", "\(place): it was refused") }
    if let failed = report.failed.first { throw failed.1.failure }
    presence.make()
    return connection.takeCalls()
  }

  private var connections: Connections { Connections(opened: [place.target.site.connection: connection]) }

  private var runner: CallRunner {
    let scheduler = scheduler
    var runner = CallRunner(
      clock: EngineClock(now: { scheduler.now }, sleep: { await scheduler.sleep($0) }), retry: .standard,
      random: { 0.5 })
    runner.secret = { use throws(CallFailure) in Secret("secret of \(use.field)") }
    return runner
  }
}

/// The kind of a place with nothing but its facets to be asked for: that it is there needs no call.
private struct PlayedProvider: Provider {
  let name: String
  let connectionTypes: [ConnectionType]
  let kinds: [Kind]

  init(_ place: Place, _ presence: PlayedWorld.Presence) {
    name = place.provider
    connectionTypes = AllProviders.registry.catalog.connectionTypes[place.type].map { [$0] } ?? []
    let identity = place.target.identity
    var kind = place.kind
    kind.find = { _ in Immediate(presence.value ? .present(region: nil) : .absent) }
    kind.list = { _ in
      Immediate(presence.value ? [Listed(name: identity.name, scope: identity.scope, region: nil)] : [])
    }
    kind.outputs = nil
    kinds = [kind]
  }

  func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    throw CallFailure(.invalid, code: "Played", "its connection is open already")
  }
}
