internal import ArgumentParser
internal import CooperPlan
internal import CooperTransport

/// `cooper drift`
struct DriftCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drift", abstract: "Compares recorded and observed; writes nothing, exits with 3 on drift.",
    discussion: """
      Example:
        cooper drift --format json
      """)

  @OptionGroup var options: GlobalOptions
  @OptionGroup var show: PlanDisplay

  func run() async throws {
    let session = Session(options)
    let planning = try await Planning.make(session, asRecorded: true)
    let plan = planning.plan.onlyDrift
    show.print(plan, session, seconds: planning.seconds)
    var codes = Planning.problems(plan)
    if !plan.drift.isEmpty { codes.append(Exit.driftPending) }
    planning.transport.close()
    session.abandon(planning)
    let code = Exit.first(of: codes)
    if code != Exit.done { throw code }
  }
}
