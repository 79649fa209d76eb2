internal import ArgumentParser
internal import CooperConfig
internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperTransport

/// `cooper check`
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Tells for each connection whether settings, network, credentials and rights are good.",
    discussion: """
      It only reads, and shows no secret. Of a resource of the project that is there it reads every facet, and says where
      the store answers otherwise than its type of connection promises. Exits with 1 when a step failed.

      Example:
        cooper check
        cooper check aws minio --environment prod
        cooper check --format json
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @OptionGroup var options: GlobalOptions

  @Argument(help: ArgumentHelp("Names of connections; without any, all are checked.", valueName: "CONNECTION"))
  var names: [String] = []

  @Option(help: "text for a person, json for a program.")
  var format = Format.text

  func run() async throws {
    let session = Session(options)
    let configuration = try session.configuration()
    let known = configuration.connections.keys.sorted()
    for name in names where configuration.connections[name] == nil {
      throw session.unknown("connection", name, among: known)
    }
    let transport = CurlTransport(
      TransportOptions(
        parallelism: session.options.parallelism, userAgent: "cooper/\(Version.text)", variable: Session.variable))
    defer { transport.close() }
    let secrets = session.secrets(of: configuration.project)
    let store = try session.store(for: configuration)
    let trust = try session.trust(session.recorded(await session.readState(), store, configuration))
    var reports: [CheckReport] = []
    for name in names.isEmpty ? known : names {
      guard let entry = configuration.connections[name] else { continue }
      let place = entry.range.map { configuration.sources.location(of: $0) } ?? ""
      if format == .text { session.output.print("\(name)  \(entry.declaration.type)  \(place)") }
      let check = ConnectionCheck(
        entry.declaration, at: place, session: session, transport: transport, secrets: secrets, trust: trust,
        resources: configuration.resources.filter { $0.connection == name }
      ) { step in
        if format == .text { for line in step.lines { session.output.print(line) } }
      }
      await check.run()
      reports.append(check.report)
    }
    if format == .json {
      let document = ValueMap([
        ("formatVersion", .integer(1)), ("connections", .list(reports.map(\.value))),
      ])
      session.output.print(String(decoding: ValueJSON.encode(.map(document), pretty: true), as: UTF8.self))
    }
    if reports.contains(where: { !$0.isGood }) { throw Exit.failed }
  }
}
