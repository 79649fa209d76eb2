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
      if random.chance(25) { try applyWithoutConsents(project.configuration) }
      try settle(project.configuration)
    }
    if random.chance(30) { try destroy(project.configuration) }
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
    switch random.next() % 5 {
    case 4: store.remove(name)
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
    var said: [String] = []
    while !plan.isEmpty, rounds < 2 {
      said.append(Self.describe(plan))
      plan = try process(configuration, calm, applies: true)
      rounds += 1
    }
    plan = try process(configuration, calm, applies: false)
    if !plan.isEmpty { throw broken("the plan after apply is not empty: \(Self.describe(plan))") }
    if let lost = plan.recordings.first { throw broken("\(lost.address) is not recorded as it is: \(lost.facets)") }
    if rounds > 1 { throw broken("it took \(rounds + 1) calm applies to settle: \(said)") }
    try check(configuration)
  }

  /// What lacks its consent stays to the byte as it is, and everything else is done.
  private mutating func applyWithoutConsents(_ configuration: Configuration) throws(BrokenInvariant) {
    var strict = configuration
    strict.consents = []
    strict.removed = []
    var untouched: [String: SimulatedStore.Bucket] = [:]
    for _ in 0..<3 {
      let before = store.buckets
      let recorded = disk.snapshot?.resources ?? [:]
      let plan = try process(strict, FaultPlan(), applies: true)
      for blocked in plan.blocked {
        let moved = strict.moved.first { $0.to == blocked.address }?.from
        let entry = recorded[blocked.address] ?? moved.flatMap { recorded[$0] }
        let name = entry?.identity.name ?? configuration.resource(blocked.address)?.name ?? ""
        untouched[name] = untouched[name] ?? before[name]
      }
      if plan.changes.isEmpty { break }
    }
    let plan = try process(strict, FaultPlan(), applies: false)
    if let left = plan.changes.first { throw broken("\(left.address) is not blocked and not done") }
    for (name, bucket) in untouched where store.buckets[name] != bucket {
      throw broken("\(name) was blocked and is not as it was")
    }
  }

  /// Removes everything under a consent for each; nothing that Cooper made and didn't let go may stay.
  private mutating func destroy(_ configuration: Configuration) throws(BrokenInvariant) {
    var consenting = configuration
    consenting.removed = configuration.resources.map { Removal(address: $0.address, action: .purge) }
    var faults = randomFaults()
    if random.chance(50) { faults.crashAtStep = 1 + Int(random.next() % 30) }
    _ = try process(consenting, faults, applies: true, destroysAll: true)
    for _ in 0..<2 { _ = try process(consenting, FaultPlan(), applies: true, destroysAll: true) }
    if let left = disk.snapshot?.resources.keys.first { throw broken("\(left) is recorded after destroy") }
    let left = Set(store.buckets.keys).subtracting(["neighbour"]).subtracting(store.released)
    if let orphan = left.first { throw broken("\(orphan) is an orphan after destroy") }
    if store.buckets["neighbour"]?.objects != 7 { throw broken("the neighbour was touched") }
  }

  private mutating func randomFaults() -> FaultPlan {
    var faults = FaultPlan()
    if random.chance(20) { faults.stopAtStep = 1 + Int(random.next() % 60) }
    if random.chance(15) { faults.diskFull = 1 + Int(random.next() % 40) }
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
  ///
  /// One in eight faulty processes has a rival that starts at the same time on the same state.
  private mutating func process(
    _ configuration: Configuration, _ faults: FaultPlan, applies: Bool, destroysAll: Bool = false
  ) throws(BrokenInvariant) -> Plan {
    processes += 1
    now += 100
    let stop = StopSignal()
    store.startProcess(faults, stop: stop)
    let hasRival = applies && faults.crashAtStep != nil && random.chance(12)
    let scheduler = SeededScheduler(seed: random.next(), startingAt: now)
    let world = store
    let states = InMemoryStateStore(
      disk: disk, checksFormat: random.chance(5),
      fault: { step in
        guard world.step() else { return .dies }
        var dice = SplitMix64(seed: world.roll())
        switch step {
        case .append, .commit: return dice.chance(faults.diskFull) ? .diskFull : nil
        case .read, .lock, .sync, .dropJournal: return nil
        }
      })
    let jitter = random.next()
    let process = SimulatedProcess(
      configuration: configuration, store: store, states: states, scheduler: scheduler, jitter: jitter,
      destroysAll: destroysAll, mayBeRefused: hasRival || faults.diskFull > 0, stop: stop)
    let ended = scheduler.run {
      guard hasRival else { return await process.run(applies: applies) }
      async let rival = process.run(applies: applies)
      let mine = await process.run(applies: applies)
      let theirs = await rival
      return mine.problem == nil ? SimulatedProcess.Result(plan: mine.plan, problem: theirs.problem) : mine
    }
    guard let plan = ended else {
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
    for (name, count) in store.creates where count > 1 + (store.removedOutside[name] ?? 0) {
      throw broken("\(name) was created \(count) times")
    }
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
  let destroysAll: Bool
  /// A rival or a full disk: being refused is no defect.
  let mayBeRefused: Bool
  let stop: StopSignal

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
    let seen = await observer.observe(configuration, recorded, destroysAll: destroysAll)
    let plan = Planner.plan(
      PlanningInput(
        desired: configuration, recorded: recorded, observed: seen.observations, registry: registry,
        targets: seen.targets, now: Int64(scheduler.now), cooperVersion: "simulation",
        destroysAll: destroysAll))
    guard applies, !store.isDead else { return Result(plan: plan) }
    for change in plan.changes where change.action == .forget { store.release(change.target.name) }
    let executor = Executor(
      registry: registry, connections: connections, runner: runner, parallelism: 4, stop: stop,
      progress: { _ in })
    let applier = Applier(executor: executor, store: states, newLineage: { "lineage" })
    let holder = LockHolder(owner: "sim", host: "sim", process: 1, command: "apply", since: Int64(scheduler.now))
    do throws(Applier.Refusal) {
      _ = try await applier.apply(plan, on: recorded, holder: holder, command: "apply")
    } catch {
      if !store.isDead, !mayBeRefused { return Result(plan: plan, problem: "apply refused: \(error)") }
    }
    return Result(plan: plan)
  }
}
