internal import ArgumentParser
internal import CooperConfig
internal import CooperDiagnostics
internal import CooperEngine
internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperProviders
internal import CooperRender
internal import CooperSchema
internal import CooperState
internal import CooperTransport
private import FoundationEssentials

/// One run of a command: what it was told, and the rim it works through.
struct Session {
  let options: GlobalOptions
  let output: Output
  let registry: ProviderRegistry
  let directory: String

  init(_ options: GlobalOptions) {
    self.options = options
    output = Output(noColor: options.noColor, variable: Session.variable)
    registry = AllProviders.registry
    directory = Session.absolute(options.project)
  }

  static func variable(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

  static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    let here = FileManager.default.currentDirectoryPath
    return path == "." ? here : here + "/" + path
  }

  // MARK: Configuration

  /// Loads and checks the project; prints what was found and leaves with 65 when there are errors.
  func configuration() throws -> Configuration {
    let loaded = loader.load(try loadRequest())
    if !loaded.diagnostics.isEmpty {
      let sources = loaded.value?.sources ?? SourceMap()
      output.note(TextReport(sources, colour: output.colorsError).render(loaded.diagnostics))
    }
    guard let configuration = loaded.value, !loaded.hasErrors else { throw Exit.invalidConfiguration }
    return configuration
  }

  var loader: ConfigLoader {
    ConfigLoader(catalog: registry.catalog, files: DirectoryFiles(root: directory))
  }

  func loadRequest() throws -> LoadRequest {
    let here = Files(directory: FileManager.default.currentDirectoryPath)
    var texts: [SourceText] = []
    for path in options.varFile {
      guard let bytes = try here.read(path) else {
        output.note("error: --var-file \(path): there is no such file")
        throw Exit.usage
      }
      texts.append(SourceText(name: path, bytes: bytes))
    }
    let assignments = options.variables.map { pair in
      let cut = pair.firstIndex(of: "=") ?? pair.endIndex
      return VariableAssignment(name: String(pair[..<cut]), text: String(pair[cut...].dropFirst()))
    }
    return LoadRequest(
      directory: directory, environment: options.environment, assignments: assignments, variableFiles: texts,
      processEnvironment: ProcessInfo.processInfo.environment)
  }

  // MARK: State

  /// Refuses a project that keeps its state in a bucket: this build would silently begin another one on this disk.
  func store(for configuration: Configuration) throws -> any StateStore {
    if configuration.state != nil, options.state == nil {
      output.note(
        """
        error STA0011: the project keeps its state in a bucket (state: in cooper.yaml), which this
          version can't reach yet
          give a file instead:  --state FILE
        """)
      throw Exit.invalidConfiguration
    }
    return patient(localStore(environment: configuration.environment))
  }

  func localStore(environment: String?) -> FileStateStore {
    if let path = options.state {
      return FileStateStore(
        file: path, base: FileManager.default.currentDirectoryPath, cooperVersion: Version.text)
    }
    return FileStateStore(base: directory, environment: environment, cooperVersion: Version.text)
  }

  /// Waits for the lock as long as `--lock-timeout` says.
  private func patient(_ store: any StateStore) -> any StateStore {
    guard options.lockPatience > 0 else { return store }
    return PatientStore(
      inner: store, patience: options.lockPatience, sleep: { try await Task.sleep(for: $0) }, now: SystemClock.now,
      onWait: { [output] holder in
        output.note(
          "waiting for the lock" + (holder.map { ", held by \($0.owner)@\($0.host) for \($0.command)" } ?? ""))
      })
  }

  /// What is recorded, read while the configuration is still being loaded: neither needs the other.
  func readState() async -> Result<ReadState, StateFailure> {
    do throws(StateFailure) {
      let stored = try await localStore(environment: options.environment).read()
      return .success(ReadState(snapshot: stored.folded, hasJournal: !stored.journal.isEmpty))
    } catch {
      return .failure(error)
    }
  }

  func recorded(
    _ read: Result<ReadState, StateFailure>, _ store: any StateStore, _ configuration: Configuration
  ) throws -> StateSnapshot {
    switch read.map(\.snapshot) {
    case .success(let snapshot?):
      let foreignness = snapshot.foreignness(
        to: configuration.project, environment: configuration.environment, location: store.location)
      if let foreignness { throw report(foreignness, store.location) }
      return snapshot
    case .success(nil):
      return StateSnapshot(lineage: "", project: configuration.project, environment: configuration.environment)
    case .failure(let failure): throw report(failure, store.location)
    }
  }

  /// Shows a failure of the state and gives the exit code it stands for.
  func report(_ failure: StateFailure, _ location: String) -> ExitCode {
    var lines = "error STA0001: \(failure.message)\n"
    if case .locked(let holder?) = failure.kind {
      lines += "  held by \(holder.owner)@\(holder.host), process \(holder.process), for \(holder.command)\n"
    }
    lines += "  state: \(location)\n"
    if let fix = failure.fix { lines += "  \(fix)\n" }
    output.note(lines, terminator: "")
    switch failure.kind {
    case .locked: return Exit.locked
    case .conflict: return Exit.stale
    case .corrupt, .incompatible: return Exit.invalidConfiguration
    case .unavailable: return Exit.failed
    }
  }

  /// Leaves a finished planning in memory: the process is about to end, and taking a large project apart piece by piece
  /// takes longer than the rest of the way out.
  func abandon(_ planning: Planning) { _ = Unmanaged.passRetained(Abandoned(planning)) }

  private final class Abandoned: Sendable {
    let planning: Planning
    init(_ planning: Planning) { self.planning = planning }
  }

  // MARK: Providers

  /// The user's own settings, which no repository can change.
  var userSettings: Result<UserSettings, CallFailure> {
    do throws(CallFailure) {
      return .success(
        try UserSettings.load(project: directory, home: Session.variable("HOME"), variable: Session.variable))
    } catch {
      return .failure(error)
    }
  }

  /// Which endpoints may get credentials; leaves with 65 when the user's settings can't be read.
  func trust(_ recorded: StateSnapshot) throws -> EndpointTrust {
    switch userSettings {
    case .success(let settings):
      return EndpointTrust(recorded, confirmed: settings.trustedEndpoints, isStrict: settings.isStrict)
    case .failure(let failure):
      output.note("error \(failure.code): \(failure.message)")
      throw Exit.invalidConfiguration
    }
  }

  func secrets(of project: String) -> SecretResolver {
    SecretResolver(
      project: project, directory: directory, home: Session.variable("HOME"), settings: userSettings)
  }

  func environment(_ transport: any HTTPTransport, _ secrets: SecretResolver) -> ProviderEnvironment {
    let files = Files(directory: directory)
    let home = Session.variable("HOME")
    return ProviderEnvironment(
      variable: Session.variable, readFile: { try files.read(Session.expandingHome($0, home)) },
      secret: { (reference, field) throws(CallFailure) in try secrets.resolve(reference, field: field) },
      transport: transport, now: SystemClock.now, homeDirectory: home, projectDirectory: directory,
      output: { (program) throws(CallFailure) in try secrets.output(of: program) },
      replaceFile: { try files.write($1, to: Session.expandingHome($0, home), mode: 0o600) })
  }

  static func expandingHome(_ path: String, _ home: String?) -> String {
    guard path.hasPrefix("~/"), let home else { return path }
    return home + path.dropFirst(1)
  }

  func runner(_ log: @escaping @Sendable (LogLevel, String) -> Void) -> CallRunner {
    CallRunner(
      clock: SystemClock.engine, retry: .standard, random: { Double.random(in: 0..<1) },
      onRetry: { call, failure, wait in
        log(.info, "\(failure.code), again in \(wait): \(failure.call ?? call.method.rawValue)")
      })
  }

  func log(_ level: LogLevel, _ text: String) {
    guard level <= options.logLevel else { return }
    output.note("\(level.rawValue): \(text)")
  }
}

/// What was read before a command began.
struct ReadState: Sendable {
  /// The journal of an interrupted run counted in; nil when there is no state yet.
  var snapshot: StateSnapshot?
  /// An interrupted run left events that the state file doesn't hold yet.
  var hasJournal: Bool
}
