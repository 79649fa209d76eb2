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
    let facets = execution.facets
    var failure = await write(facets.filter { $0.action == .set || $0.action == .clear })
    var toVerify = facets.filter { facet in
      (facet.action == .set || facet.action == .clear || isNew && facet.action == .record)
        && !failure.unwritten.contains(facet.name)
    }
    if execution.stop.isStopped, failure.error == nil { failure.error = Self.stopped }
    let verified = await inWindow(toVerify, width: 8) { facet in (facet, await verify(facet)) }
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
    var patches: [Value] = []
    for step in facets {
      if failure.error == nil, let broken = await execution.journal.failure {
        failure.error = ChangeExecution.unrecordable(broken)
      }
      if failure.error != nil || execution.stop.isStopped {
        failure.unwritten.insert(step.name)
        failure.error = failure.error ?? Self.stopped
        continue
      }
      do throws(ExecutionFailure) {
        switch try effect(of: step).content {
        case .procedure(let procedure): try await send(procedure, step.name)
        case .patch(let fragment): patches.append(fragment)
        }
        execution.progress(.facetWritten(execution.address, step.name))
      } catch {
        failure.error = error
        failure.unwritten.insert(step.name)
      }
    }
    if !patches.isEmpty, failure.error == nil, case .resource(let combine) = execution.kind.granularity {
      do throws(ExecutionFailure) {
        try await send(combine(patches, execution.target, nil), "settings")
      } catch {
        failure.error = error
        failure.unwritten.formUnion(facets.map(\.name))
      }
    }
    return failure
  }

  private func effect(of step: FacetPlan) throws(ExecutionFailure) -> Effect {
    guard let facet = execution.kind.facet(step.name) else { throw unwritable(step) }
    do {
      return try facet.write(FacetChange(before: step.before, after: step.after), execution.target)
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

  /// Reads until the value is the written one; a new resource with a default in the place of a cleared facet is cleared once.
  private func verify(_ step: FacetPlan) async -> ExecutionFailure? {
    guard let facet = execution.kind.facet(step.name) else { return unwritable(step) }
    var seen = "nothing"
    var hasCleared = false
    for attempt in 0..<Self.readBacks {
      do throws(ExecutionFailure) {
        switch try await execution.call(facet.read(execution.target), facet: step.name) {
        case .absent:
          if step.after == nil { return nil }
          seen = "nothing set"
        case .present(let found):
          let value = facet.comparable(found, to: step.after)
          let observed = value == facet.schema.cleared ? nil : value
          if observed == step.after { return nil }
          seen = "another value"
          if step.action == .record, step.after == nil, !hasCleared {
            hasCleared = true
            let effect = try effect(of: FacetPlan(name: step.name, action: .clear, reason: .declared, before: observed))
            if case .procedure(let procedure) = effect.content { try await send(procedure, step.name) }
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
