internal import ArgumentParser
internal import CooperConfig
internal import CooperDiagnostics
internal import CooperRender

/// `cooper validate`
struct ValidateCommand: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, sarif, github }
  enum Bar: String, ExpressibleByArgument, CaseIterable {
    case note, warning, error

    var severity: Severity {
      switch self {
      case .note: .note
      case .warning: .warning
      case .error: .error
      }
    }
  }

  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Parses and checks the project; no network, no secrets needed.",
    discussion: """
      All environments are checked unless one is named; rules are listed in docs/rules.md.

      Example:
        cooper validate --format json
        cooper validate --format sarif > cooper.sarif
        cooper validate --format github --fail-on warning
      """)

  @OptionGroup var options: GlobalOptions

  @Option(help: "text, json, sarif for code scanners, or github for annotations on a pull request.")
  var format: Format = .text

  @Option(help: "note, warning or error: findings from there on make the exit code 65.")
  var failOn: Bar = .error

  func run() throws {
    let session = Session(options)
    let result = session.loader.validate(try session.loadRequest())
    let sources = result.value?.first?.sources ?? SourceMap()
    let found = result.diagnostics
    let fails = result.value == nil || found.contains { $0.severity >= failOn.severity }
    switch format {
    case .json: session.output.print(JSONReport(sources).render(found))
    case .github:
      let places = RepositoryPlaces(session).renamed(sources)
      session.output.print(AnnotationReport(places).render(found), terminator: "")
    case .sarif:
      let places = RepositoryPlaces(session).renamed(sources)
      let sarif = FindingsSARIF(
        places, catalogue: AllDiagnostics.catalogue, version: Version.text, ruleNames: RuleDescription.namesByCode)
      session.output.print(sarif.render(found))
    case .text: tell(found, sources, result.value ?? [], fails: fails, session)
    }
    if fails { throw Exit.invalidConfiguration }
  }

  private func tell(
    _ found: [Diagnostic], _ sources: SourceMap, _ configurations: [Configuration], fails: Bool, _ session: Session
  ) {
    if !found.isEmpty {
      let report = TextReport(sources, colour: session.output.colorsError)
      session.output.note(report.render(found.joiningEqual(sources)))
    }
    if fails { return }
    for configuration in configurations {
      let environment = configuration.environment.map { " [\($0)]" } ?? ""
      let resources = Self.counted(configuration.resources.count, "resource")
      let connections = Self.counted(configuration.connections.count, "connection")
      session.output.print("valid: \(configuration.project)\(environment), \(resources), \(connections)")
    }
  }

  private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
