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

  /// What one run shares between its changes.
  private struct Run: Sendable {
    let journal: JournalWriter
    /// Connections whose credentials were refused, with the reason.
    let unusable = Locked<[String: String]>([:])
    /// When each change that has a second part began.
    let begun = Locked<[Address: Double]>([:])
    let count: Int
  }

  func execute(_ plan: Plan, journal: JournalWriter) async -> ExecutionReport {
    let steps = plan.changes + plan.recordings
    let run = Run(journal: journal, count: plan.changes.count)
    let changed = Set(plan.changes.map(\.address))
    let late = steps.map { change in
      kind(of: change).map { ChangePart.late(in: change, of: $0, changed: changed) } ?? []
    }
    var outcomes = await inWindow(Array(steps.indices), width: parallelism) { index in
      let part = late[index].isEmpty ? ChangePart.whole : .first(without: late[index])
      return await execute(steps[index], at: index, part, run)
    }
    let failed = Set(zip(steps, outcomes).compactMap { step, outcome in outcome.isFinished ? nil : step.address })
    let second = steps.indices.filter { !late[$0].isEmpty && outcomes[$0].isFinished }
    let ends = await inWindow(second, width: parallelism) { index in
      await finish(steps[index], at: index, .rest(late[index]), run, failed: failed)
    }
    for (index, end) in zip(second, ends) { outcomes[index] = end }
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

  private func kind(of change: Change) -> Kind? {
    registry.kind(section: change.address.section, ofType: change.target.site.type)
  }

  /// The second part of a change, unless something that it needs came to nothing.
  private func finish(
    _ change: Change, at index: Int, _ part: ChangePart, _ run: Run, failed: Set<Address>
  ) async -> Outcome {
    if let missing = change.dependsOn.first(where: { failed.contains($0) }) {
      let failure = ExecutionFailure(
        CallFailure(
          .conflict, code: "ENG0011", "it needs \(missing), which was not finished; the next apply goes on with it"))
      if index < run.count { progress(.failed(change, failure)) }
      return .failed(failure)
    }
    return await execute(change, at: index, part, run)
  }

  /// Steps behind the counted ones only record and show nothing.
  private func execute(_ change: Change, at index: Int, _ part: ChangePart, _ run: Run) async -> Outcome {
    let show: @Sendable (ExecutionEvent) -> Void = { event in if index < run.count { progress(event) } }
    if stop.isStopped {
      show(.skipped(change, why: "stopped"))
      return .skipped
    }
    if let why = run.unusable.withLock({ $0[change.connection] }) {
      show(.skipped(change, why: why))
      return .skipped
    }
    guard let connection = connections.opened[change.connection], let kind = kind(of: change) else {
      if change.action == .forget {
        let moved = change.movedFrom.map { [Event.moved(from: $0, to: change.address)] } ?? []
        await run.journal.append(moved + [.forgotten(change.address)])
        show(.finished(change, seconds: 0))
        return .finished
      }
      let failure = ExecutionFailure(
        connections.failures[change.connection]
          ?? CallFailure(.invalid, code: "ENG0007", "connection \(change.connection) is not declared"))
      show(.failed(change, failure))
      return .failed(failure)
    }
    let now = runner.clock.now()
    let begun = run.begun.withLock { begun in
      let first = begun[change.address] ?? now
      begun[change.address] = first
      return first
    }
    if case .rest = part {} else { show(.started(change, index: index + 1, of: run.count)) }
    let execution = ChangeExecution(
      change: change, kind: kind, connection: connection, runner: runner, journal: run.journal, stop: stop,
      secrets: secrets, progress: show, part: part)
    do throws(ExecutionFailure) {
      try await execution.run()
      if case .first = part { return .finished }
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
}

extension Executor.Outcome {
  fileprivate var isFinished: Bool { if case .finished = self { true } else { false } }
}
