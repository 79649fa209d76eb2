internal import ArgumentParser
internal import CooperConfig
internal import CooperEngine
internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperRender
internal import CooperState
internal import CooperTransport
private import FoundationEssentials

/// The way from a plan to a saved state, with everything a person or a program is told meanwhile.
struct ApplyRun {
  let session: Session
  let show: PlanDisplay

  func planAndApply(asks: Bool, destroysAll: Bool = false) async throws {
    let planning = try await Planning.make(session, readsOnly: false, destroysAll: destroysAll)
    defer { planning.transport.close() }
    let plan = planning.plan
    if show.format == .text { show.print(plan, session, seconds: planning.seconds) }
    let problems = Planning.problems(plan)
    if problems.contains(Exit.invalidConfiguration) { throw Exit.invalidConfiguration }
    if plan.changes.isEmpty, plan.recordings.isEmpty, !planning.hasJournal, !planning.notes.isDue {
      try finish(plan, ExecutionReport(), problems)
      return
    }
    if asks, !plan.changes.isEmpty {
      guard session.output.confirms("Apply these changes? Only yes is accepted:") else {
        session.output.note("Nothing was changed.")
        throw Exit.failed
      }
      try await refuseIfMoved(planning, plan)
    }
    try await execute(plan, planning, command: destroysAll ? "destroy" : "apply", problems)
  }

  func applySaved(_ file: String) async throws {
    var plan = try session.loadPlan(file)
    let planning = try await Planning.make(session, readsOnly: false) { configuration in
      guard plan.basis.configDigest == configuration.digest, plan.basis.environment == configuration.environment else {
        session.output.note(
          """
          error APL0001: the configuration is not the one that \(file) was planned from
            plan again and have the new plan reviewed:  cooper plan --out \(file)
          """)
        throw Exit.stale
      }
    }
    defer { planning.transport.close() }
    let problems = Planning.problems(planning.plan)
    if problems.contains(Exit.invalidConfiguration) {
      show.print(planning.plan, session, seconds: planning.seconds)
      throw Exit.invalidConfiguration
    }
    let movements = Staleness.movements(plan, planning.observations)
    try refuse(movements.isEmpty ? Staleness.movements(plan, plannedNow: planning.plan) : movements)
    for index in plan.changes.indices {
      guard let target = planning.targets[plan.changes[index].address] else { continue }
      plan.changes[index].target.related = target.related
      plan.changes[index].target.outputs = target.outputs
      plan.changes[index].target.maker = target.maker
      plan.changes[index].target.recordedFacets = target.recordedFacets
      plan.changes[index].target.site.settings = target.site.settings
    }
    try await execute(plan, planning, command: "apply \(file)", [])
  }

  private func refuseIfMoved(_ planning: Planning, _ plan: Plan) async throws {
    try refuse(await planning.movements(of: plan))
  }

  private func refuse(_ movements: [String]) throws {
    guard !movements.isEmpty else { return }
    session.output.note("error APL0002: the plan is stale, nothing was changed")
    for line in movements.prefix(20) { session.output.note("  \(line)") }
    if movements.count > 20 { session.output.note("  and \(movements.count - 20) more") }
    session.output.note("  plan again:  cooper plan")
    throw Exit.stale
  }

  private func execute(
    _ plan: Plan, _ planning: Planning, command: String, _ problems: [ExitCode]
  ) async throws {
    Signals.install()
    let reporter = ApplyReporter(session.output, streamsJSON: show.format == .json, count: plan.changes.count)
    let executor = Executor(
      registry: session.registry, connections: planning.connections, runner: planning.runner,
      parallelism: session.options.parallelism, stop: Signals.stop, secrets: planning.secrets,
      book: planning.book,
      progress: { reporter.report($0) })
    let applier = Applier(executor: executor, store: planning.store, newLineage: { UUID().uuidString.lowercased() })
    let report: ExecutionReport
    do throws(Applier.Refusal) {
      report = try await applier.apply(
        plan, on: planning.recorded, noting: planning.notes, holder: session.lockHolder(command), command: command)
    } catch {
      reporter.clear()
      switch error {
      case .stale(let lines):
        try refuse(lines)
        throw Exit.stale
      case .state(let failure): throw session.report(failure, planning.store.location)
      }
    }
    reporter.summarise(plan, report)
    try finish(plan, report, problems)
  }

  private func finish(_ plan: Plan, _ report: ExecutionReport, _ problems: [ExitCode]) throws {
    var codes = problems
    if report.wasStopped { codes.append(Exit.interrupted) }
    if report.failed.contains(where: { $0.1.failure.kind == .stale }) { codes.append(Exit.stale) }
    if !report.failed.isEmpty { codes.append(Exit.failed) }
    if !plan.blocked.isEmpty || !plan.unsupported.isEmpty { codes.append(Exit.blocked) }
    let code = Exit.first(of: codes)
    if code != Exit.done { throw code }
  }
}
