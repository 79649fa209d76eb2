internal import ArgumentParser
internal import CooperConfig
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
    let result = session.loader.validate(try session.loadRequest())
    let sources = result.value?.first?.sources ?? SourceMap()
    let found = result.diagnostics
    switch format {
    case .json: session.output.print(JSONReport(sources).render(found))
    case .github: session.output.print(AnnotationReport(sources).render(found), terminator: "")
    case .text:
      if !found.isEmpty {
        session.output.note(TextReport(sources, colour: session.output.colorsError).render(found))
      }
      if !result.hasErrors, let configurations = result.value {
        for configuration in configurations {
          let environment = configuration.environment.map { " [\($0)]" } ?? ""
          let resources = Self.counted(configuration.resources.count, "resource")
          let connections = Self.counted(configuration.connections.count, "connection")
          session.output.print("valid: \(configuration.project)\(environment), \(resources), \(connections)")
        }
      }
    }
    if result.hasErrors || result.value == nil { throw Exit.invalidConfiguration }
  }

  private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
