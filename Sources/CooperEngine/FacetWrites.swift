internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperSchema
internal import CooperState

/// Writes the facets of one resource in order, reads all of them back, and records what was verified.
struct FacetWrites: Sendable {
  let execution: ChangeExecution
  /// Just made: calls may for a while be told that it doesn't exist.
  let isNew: Bool

  /// Reads after a write, with doubling pauses from 50 ms: about 12 s in all.
  static let readBacks = 9
  static let newResourceTries = 8

  init(_ execution: ChangeExecution, isNew: Bool) {
    self.execution = execution
    self.isNew = isNew
  }

  func run() async throws(ExecutionFailure) {
    let change = execution.change
    let facets = change.facets.filter { execution.part.holds($0, of: change) && $0.name != execution.keyStep?.name }
    let made = change.action == .create ? execution.kind.payload?.facet.name : nil
    var failure = await write(facets.filter { ($0.action == .set || $0.action == .clear) && $0.name != made })
    var toVerify = facets.filter { facet in
      (facet.action == .set || facet.action == .clear || isNew && facet.action == .record)
        && !failure.unwritten.contains(facet.name)
    }
    if execution.stop.isStopped, failure.error == nil { failure.error = Self.stopped }
    // Where one call shows all facets, one is enough.
    var memo: ReplyMemo?
    if case .resource = execution.kind.granularity { memo = ReplyMemo() }
    let verified = await inWindow(toVerify, width: memo == nil ? 8 : 1) { [memo] facet in
      (facet, await verify(facet, memo))
    }
    toVerify = []
    for (facet, problem) in verified {
      if let problem { failure.error = failure.error ?? problem } else { await record(facet) }
    }
    for facet in facets {
      switch facet.action {
      case .release: await execution.journal.append([.facet(execution.address, facet.name, nil)])
      case .record where !isNew: await record(facet)
      default: break
      }
    }
    if let error = failure.error { throw error }
  }

  private struct Failure {
    var error: ExecutionFailure?
    var unwritten: Set<String> = []
  }

  private static let stopped = ExecutionFailure(
    CallFailure(.unavailable, code: "Stopped", "stopped before it was finished; the next apply goes on"))

  private func write(_ facets: [FacetPlan]) async -> Failure {
    var failure = Failure()
    for batch in batches(of: facets) {
      if failure.error == nil, let broken = await execution.journal.failure {
        failure.error = ChangeExecution.unrecordable(broken)
      }
      if failure.error != nil || execution.stop.isStopped {
        failure.unwritten.formUnion(batch.facets)
        failure.error = failure.error ?? Self.stopped
        continue
      }
      do throws(ExecutionFailure) {
        try await send(try batch.procedure.get(), batch.facets.joined(separator: ", "))
        for facet in batch.facets { execution.progress(.facetWritten(execution.address, facet)) }
      } catch {
        failure.error = error.failure.kind == .stale ? await naming(error, facets) : error
        failure.unwritten.formUnion(batch.facets)
      }
    }
    return failure
  }

  /// Facets that one procedure writes: each alone, or the fragments of the whole resource together.
  private struct Batch {
    var facets: [String]
    var procedure: Result<any Procedure<Void>, ExecutionFailure>
  }

  /// In the order of ranks; the fragments are sent in the place of the first of them.
  private func batches(of steps: [FacetPlan]) -> [Batch] {
    var batches: [Batch] = []
    var patches: [Value] = []
    var patched: Batch?
    var place = 0
    for step in steps {
      do throws(ExecutionFailure) {
        switch try effect(of: step).content {
        case .procedure(let procedure): batches.append(Batch(facets: [step.name], procedure: .success(procedure)))
        case .patch(let fragment):
          if patched == nil { place = batches.count }
          patches.append(fragment)
          patched = Batch(facets: (patched?.facets ?? []) + [step.name], procedure: .failure(unwritable(step)))
        }
      } catch {
        batches.append(Batch(facets: [step.name], procedure: .failure(error)))
      }
    }
    guard var patched else { return batches }
    if case .resource(let combine) = execution.kind.granularity {
      let revision = isNew ? nil : execution.change.revision
      patched.procedure = .success(combine(patches, execution.target, revision))
    }
    batches.insert(patched, at: place)
    return batches
  }

  /// Looks again, and says which of the facets that are to be written moved since the plan was made.
  private func naming(_ error: ExecutionFailure, _ steps: [FacetPlan]) async -> ExecutionFailure {
    var moved: [String] = []
    for step in steps {
      guard let facet = execution.kind.facet(step.name),
        let observed = try? await execution.call(facet.read(execution.target), facet: step.name)
      else { continue }
      var now: Value?
      if case .present(let value) = observed { now = facet.comparable(value, to: step.after, on: execution.target) }
      if now == facet.schema.cleared { now = nil }
      if now != step.before { moved.append(step.name) }
    }
    var error = error
    error.failure.message +=
      moved.isEmpty
      ? "; what moved is none of the facets that were to be written; plan again"
      : "; moved since the plan was made: \(moved.sorted().joined(separator: ", ")); plan again"
    return error
  }

  private func effect(of step: FacetPlan) throws(ExecutionFailure) -> Effect {
    guard let facet = execution.kind.facet(step.name) else { throw unwritable(step) }
    var target = execution.target
    target.revision = isNew ? nil : execution.change.revision
    do {
      return try facet.write(FacetChange(before: step.before, after: step.after), target)
    } catch {
      let failure = error as? CallFailure ?? CallFailure(.invalid, code: "ENG0004", "\(error)")
      throw ExecutionFailure(failure, facet: step.name)
    }
  }

  /// The planner lets no such step through; a plan from elsewhere must not be recorded as done either.
  private func unwritable(_ step: FacetPlan) -> ExecutionFailure {
    ExecutionFailure(
      CallFailure(.unsupported, code: "CON0012", "this version can't write \(step.name) yet"), facet: step.name)
  }

  private func send(_ procedure: any Procedure<Void>, _ facet: String) async throws(ExecutionFailure) {
    var tries = 0
    while true {
      do throws(ExecutionFailure) {
        return try await execution.call(procedure, facet: facet)
      } catch {
        tries += 1
        guard isNew, error.failure.kind == .notFound, tries < Self.newResourceTries else { throw error }
        try? await execution.runner.clock.sleep(.milliseconds(100 << tries))
      }
    }
  }

  /// Reads until the value is the written one. Over what a new resource was born with it is written once more, since
  /// nobody could see that before.
  private func verify(_ step: FacetPlan, _ memo: ReplyMemo?) async -> ExecutionFailure? {
    if execution.kind.showsNothing { return nil }
    guard let facet = execution.kind.facet(step.name) else { return unwritable(step) }
    var seen = "nothing"
    var hasRewritten = false
    for attempt in 0..<Self.readBacks {
      do throws(ExecutionFailure) {
        let read = facet.read(execution.target)
        switch try await execution.call(read, facet: step.name, memo: attempt == 0 ? memo : nil) {
        case .absent:
          if step.after == nil { return nil }
          seen = "nothing set"
        case .present(let found):
          let value = facet.comparable(found, to: step.after, on: execution.target)
          let observed = value == facet.schema.cleared ? nil : value
          if observed == step.after || step.isHeld(by: value, facet.schema) { return nil }
          seen = "another value"
          if isNew, !hasRewritten, attempt > 0 || step.action == .record && step.after == nil {
            hasRewritten = true
            try await rewrite(step, over: observed)
          }
        case .unsupported(let reason):
          return ExecutionFailure(CallFailure(.unsupported, code: "ENG0005", reason), facet: step.name)
        }
      } catch {
        guard error.failure.kind == .notFound, isNew else { return error }
        seen = "that it does not exist"
      }
      if attempt + 1 < Self.readBacks {
        try? await execution.runner.clock.sleep(.milliseconds(min(4_000, 50 << attempt)))
      }
    }
    return ExecutionFailure(
      CallFailure(
        .protocolBroken, code: "ENG0006",
        "\(step.name) was written, but reading it back shows \(seen); the next plan shows the difference "
          + "(adapter \(execution.target.site.type), facet \(step.name))"),
      facet: step.name)
  }

  private func rewrite(_ step: FacetPlan, over observed: Value?) async throws(ExecutionFailure) {
    let action: FacetPlan.Action = step.after == nil ? .clear : .set
    let again = FacetPlan(name: step.name, action: action, reason: .declared, before: observed, after: step.after)
    switch (try effect(of: again).content, execution.kind.granularity) {
    case (.procedure(let procedure), _): try await send(procedure, step.name)
    case (.patch(let fragment), .resource(let combine)):
      try await send(combine([fragment], execution.target, nil), step.name)
    case (.patch, .facet): throw unwritable(step)
    }
  }

  private func record(_ step: FacetPlan) async {
    let wrote = step.action != .record
    let recorded = RecordedFacet(
      value: step.owned ?? step.after, writtenAt: wrote ? Int64(execution.runner.clock.now()) : nil,
      digestBefore: wrote ? step.before.map { ObservationDigest.digest(of: $0) } ?? "absent" : nil)
    let fingerprints = execution.secrets.event(execution.address, step.name)
    await execution.journal.append(
      [.facet(execution.address, step.name, recorded)] + [fingerprints].compactMap { $0 })
  }
}
