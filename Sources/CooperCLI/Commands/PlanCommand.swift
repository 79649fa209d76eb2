internal import ArgumentParser
internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperRender
internal import CooperTransport

/// `cooper plan`
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Shows what differs from recorded state and from reality; changes nothing.",
    discussion: """
      Example:
        cooper plan --environment prod --out plan.json
        cooper apply plan.json
      """)

  @OptionGroup var options: GlobalOptions
  @OptionGroup var show: PlanDisplay

  @Option(help: ArgumentHelp("Saves the plan; apply runs exactly this one.", valueName: "FILE"))
  var out: String?

  @Flag(help: "Plans from state alone, without a call.")
  var noObserve = false

  @Flag(help: "Exits with 2 when changes are pending, 3 when only drift is.")
  var detailedExitcode = false

  func run() async throws {
    let session = Session(options)
    let planning = try await Planning.make(session, observes: !noObserve)
    let plan = planning.plan
    show.print(plan, session, seconds: planning.seconds, namesPlan: !noObserve || out != nil)
    if let out { try session.save(plan, to: out) }
    var codes = Planning.problems(plan)
    if !plan.blocked.isEmpty || !plan.unsupported.isEmpty { codes.append(Exit.blocked) }
    if detailedExitcode, !plan.changes.isEmpty {
      codes.append(plan.isDriftOnly ? Exit.driftPending : Exit.changesPending)
    }
    planning.transport.close()
    session.abandon(planning)
    let code = Exit.first(of: codes)
    if code != Exit.done { throw code }
  }
}

/// How a plan is printed.
struct PlanDisplay: ParsableArguments {
  @Option(
    help: ArgumentHelp("\(PlanFormat.names); text goes to a person, json to a program.", valueName: "FORMAT"),
    transform: PlanFormat.named)
  var format: PlanFormat = .text

  @Flag(help: "Lists every call that apply would send.")
  var calls = false

  @Flag(help: "Shows each value, also of what is created.")
  var full = false

  func print(_ plan: Plan, _ session: Session, seconds: Double?, namesPlan: Bool = true) {
    let shapes = session.registry.catalog.kinds.mapValues { kind in
      Dictionary(kind.facets.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
    }
    var style = RenderStyle(
      colours: session.output.colorsOut && format == .text, width: session.output.width, showsCalls: calls,
      showsEveryValue: full, seconds: seconds, shapes: { shapes[$0]?[$1] })
    style.namesPlan = namesPlan
    session.output.print(format.render(plan, style), terminator: "")
  }
}

extension PlanFormat {
  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

  static func named(_ text: String) throws -> PlanFormat {
    guard let format = PlanFormat(rawValue: text) else {
      throw ValidationError("there is no format \"\(text)\"; there are \(names)")
    }
    return format
  }
}
