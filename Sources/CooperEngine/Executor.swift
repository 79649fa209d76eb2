internal import CooperModel
internal import CooperPlan
public import CooperProvider
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

  public init(
    registry: ProviderRegistry, connections: Connections, runner: CallRunner, parallelism: Int, stop: StopSignal,
    secrets: SecretLook = SecretLook(), progress: @escaping @Sendable (ExecutionEvent) -> Void
  ) {
    self.secrets = secrets
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
    let unusable = Locked<[String: String]>([:])
    let steps = plan.changes + plan.recordings
    let counted = plan.changes.count
    let outcomes = await inWindow(Array(steps.indices), width: parallelism) { index in
      await execute(steps[index], index < counted ? index + 1 : nil, of: counted, journal, unusable)
    }
    var report = ExecutionReport()
    for (change, outcome) in zip(plan.changes, outcomes) {
      switch outcome {
      case .finished: report.finished.append(change)
      case .failed(let failure): report.failed.append((change, failure))
      case .skipped: report.skipped.append(change)
      }
    }
    report.wasStopped = stop.isStopped
    return report
  }

  /// `index` is nil for a step that only records.
  private func execute(
    _ change: Change, _ index: Int?, of count: Int, _ journal: JournalWriter, _ unusable: Locked<[String: String]>
  ) async -> Outcome {
    let show: @Sendable (ExecutionEvent) -> Void = { event in if index != nil { progress(event) } }
    if stop.isStopped {
      show(.skipped(change, why: "stopped"))
      return .skipped
    }
    if let why = unusable.withLock({ $0[change.connection] }) {
      show(.skipped(change, why: why))
      return .skipped
    }
    let kind = registry.kind(section: change.address.section, ofType: change.target.site.type)
    guard let connection = connections.opened[change.connection], let kind else {
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
    let begun = runner.clock.now()
    if let index { show(.started(change, index: index, of: count)) }
    let execution = ChangeExecution(
      change: change, kind: kind, connection: connection, runner: runner, journal: journal, stop: stop,
      secrets: secrets, progress: show)
    do throws(ExecutionFailure) {
      try await execution.run()
      show(.finished(change, seconds: runner.clock.now() - begun))
      return .finished
    } catch {
      if error.failure.kind == .unauthenticated {
        unusable.withLock { $0[change.connection] = error.failure.message }
      }
      show(.failed(change, error))
      return .failed(error)
    }
  }
}
