internal import ArgumentParser
internal import CooperConfig
internal import CooperEngine
internal import CooperPlan

/// `cooper apply`
struct ApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Runs a saved plan, or plans, asks and runs.",
    discussion: """
      An interrupted run is finished by the next apply. Off a terminal, --yes is needed unless a saved plan is given.

      Examples:
        cooper apply                     plan, ask, run
        cooper apply plan.json           run what was reviewed; refused with 5 if the world moved
        cooper apply --yes --format json events for a program, one JSON object a line
      """)

  @OptionGroup var options: GlobalOptions
  @OptionGroup var show: PlanDisplay

  @Argument(help: ArgumentHelp("A plan saved by  cooper plan --out.", valueName: "PLANFILE"))
  var planFile: String?

  @Flag(help: "Doesn't ask.")
  var yes = false

  func run() async throws {
    let session = Session(options)
    if planFile == nil, !yes, !session.output.isTerminalIn {
      session.output.note("error: apply without a plan file off a terminal needs --yes")
      throw Exit.usage
    }
    if let planFile {
      try await ApplyRun(session: session, show: show).applySaved(planFile)
    } else {
      try await ApplyRun(session: session, show: show).planAndApply(asks: !yes)
    }
  }
}

/// `cooper destroy`
struct DestroyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "destroy", abstract: "Removes everything recorded, under the same consents as any removal.",
    discussion: """
      A bucket goes only if its  deletion:  or an entry of  removed:  says so; the rest is reported as blocked.

      Example:
        cooper destroy --environment stage
      """)

  @OptionGroup var options: GlobalOptions
  @OptionGroup var show: PlanDisplay

  @Flag(help: "Doesn't ask.")
  var yes = false

  func run() async throws {
    let session = Session(options)
    if !yes, !session.output.isTerminalIn {
      session.output.note("error: destroy off a terminal needs --yes")
      throw Exit.usage
    }
    try await ApplyRun(session: session, show: show).planAndApply(asks: !yes, destroysAll: true)
  }
}
