internal import ArgumentParser
internal import CooperDiagnostics

/// `cooper validate`
struct ValidateCommand: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, github }

  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Parses and checks the project; no network, no secrets needed.",
    discussion: """
      Example:
        cooper validate --format json
      """)

  @OptionGroup var options: GlobalOptions

  @Option(help: "text, json, or github for annotations on a pull request.")
  var format: Format = .text

  func run() throws {
    let session = Session(options)
    let loaded = try session.load(anyEnvironment: true)
    let found = loaded.result.diagnostics
    switch format {
    case .json: session.output.print(JSONReport(loaded.sources).render(found))
    case .github: session.output.print(AnnotationReport(loaded.sources).render(found), terminator: "")
    case .text:
      if !found.isEmpty {
        session.output.note(TextReport(loaded.sources, colour: session.output.colorsError).render(found))
      }
      let errors = found.filter { $0.severity == .error }.count
      if errors == 0, let configuration = loaded.result.value {
        let count = configuration.resources.count
        session.output.print("valid: \(count) resource\(count == 1 ? "" : "s"), \(configuration.connections.count) connections")
      }
    }
    if loaded.result.hasErrors || loaded.result.value == nil { throw Exit.invalidConfiguration }
  }
}
