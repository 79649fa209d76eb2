import CooperConfig
import CooperEngine
import CooperModel
import CooperPlan
import CooperProvider
import CooperProviders
import CooperSchema
import CooperState
import CooperTestSupport

/// One AWS connection to a simulated store, with what engine tests do over it, step by step.
struct SmallWorld {
  static let mine = "111122223333"
  let store = SimulatedStore(seed: 1)
  let scheduler = SeededScheduler(seed: 1, startingAt: 1_800_000_000)
  var configuration = Configuration(project: "small", directory: "/project", digest: "d")
  /// Who the credentials belong to; the account isn't declared.
  var account = SmallWorld.mine
  var endpoint = "https://s3.eu-west-1.amazonaws.com"

  init() {
    configuration.connections["aws"] = ConnectionEntry(
      ConnectionDeclaration(name: "aws", type: "aws", settings: ValueMap(), access: ValueMap()))
  }

  static func address(_ name: String) -> Address { Address("buckets", name) }

  mutating func declare(_ name: String, _ facets: [String: Value] = [:], deletion: DeletionPolicy = .protect) {
    configuration.resources.append(
      ResourceDeclaration(
        address: Self.address(name), connection: "aws", name: name, region: "eu-west-1",
        facets: facets.sorted { $0.key < $1.key }.map { FacetDeclaration(name: $0.key, value: $0.value) },
        deletion: deletion))
  }

  struct Looked {
    var plan: Plan
    var recorded: StateSnapshot
    var observations: Observations
  }

  private var connections: Connections {
    let site = Site(connection: "aws", type: "aws", endpoint: endpoint, region: "eu-west-1", account: account)
    let identity = SignedInIdentity(account: account, principal: "user/ana", source: "a test")
    return Connections(opened: [
      "aws": SimulatedConnection(site: site, store: store, scheduler: scheduler, signedIn: identity)
    ])
  }

  private var runner: CallRunner {
    let scheduler = scheduler
    return CallRunner(
      clock: EngineClock(now: { scheduler.now }, sleep: { await scheduler.sleep($0) }), retry: .standard,
      random: { 0.5 })
  }

  func look(_ states: InMemoryStateStore) -> Looked? {
    let observer = Observer(
      registry: AllProviders.registry, connections: connections, runner: runner, parallelism: 4)
    let now = Int64(scheduler.now)
    let configuration = configuration
    return scheduler.run {
      let folded = try? await states.read().folded
      let recorded = folded ?? StateSnapshot(lineage: "", project: "small")
      let seen = await observer.observe(configuration, recorded)
      let plan = Planner.plan(
        PlanningInput(
          desired: configuration, recorded: recorded, observed: seen.observations, registry: AllProviders.registry,
          targets: seen.targets, now: now, cooperVersion: "test"))
      return Looked(plan: plan, recorded: recorded, observations: seen.observations)
    }
  }

  func apply(
    _ looked: Looked, _ states: InMemoryStateStore, stop: StopSignal = StopSignal(), parallelism: Int = 1,
    progress: @escaping @Sendable (ExecutionEvent) -> Void = { _ in }
  ) -> Result<ExecutionReport, Applier.Refusal>? {
    let executor = Executor(
      registry: AllProviders.registry, connections: connections, runner: runner, parallelism: parallelism, stop: stop,
      progress: progress)
    let applier = Applier(executor: executor, store: states, newLineage: { "lineage" })
    let holder = LockHolder(owner: "ana", host: "h", process: 1, command: "apply", since: 0)
    return scheduler.run {
      do throws(Applier.Refusal) {
        return .success(try await applier.apply(looked.plan, on: looked.recorded, holder: holder, command: "apply"))
      } catch {
        return .failure(error)
      }
    }
  }
}
