internal import CooperModel
internal import CooperPlan
public import CooperProvider
internal import CooperSchema
internal import CooperState

/// Carries out a plan: parallel over resources, serial on each, everything journaled.
public struct Executor: Sendable {
  let registry: ProviderRegistry
  let connections: Connections
  let runner: CallRunner
  /// Resources under way at once.
  let parallelism: Int
  let stop: StopSignal
  let progress: @Sendable (ExecutionEvent) -> Void
  /// What is known of the secrets that resources refer to, and recorded as fingerprints.
  let secrets: SecretLook
  /// Values born on the way, and secrets for bodies; nil where nothing of the kind is declared.
  let book: OutputBook?

  public init(
    registry: ProviderRegistry, connections: Connections, runner: CallRunner, parallelism: Int, stop: StopSignal,
    secrets: SecretLook = SecretLook(), book: OutputBook? = nil,
    progress: @escaping @Sendable (ExecutionEvent) -> Void
  ) {
    self.secrets = secrets
    self.book = book
    var runner = runner
    if let book { runner.secret = { use throws(CallFailure) in try await book.secret(use) } }
    self.registry = registry
    self.connections = connections
    self.runner = runner
    self.parallelism = parallelism
    self.stop = stop
    self.progress = progress
  }

  enum Outcome: Sendable {
    case finished
    case failed(ExecutionFailure)
    case skipped
  }

  func execute(_ plan: Plan, journal: JournalWriter) async -> ExecutionReport {
    let run = Run(plan)
    await inOrder(run.steps, width: parallelism) { unit in
      let change = run.steps[unit.change]
      if run.hasEnded(unit.change) { return }
      if let outcome = await execute(change, unit, run, journal) { run.end(unit.change, outcome) }
    }
    await retireKeys(run)
    var report = ExecutionReport()
    for (index, change) in plan.changes.enumerated() {
      switch run.outcome(index) {
      case .finished: report.finished.append(change)
      case .failed(let failure): report.failed.append((change, failure))
      case .skipped, nil: report.skipped.append(change)
      }
    }
    report.wasStopped = stop.isStopped
    return report
  }

  /// Disables and deletes keys that were exchanged, where all who use them have the new one; what is left is in the next plan.
  private func retireKeys(_ run: Run) async {
    for (address, left) in run.retirements.withLock({ $0 }).sorted(by: { $0.key < $1.key }) where !stop.isStopped {
      let users = run.steps.filter { ($0.startsAfter + $0.facetWaits.values.joined()).contains(address) }
      guard run.failed(among: users.map(\.address) + [address]) == nil else { continue }
      do throws(ExecutionFailure) {
        try await left.exchange.retire(left.ledger)
      } catch {
        guard let index = run.steps.firstIndex(where: { $0.address == address }) else { continue }
        run.end(index, .failed(error))
        progress(.failed(run.steps[index], error))
      }
    }
  }

  /// What is known of the steps of one execution.
  private final class Run: Sendable {
    /// Changes, then steps that only record.
    let steps: [Change]
    let counted: Int
    private let places: [Address: Int]
    private let outcomes: Locked<[Outcome?]>
    private let begun: Locked<[Int: Double]> = Locked([:])
    let unusable = Locked<[String: String]>([:])
    let retirements = Locked<[Address: KeyExchange.Retirement]>([:])
    /// What the plan makes.
    let made: Set<Address>

    init(_ plan: Plan) {
      steps = plan.changes + plan.recordings
      made = Set(plan.changes.lazy.filter { $0.action == .create }.map(\.address))
      counted = plan.changes.count
      outcomes = Locked(Array(repeating: nil, count: steps.count))
      let ordered = steps.contains { !$0.startsAfter.isEmpty || !$0.facetWaits.isEmpty }
      places =
        ordered
        ? Dictionary(steps.enumerated().map { ($1.address, $0) }, uniquingKeysWith: { first, _ in first }) : [:]
    }

    func outcome(_ index: Int) -> Outcome? { outcomes.withLock { $0[index] } }
    func hasEnded(_ index: Int) -> Bool { outcome(index) != nil }
    func end(_ index: Int, _ outcome: Outcome) { outcomes.withLock { $0[index] = outcome } }

    func begin(_ index: Int, _ now: Double) -> Double {
      begun.withLock { begun in
        let first = begun[index] ?? now
        begun[index] = first
        return first
      }
    }

    /// The first of the addresses whose change did not end well.
    func failed(among addresses: [Address]) -> Address? {
      addresses.first { address in
        guard let place = places[address] else { return false }
        switch outcome(place) {
        case .failed, .skipped: return true
        case .finished, nil: return false
        }
      }
    }
  }

  /// Nil while a part of the change is still to come.
  private func execute(
    _ change: Change, _ unit: ExecutionOrder.Unit, _ run: Run, _ journal: JournalWriter
  ) async -> Outcome? {
    let isCounted = unit.change < run.counted
    let show: @Sendable (ExecutionEvent) -> Void = { event in if isCounted { progress(event) } }
    if let why = reasonToSkip(change, unit, run) {
      show(.skipped(change, why: why))
      return .skipped
    }
    let kind = registry.kind(section: change.address.section, ofType: change.target.site.type)
    guard let connection = connections.opened[change.connection], let kind else {
      return await executeWithoutConnection(change, journal, show)
    }
    let begun = run.begin(unit.change, runner.clock.now())
    if isCounted, unit.part != .rest { show(.started(change, index: unit.change + 1, of: run.counted)) }
    do throws(ExecutionFailure) {
      let execution = ChangeExecution(
        change: try await filled(change.beside(run.made), unit.part, kind), part: unit.part, kind: kind,
        connection: connection,
        runner: runner, journal: journal, stop: stop, secrets: secrets, book: book,
        parties: book?.parties(of: change) ?? ValueMap(), retirements: run.retirements, progress: show)
      try await execution.run()
      if unit.part == .first { return nil }
      show(.finished(change, seconds: runner.clock.now() - begun))
      return .finished
    } catch {
      if error.failure.kind == .unauthenticated {
        run.unusable.withLock { $0[change.connection] = error.failure.message }
      }
      show(.failed(change, error))
      return .failed(error)
    }
  }

  private func reasonToSkip(_ change: Change, _ unit: ExecutionOrder.Unit, _ run: Run) -> String? {
    if stop.isStopped { return "stopped" }
    if let why = run.unusable.withLock({ $0[change.connection] }) { return why }
    let needs = unit.part == .rest ? change.facetWaits.values.joined().sorted() : change.startsAfter
    return run.failed(among: Array(needs)).map { "it needs \($0), which could not be finished" }
  }

  private func executeWithoutConnection(
    _ change: Change, _ journal: JournalWriter, _ show: (ExecutionEvent) -> Void
  ) async -> Outcome {
    if change.action == .forget {
      let moved = change.movedFrom.map { [Event.moved(from: $0, to: change.address)] } ?? []
      await journal.append(moved + [.forgotten(change.address)])
      show(.finished(change, seconds: 0))
      return .finished
    }
    let failure = ExecutionFailure(
      connections.failures[change.connection]
        ?? CallFailure(.invalid, code: "ENG0007", "connection \(change.connection) is not declared"))
    show(.failed(change, failure))
    return .failed(failure)
  }

  /// The change with everything in it that was born since the plan was made.
  private func filled(_ change: Change, _ part: ChangePart, _ kind: Kind) async throws(ExecutionFailure) -> Change {
    guard let book else { return change }
    var change = change
    do throws(CallFailure) { change.target = try await book.filled(change.target) } catch { throw .init(error) }
    for index in change.facets.indices where part.holds(change.facets[index], of: change) {
      let step = change.facets[index]
      guard step.name != kind.keys.map({ _ in IssuedKeys.facetName }), let after = step.after, after.hasUnknowns
      else { continue }
      do throws(CallFailure) {
        let value = try await book.filled(after)
        change.facets[index].after = (try? kind.facet(step.name)?.canonical(value, change.target.site)) ?? value
      } catch {
        throw ExecutionFailure(error, facet: step.name)
      }
    }
    return change
  }
}

extension Change {
  /// With those of its needs in the target that the same run makes.
  fileprivate func beside(_ made: Set<Address>) -> Change {
    guard !self.startsAfter.isEmpty || !self.facetWaits.isEmpty else { return self }
    var change = self
    change.target.newborn = made.intersection(self.startsAfter).union(made.intersection(self.facetWaits.values.joined()))
    return change
  }
}

extension ChangePart {
  func holds(_ facet: FacetPlan, of change: Change) -> Bool {
    let waits = !(change.facetWaits[facet.name] ?? []).isEmpty
    return switch self {
    case .whole: true
    case .first: !waits
    case .rest: waits
    }
  }
}
