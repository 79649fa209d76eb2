internal import ArgumentParser
internal import CooperConfig
internal import CooperEngine
internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperState
internal import CooperTransport

/// Everything between a checked configuration and a plan, kept for the apply that may follow.
struct Planning {
  let session: Session
  let configuration: Configuration
  let store: any StateStore
  let recorded: StateSnapshot
  /// An interrupted run left events that the next apply folds into the state, also when nothing else is to do.
  let hasJournal: Bool
  let connections: Connections
  let runner: CallRunner
  let transport: CurlTransport
  let secrets: SecretLook
  let book: OutputBook
  /// Where everything is, with what is recorded and related; a saved plan has none of that.
  let targets: [Address: Target]
  let plan: Plan
  let observations: Observations
  /// Seconds that observing took.
  let seconds: Double

  /// Loads configuration and state, observes and plans; never writes state. `accepting` may refuse the configuration
  /// before any call is made. With `asRecorded` the state stands in for the declared resources.
  static func make(
    _ session: Session, observes: Bool = true, readsOnly: Bool = true, destroysAll: Bool = false,
    asRecorded: Bool = false, accepting: (Configuration) throws -> Void = { _ in }
  ) async throws -> Planning {
    async let read = session.readState()
    var configuration = try session.configuration()
    try accepting(configuration)
    let store = try session.store(for: configuration)
    let found = await read
    let recorded = try session.recorded(found, store, configuration)
    if asRecorded { configuration = configuration.asRecorded(recorded, session.registry) }
    let begun = SystemClock.now()
    let secrets = session.secrets(of: configuration.project)
    let transport = CurlTransport(
      TransportOptions(
        parallelism: session.options.parallelism, userAgent: "cooper/\(Version.text)", variable: Session.variable))
    let logged: any HTTPTransport =
      session.options.logLevel == .debug
      ? LoggingTransport(inner: transport, log: { session.log(.debug, $0) }) : transport
    let connections = Connections.open(
      connectionNames(configuration, recorded), of: configuration, registry: session.registry,
      environment: session.environment(logged, secrets), readsOnly: readsOnly,
      trust: observes ? try session.trust(recorded) : .everything)
    let keys = KeyFilesOnDisk(
      directory: session.directory, project: configuration.project, resolver: secrets
    ).files
    let runner = session.runner { session.log($0, $1) }
    let meter = ProgressMeter(session.output)
    let observer = Observer(
      registry: session.registry, connections: connections, runner: runner,
      parallelism: session.options.parallelism, progress: { meter.observed($0, of: $1) })
    func observe(_ configuration: Configuration) async -> Observer.Result {
      observes
        ? await observer.observe(configuration, recorded, destroysAll: destroysAll)
        : Observer.recall(configuration, recorded, connections, session.registry, destroysAll: destroysAll)
    }
    let declared = configuration
    var sights =
      observes && !asRecorded && !destroysAll
      ? await KeySights(
        declared, recorded, connections, session.registry, runner, parallelism: session.options.parallelism)
      : KeySights()
    func composed() -> Configuration {
      // What is recorded is composed already.
      asRecorded
        ? declared
        : declared.composed(
          recorded, connections, session.registry, at: Int64(SystemClock.now()), keys: keys, sights: sights)
    }
    configuration = composed()
    var result = await observe(configuration)
    if observes, !asRecorded, !destroysAll {
      sights = sights.adding(result.observations, declared, recorded)
      if !sights.gone.isEmpty {
        // Who uses a key that is gone is changed in this run: all of it is seen again in that light.
        configuration = composed()
        result = await observe(configuration)
      }
    }
    meter.clear()
    let failures = result.observations.connections.compactMapValues(\.failure)
    var look =
      destroysAll
      ? SecretLook()
      : SecretLook(configuration, recorded, session.registry, failures: failures) {
        (reference, field) throws(CallFailure) in
        guard observes else { throw .notLookedUp }
        return try secrets.resolve(reference, field: field)
      }
    look.note(sights)
    // Asked for each call of a plan on all processors: a connection that is looked up there is copied each time.
    let urls = connections.opened.mapValues { connection -> @Sendable (Call) -> String in
      { call in connection.url(for: call) }
    }
    var input = PlanningInput(
      desired: configuration, recorded: recorded, observed: result.observations, registry: session.registry,
      targets: result.targets, isObserved: observes, now: Int64(SystemClock.now()), cooperVersion: Version.text,
      destroysAll: destroysAll, url: { name, call in urls[name]?(call) ?? "" })
    input.secrets = look.standings
    let plan = Planner.plan(input)
    let book = OutputBook(configuration, recorded, connections, session.registry, runner, keys: keys) {
      (reference, field) throws(CallFailure) in try secrets.resolve(reference, field: field)
    }
    return Planning(
      session: session, configuration: configuration, store: store, recorded: recorded,
      hasJournal: (try? found.get().hasJournal) ?? false, connections: connections, runner: runner,
      transport: transport, secrets: look, book: book, targets: result.targets, plan: plan,
      observations: result.observations, seconds: SystemClock.now() - begun)
  }

  /// What an apply records of the connections that answered.
  var notes: ConnectionNotes { ConnectionNotes(connections, observations, recorded) }

  /// Looks again at what the plan changes; lines name what moved since it was made.
  func movements(of plan: Plan) async -> [String] {
    let observer = Observer(
      registry: session.registry, connections: connections, runner: runner, parallelism: session.options.parallelism)
    var narrowed = configuration
    let addresses = Set(plan.changes.map(\.address))
    narrowed.resources.removeAll { !addresses.contains($0.address) }
    var subset = recorded
    subset.resources = subset.resources.filter { addresses.contains($0.key) || !narrowed.moved.isEmpty }
    return Staleness.movements(plan, await observer.observe(narrowed, subset).observations)
  }

  /// Codes that the plan itself stands for, before anything is applied.
  static func problems(_ plan: Plan) -> [ExitCode] {
    var codes: [ExitCode] = []
    if plan.diagnostics.contains(where: { $0.code == Observer.wrongAccountCode }) {
      codes.append(Exit.invalidConfiguration)
    }
    // A confirmation is missing, which is a consent like others.
    if plan.diagnostics.contains(where: { $0.code == EndpointTrust.code }) { codes.append(Exit.blocked) }
    if plan.hasErrors { codes.append(Exit.failed) }
    return codes
  }
}

extension CallFailure {
  /// Without observing nothing is asked for, secrets neither.
  fileprivate static var notLookedUp: CallFailure {
    CallFailure(.unavailable, code: "SEC0013", "--no-observe looks up no secret")
  }
}
