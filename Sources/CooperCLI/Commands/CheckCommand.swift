internal import ArgumentParser
internal import CooperConfig
internal import CooperDiagnostics
internal import CooperEngine
internal import CooperModel
internal import CooperProvider
internal import CooperSchema
internal import CooperTransport

/// `cooper check`
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Tells for connections, backup locations and registrations whether all is good, step by step.",
    discussion: """
      Of a connection: settings, network, TLS, credentials and rights; of a resource of the project that is there every
      facet, and where the store answers otherwise than its type of connection promises.

      Of an address (a backup location, a registration, a bucket): whether the platform has it, whether its bucket can be
      reached, how versioning, lock and lifecycle suit backups, and what the consumer's own credentials may do there.

      It only reads, and shows no secret. With --write, one object of a name that nobody else can have is written under
      the location's prefix, read back and deleted with the consumer's credentials; it is removed in any case.
      Exits with 1 when a step failed.

      Example:
        cooper check
        cooper check aws minio --environment prod
        cooper check backupLocations.nightly --write
        cooper check --format json
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @OptionGroup var options: GlobalOptions

  @Argument(
    help: ArgumentHelp(
      "Names of connections, or addresses of resources; without any, all connections are checked.",
      valueName: "CONNECTION|ADDRESS"))
  var names: [String] = []

  @Flag(help: "Lets the check of an address write one object, and remove it again.")
  var write = false

  @Option(help: "text for a person, json for a program.")
  var format = Format.text

  func run() async throws {
    let session = Session(options)
    let configuration = try session.configuration()
    let known = configuration.connections.keys.sorted()
    let resources = try names.compactMap { name in try resource(name, configuration, session, known) }
    let options = TransportOptions(
      parallelism: session.options.parallelism, userAgent: "cooper/\(Version.text)", variable: Session.variable)
    let transport = CurlTransport(options)
    defer { transport.close() }
    let store = try session.store(for: configuration)
    let recorded = try session.recorded(await session.readState(), store, configuration)
    let surroundings = CheckSurroundings(
      session: session, transport: transport, options: options, secrets: session.secrets(of: configuration.project),
      trust: try session.trust(recorded))
    let wanted = names.isEmpty ? known : names.filter { configuration.connections[$0] != nil }
    var reports: [CheckReport] = []
    for name in wanted {
      guard let entry = configuration.connections[name] else { continue }
      let place = entry.range.map { configuration.sources.location(of: $0) } ?? ""
      begin(name, entry.declaration.type, place, session)
      let check = ConnectionCheck(
        entry.declaration, at: place, surroundings, resources: configuration.resources.filter { $0.connection == name },
        tells: { tell($0, session) })
      await check.run()
      reports.append(check.report)
    }
    var places: [CheckReport] = []
    for resource in resources {
      var environment = session.environment(surroundings.logged, surroundings.secrets)
      environment.awaits = false
      let connections = Connections.open(
        PlaceCheck.connections(of: resource, configuration), of: configuration, registry: session.registry,
        environment: environment, readsOnly: false, trust: surroundings.trust)
      let secrets = surroundings.secrets
      let book = OutputBook(configuration, recorded, connections, session.registry, surroundings.runner) {
        (reference, field) throws(CallFailure) in try secrets.resolve(reference, field: field)
      }
      let check = PlaceCheck(
        resource, of: configuration, connections, book, surroundings, writes: write, tells: { tell($0, session) })
      begin("\(resource.address)", check.report.type, check.report.place, session)
      await check.run()
      places.append(check.report)
      if Signals.stop.isStopped { break }
    }
    CheckRecord.note(reports, places, at: SystemClock.now(), session, configuration)
    if format == .json {
      session.output.print(String(decoding: ValueJSON.encode(document(reports, places), pretty: true), as: UTF8.self))
    }
    if Signals.stop.isStopped { throw ExitCode(130) }
    if (reports + places).contains(where: { !$0.isGood }) { throw Exit.failed }
  }

  /// The resource that a word means; nil for a connection.
  private func resource(
    _ name: String, _ configuration: Configuration, _ session: Session, _ known: [String]
  ) throws -> ResourceDeclaration? {
    if configuration.connections[name] != nil { return nil }
    guard name.contains(".") else { throw session.unknown("connection", name, among: known) }
    let sections = [BackupLocation.section, Registration.section, BucketKind.section]
    let all = (configuration.resources + configuration.givens).filter { sections.contains($0.address.section) }
    guard let found = all.first(where: { $0.address.description == name }) else {
      throw session.unknown("location, registration or bucket", name, among: all.map(\.address.description).sorted())
    }
    return found
  }

  private func begin(_ name: String, _ type: String, _ place: String, _ session: Session) {
    if format == .text { session.output.print("\(name)  \(type)  \(place)") }
  }

  private func tell(_ step: CheckReport.Step, _ session: Session) {
    guard format == .text else { return }
    for line in step.lines { session.output.print(line) }
  }

  private func document(_ reports: [CheckReport], _ places: [CheckReport]) -> Value {
    .map(
      ValueMap([
        ("formatVersion", .integer(1)), ("connections", .list(reports.map(\.value))),
        ("resources", .list(places.map(\.value))),
      ]))
  }
}
