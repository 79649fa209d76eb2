public import CooperPlan
internal import CooperProvider
internal import CooperSecrets
public import CooperState

/// One apply under the lock: from an intact journal to a folded state, whatever happens in between.
public struct Applier: Sendable {
  public enum Refusal: Error, Sendable {
    /// Planned on another serial or lineage: somebody applied in between.
    case stale([String])
    case state(StateFailure)
  }

  let executor: Executor
  let store: any StateStore
  let newLineage: @Sendable () -> String

  public init(executor: Executor, store: any StateStore, newLineage: @escaping @Sendable () -> String) {
    self.executor = executor
    self.store = store
    self.newLineage = newLineage
  }

  /// Locks, checks the basis, executes and folds; the state is saved even if every change failed.
  ///
  /// `recorded` is what the plan, or the look that found a saved one still to fit, took for recorded. The serial alone
  /// doesn't tell: a run that died since then left its events in the journal and no new serial.
  public func apply(
    _ plan: Plan, on recorded: StateSnapshot, noting notes: ConnectionNotes = ConnectionNotes(), holder: LockHolder,
    command: String
  ) async throws(Refusal) -> ExecutionReport {
    let lease = try await refusing { () async throws(StateFailure) in try await store.lock(holder) }
    do throws(Refusal) {
      let report = try await apply(plan, recorded, notes, lease, holder, command)
      await lease.release()
      return report
    } catch {
      await lease.release()
      throw error
    }
  }

  private func apply(
    _ plan: Plan, _ recorded: StateSnapshot, _ notes: ConnectionNotes, _ lease: any StateLease, _ holder: LockHolder,
    _ command: String
  ) async throws(Refusal) -> ExecutionReport {
    let stored = try await refusing { () async throws(StateFailure) in try await store.read() }
    let known = stored.folded
    try checkBasis(plan, known, recorded)
    var base: StateSnapshot
    if let known {
      base = known
      if !stored.journal.isEmpty {
        base.serial += 1
        let folded = base
        let serial = stored.snapshot?.serial
        try await refusing { () async throws(StateFailure) in try await lease.commit(folded, replacing: serial) }
      }
    } else {
      base = StateSnapshot(lineage: newLineage(), project: plan.project, environment: plan.basis.environment)
      let first = base
      try await refusing { () async throws(StateFailure) in try await lease.commit(first, replacing: nil) }
    }
    guard !plan.changes.isEmpty || !plan.recordings.isEmpty || notes.isDue else { return ExecutionReport() }
    let begin = Event.begin(
      run: holder.owner, command: command, at: Int64(executor.runner.clock.now()), lineage: base.lineage,
      serial: base.serial)
    let journal = JournalWriter(lease)
    let facts = notes.events + (executor.secrets.key.map { [Event.fingerprintKey($0.text)] } ?? [])
    try await refusing { () async throws(StateFailure) in try await journal.appendDurably([begin] + facts) }
    let report = await executor.execute(plan, journal: journal)
    try await refusing { () async throws(StateFailure) in try await journal.appendDurably([.end]) }
    var folded = StateSnapshot.fold(base, await journal.written)
    folded.serial = base.serial + 1
    let final = folded
    let serial = base.serial
    try await refusing { () async throws(StateFailure) in try await lease.commit(final, replacing: serial) }
    return report
  }

  private func checkBasis(_ plan: Plan, _ known: StateSnapshot?, _ recorded: StateSnapshot) throws(Refusal) {
    let foreignness = known?.foreignness(
      to: plan.project, environment: plan.basis.environment, location: store.location)
    if let foreignness { throw .state(foreignness) }
    let lineage = known?.lineage ?? ""
    let serial = known?.serial ?? 0
    if plan.basis.stateLineage != lineage {
      throw .stale(["the plan was made for another state (lineage \(plan.basis.stateLineage), here \(lineage))"])
    }
    if plan.basis.stateSerial != serial {
      throw .stale(["the state moved on from #\(plan.basis.stateSerial) to #\(serial) since the plan was made"])
    }
    if let known, known.resources != recorded.resources {
      throw .stale(["another run was begun and interrupted since the plan was made; the next plan goes on with it"])
    }
  }

  private func refusing<Output: Sendable>(
    _ body: () async throws(StateFailure) -> Output
  ) async throws(Refusal) -> Output {
    do throws(StateFailure) { return try await body() } catch { throw .state(error) }
  }
}
