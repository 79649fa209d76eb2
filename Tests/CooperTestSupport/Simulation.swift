internal import CooperConfig
internal import CooperEngine
internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperProviders
internal import CooperState

/// An invariant that a simulated history broke.
public struct BrokenInvariant: Error, Sendable, CustomStringConvertible {
  public var seed: UInt64
  public var message: String
  public var description: String { "seed \(seed): \(message)" }
}

/// One simulated history: a project is applied, edited and drifts, while processes die and calls fail; the real
/// planner, engine, procedures and journal do the work on a virtual clock, in an order that the seed decides.
public struct Simulation {
  let seed: UInt64
  let store: SimulatedStore
  private var random: SplitMix64
  private var disk = InMemoryStateStore.Disk()
  private var now = 1_800_000_000.0
  /// Processes started, for statistics.
  public private(set) var processes = 0
  public private(set) var crashes = 0

  public init(seed: UInt64) {
    self.seed = seed
    store = SimulatedStore(seed: seed ^ 0x5eed)
    random = SplitMix64(seed: seed)
  }

  /// Runs the history to its end, or throws what was broken.
  public mutating func run() throws(BrokenInvariant) {
    var project = SimulatedProject(seed: random.next())
    plantNeighbour()
    try settle(project.configuration)
    for _ in 0..<(random.next() % 3) {
      if random.chance(40) { drift() }
      if random.chance(80) {
        let holding = Set(store.buckets.filter { $0.value.objects > 0 }.map(\.key))
        project.edit { holding.contains($0) }
      }
      try settle(project.configuration)
    }
  }

  /// A bucket that is nobody's business here: no run may touch it.
  private func plantNeighbour() {
    let document = Array("<CORSConfiguration/>".utf8)
    store.plant(
      "neighbour",
      SimulatedStore.Bucket(region: "eu-west-1", documents: ["cors": document], objects: 7, wasCreated: false))
  }

  /// Somebody changes or removes something outside Cooper, or puts objects in.
  private mutating func drift() {
    let ours = store.buckets.filter { $0.value.wasCreated }.keys.sorted()
    guard !ours.isEmpty else { return }
    let name = ours[Int(random.next() % UInt64(ours.count))]
    now += 600
    switch random.next() % 4 {
    case 0: store.change(name, "cors", to: nil)
    case 1: store.change(name, "tagging", to: Array("<Tagging><TagSet/></Tagging>".utf8))
    case 2: store.change(name, "lifecycle", to: nil)
    default: store.putObjects(3, in: name)
    }
  }

  /// Applies with faults and deaths, then without, and checks what must hold at the end.
  private mutating func settle(_ configuration: Configuration) throws(BrokenInvariant) {
    for _ in 0..<(random.next() % 4) {
      var faults = randomFaults()
      if random.chance(70) { faults.crashAtStep = 1 + Int(random.next() % 60) }
      _ = try process(configuration, faults, applies: true)
    }
    let calm = FaultPlan()
    var plan = try process(configuration, calm, applies: true)
    var rounds = 0
    while !plan.isEmpty, rounds < 2 {
      plan = try process(configuration, calm, applies: true)
      rounds += 1
    }
    plan = try process(configuration, calm, applies: false)
    if !plan.isEmpty { throw broken("the plan after apply is not empty: \(Self.describe(plan))") }
    if let lost = plan.recordings.first { throw broken("\(lost.address) is not recorded as it is: \(lost.facets)") }
    if rounds > 1 { throw broken("it took \(rounds + 1) calm applies to settle") }
    try check(configuration)
  }

  private mutating func randomFaults() -> FaultPlan {
    var faults = FaultPlan()
    guard random.chance(60) else { return faults }
    faults.lost = Int(random.next() % 10)
    faults.replyLost = Int(random.next() % 10)
    faults.throttled = Int(random.next() % 30)
    faults.broken = Int(random.next() % 10)
    faults.conflict = Int(random.next() % 10)
    faults.stale = Int(random.next() % 30)
    return faults
  }

  /// One process from start to end or death; returns its plan, an unfinished one if it died before planning.
  private mutating func process(
    _ configuration: Configuration, _ faults: FaultPlan, applies: Bool
  ) throws(BrokenInvariant) -> Plan {
    processes += 1
    now += 100
    store.startProcess(faults)
    let scheduler = SeededScheduler(seed: random.next(), startingAt: now)
    let world = store
    let states = InMemoryStateStore(
      disk: disk, checksFormat: random.chance(5), fault: { _ in world.step() ? nil : .dies })
    let jitter = random.next()
    let process = SimulatedProcess(
      configuration: configuration, store: store, states: states, scheduler: scheduler, jitter: jitter)
    guard let plan = scheduler.run({ await process.run(applies: applies) }) else {
      throw broken("deadlock: nothing can run and nothing is waited for")
    }
    now = scheduler.now
    if let problem = plan.problem { throw broken(problem) }
    if store.isDead {
      crashes += 1
      let keep = random.next()
      disk = states.disk.afterCrash { uncertain in Int(keep % UInt64(uncertain + 1)) }
    } else {
      if states.isLocked { throw broken("the lock was not released") }
      disk = states.disk
    }
    if let promise = store.brokenPromises.first { throw broken(promise) }
    return plan.plan
  }

  private func check(_ configuration: Configuration) throws(BrokenInvariant) {
    guard let snapshot = disk.snapshot else { throw broken("there is no state") }
    if let violation = snapshot.violations().first { throw broken("state: \(violation)") }
    if !disk.journal.isEmpty { throw broken("events were left behind: \(disk.journal)") }
    for resource in configuration.resources {
      let facets = snapshot.resources[resource.address]?.facets.keys.sorted() ?? []
      if facets != resource.facets.map(\.name).sorted() { throw broken("\(resource.address) records \(facets)") }
    }
    if let open = snapshot.openIntents.first { throw broken("\(open) was never finished") }
    let recorded = Set(snapshot.resources.values.map(\.identity.name))
    let declared = Set(configuration.resources.map(\.name))
    if recorded != declared { throw broken("recorded \(recorded.sorted()), declared \(declared.sorted())") }
    let buckets = store.buckets
    for name in declared where buckets[name] == nil { throw broken("\(name) is declared and does not exist") }
    for (name, count) in store.creates where count > 1 { throw broken("\(name) was created \(count) times") }
    let neighbour = buckets["neighbour"]
    if neighbour?.objects != 7 || neighbour?.documents.count != 1 { throw broken("the neighbour was touched") }
    let forgotten = Set(buckets.keys).subtracting(declared).subtracting(["neighbour"])
    if let orphan = forgotten.subtracting(store.released).first { throw broken("\(orphan) is an orphan") }
  }

  private func broken(_ message: String) -> BrokenInvariant { BrokenInvariant(seed: seed, message: message) }

  private static func describe(_ plan: Plan) -> String {
    (plan.changes.map { "\($0.action) \($0.address) \($0.facets)" }
      + plan.blocked.map { "blocked \($0.address) \($0.why)" } + plan.unsupported.map { "unsupported \($0)" })
      .joined(separator: "; ")
  }
}

/// What one simulated process does: observe, plan, and apply.
struct SimulatedProcess: Sendable {
  struct Result: Sendable {
    var plan: Plan
    var problem: String?
  }

  let configuration: Configuration
  let store: SimulatedStore
  let states: InMemoryStateStore
  let scheduler: SeededScheduler
  let jitter: UInt64

  func run(applies: Bool) async -> Result {
    let site = Site(
      connection: SimulatedProject.connection, type: "aws", endpoint: "https://s3.eu-west-1.amazonaws.com",
      region: "eu-west-1", account: "111122223333")
    let connections = Connections(opened: [
      SimulatedProject.connection: SimulatedConnection(site: site, store: store, scheduler: scheduler)
    ])
    let clock = EngineClock(now: { scheduler.now }, sleep: { await scheduler.sleep($0) })
    let dice = Dice(seed: jitter)
    let runner = CallRunner(clock: clock, retry: .standard, random: { dice.roll() })
    let empty = Plan(
      project: "", cooperVersion: "", createdAt: 0,
      basis: Basis(configDigest: "", stateLineage: "", stateSerial: 0, environment: nil), isObserved: false)
    let recorded: StateSnapshot
    do throws(StateFailure) {
      recorded = try await states.read().folded ?? StateSnapshot(lineage: "", project: "simulation")
    } catch {
      return Result(plan: empty, problem: store.isDead ? nil : "the state can't be read: \(error.message)")
    }
    let registry = AllProviders.registry
    let observer = Observer(registry: registry, connections: connections, runner: runner, parallelism: 8)
    let seen = await observer.observe(configuration, recorded)
    let plan = Planner.plan(
      PlanningInput(
        desired: configuration, recorded: recorded, observed: seen.observations, registry: registry,
        targets: seen.targets, now: Int64(scheduler.now), cooperVersion: "simulation"))
    guard applies, !store.isDead else { return Result(plan: plan) }
    for change in plan.changes where change.action == .forget { store.release(change.target.name) }
    let executor = Executor(
      registry: registry, connections: connections, runner: runner, parallelism: 4, stop: StopSignal(),
      progress: { _ in })
    let applier = Applier(executor: executor, store: states, newLineage: { "lineage" })
    let holder = LockHolder(owner: "sim", host: "sim", process: 1, command: "apply", since: Int64(scheduler.now))
    do throws(Applier.Refusal) {
      _ = try await applier.apply(plan, on: recorded, holder: holder, command: "apply")
    } catch {
      if !store.isDead { return Result(plan: plan, problem: "apply refused: \(error)") }
    }
    return Result(plan: plan)
  }
}
