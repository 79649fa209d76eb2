internal import ArgumentParser
internal import CooperConfig
internal import CooperModel
internal import CooperPlan
internal import CooperRender

/// `cooper graph`
struct GraphCommand: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case mermaid, dot, svg }

  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Draws the project: connections, resources, and what refers to what.",
    discussion: """
      An arrow leads from a resource to the one that it needs; it is dashed where it needs a value that is born in \
      apply. Mermaid text shows as a picture in the Markdown of GitHub and GitLab; svg needs Graphviz.

      Example:
        cooper graph
        cooper graph --focus buckets.data-eu --format svg > data-eu.svg
        cooper plan --out plan.json && cooper graph --plan plan.json
      """)

  @OptionGroup var options: GlobalOptions

  @Option(help: "mermaid, dot or svg.")
  var format: Format = .mermaid

  @Option(help: ArgumentHelp("Draws only this address, what it needs and what needs it.", valueName: "ADDRESS"))
  var focus: String?

  @Option(help: ArgumentHelp("Colours what a saved plan changes.", valueName: "FILE"))
  var plan: String?

  func run() throws {
    let session = Session(options)
    let configuration = try session.configuration()
    let plan = try self.plan.map { try session.loadPlan($0) }
    var drawing = ProjectDrawing.make(configuration, plan: plan)
    if let focus {
      guard drawing.boxes.contains(where: { $0.key == focus }) else {
        throw session.unknown("address", focus, among: drawing.boxes.map(\.key))
      }
      drawing = drawing.focused(on: focus)
    }
    switch format {
    case .mermaid: session.output.print(MermaidSink.render(drawing), terminator: "")
    case .dot: session.output.print(DOTSink.render(drawing), terminator: "")
    case .svg: session.output.print(try picture(DOTSink.render(drawing), session), terminator: "")
    }
  }

  private func picture(_ drawing: String, _ session: Session) throws -> String {
    do {
      return try Graphviz().svg(drawing)
    } catch let failure as Graphviz.Failure {
      switch failure {
      case .missing:
        session.output.note("error: --format svg is drawn by Graphviz, and there is no program \"dot\" on the PATH")
        session.output.note("  install it:  apt-get install graphviz   or   brew install graphviz")
        session.output.note("  without it:  --format mermaid  or  --format dot")
      case .tooSlow(let seconds):
        session.output.note("error: dot took more than \(seconds) s and was ended")
        session.output.note("  draw less:  --focus ADDRESS,  or lay it out yourself:  --format dot")
      case .failed(let code): session.output.note("error: dot ended with \(code)")
      case .noRoom: session.output.note("error: the directory for temporary files can't be written")
      }
      throw Exit.failed
    }
  }
}
