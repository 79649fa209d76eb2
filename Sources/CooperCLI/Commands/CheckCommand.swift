internal import ArgumentParser
internal import CooperConfig
internal import CooperDiagnostics
internal import CooperModel
internal import CooperTransport

/// `cooper check`
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Tells for each connection whether settings, network, credentials and rights are good.",
    discussion: """
      It only reads, and shows no secret. Exits with 1 when a step failed.

      Example:
        cooper check
        cooper check aws minio --environment prod
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(help: ArgumentHelp("Names of connections; without any, all are checked.", valueName: "CONNECTION"))
  var names: [String] = []

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
    var isGood = true
    for name in names.isEmpty ? known : names {
      guard let entry = configuration.connections[name] else { continue }
      let check = ConnectionCheck(
        session: session, declaration: entry.declaration, transport: transport, secrets: secrets, trust: trust)
      let place = entry.range.map { configuration.sources.location(of: $0) } ?? ""
      session.output.print("\(name)  \(entry.declaration.type)  \(place)")
      if await !check.run() { isGood = false }
    }
    if !isGood { throw Exit.failed }
  }
}
