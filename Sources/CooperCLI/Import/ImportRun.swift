internal import ArgumentParser
internal import CooperConfig
internal import CooperDiagnostics
internal import CooperEngine
internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperSchema
internal import CooperState
internal import CooperTransport

/// One import: look, try the YAML in memory, and only then write file and state.
struct ImportRun {
  let session: Session
  let configuration: Configuration
  let address: Address
  /// As it was given: a name, or e.g. an ARN.
  let text: String
  let isDry: Bool

  private func given(on connection: String) -> GivenName {
    let support = configuration.connections[connection].flatMap {
      session.registry.support(section: address.section, ofType: $0.declaration.type)
    }
    return support?.given?(text) ?? GivenName(text)
  }

  private var word: String { session.registry.catalog.kinds[address.section]?.name ?? "resource" }

  // MARK: Declared

  /// Records identity and what is observed; the next plan shows what differs from the YAML.
  func adopt(_ declared: ResourceDeclaration, connection: String?) async throws {
    let name = given(on: declared.connection).name
    guard declared.name == name else {
      throw refuse("\(address) is declared with the name \(declared.name), not \(name)")
    }
    if let connection, connection != declared.connection {
      throw refuse("\(address) is declared on connection \(declared.connection), not \(connection)")
    }
    let (store, recorded) = try await unrecorded()
    let found = try await look(declared, facets: declared.facets.map(\.name), recorded)
    try refuseIfOwned(found, recorded)
    try refuseIfElsewhere(found)
    var facets: [String: Value?] = [:]
    var reviewed: [String] = []
    for declaration in declared.facets {
      guard let facet = found.kind.facet(declaration.name), found.unreadable[facet.name] == nil,
        found.unsupported[facet.name] == nil
      else { continue }
      let observed = owned(found.values[facet.name], facet)
      let desired = (try? facet.canonical(declaration.value, found.target.site)).map {
        $0 == facet.schema.cleared ? nil : $0
      }
      // Recording others' entries would make them ours; recording over a policy would skip the consent it needs.
      let differs = desired != observed.map { facet.comparable($0, to: desired ?? nil, on: found.target) }
      if declared.shared.contains(facet.name) || differs && facet.schema.overwriteNeedsConsent {
        if differs { reviewed.append(facet.name) }
        continue
      }
      facets[facet.name] = .some(observed)
    }
    if isDry {
      session.output.print("\(address) would be recorded as \(name), with \(list(facets.keys.sorted()))")
      return
    }
    let origin = declared.range.map { range in
      "\(configuration.sources[range.source]?.name ?? "?"):\(range.start.line)"
    }
    let events = Importer.events(declared, found, facets: facets, declaredAt: origin)
    let serial = try await record(events, in: store)
    session.output.print("imported \(address): \(place(found))")
    session.output.print("  recorded as state #\(serial); nothing was changed at the provider")
    if !reviewed.isEmpty { session.output.print("  \(list(reviewed)): settings of others, the next plan asks") }
    report(found.unreadable)
    session.output.print("  next:  cooper plan   shows what differs from \(origin ?? "the YAML")")
  }

  // MARK: Not declared

  /// Writes its YAML, records it, and leaves the next plan empty.
  func importUndeclared(connection: String?) async throws {
    let connection = try self.connection(connection)
    let (store, recorded) = try await unrecorded()
    let given = given(on: connection)
    var draft = ResourceDeclaration(address: address, connection: connection, name: given.name)
    draft.settings = given.settings
    if let field = session.registry.catalog.kinds[address.section]?.variants?.field, given.settings[field] == nil {
      throw refuse("\(text) doesn't say what it is; give its ARN, or write its block with \(field): and import it then")
    }
    let type = configuration.connections[connection]?.declaration.type ?? ""
    let support = session.registry.catalog.connectionTypes[type]?.support[address.section]
    if let kind = session.registry.catalog.kinds[address.section], let support {
      let settings = configuration.connections[connection]?.declaration.settings ?? ValueMap()
      draft.settings = support.completed(given.settings, of: kind, on: settings)
    }
    var found = try await look(draft, facets: nil, recorded)
    try refuseIfOwned(found, recorded)
    try refuseIfElsewhere(found)
    for (name, value) in found.values {
      guard let facet = found.kind.facet(name) else { continue }
      found.values[name] = owned(value, facet)
    }
    let written = found.kind.written?(found.values, found.target)
    var block = ImportedBlock(
      address, connection: connection, given, found, written: written ?? found.values, support: support)
    let path = ImportPlacement.path(address.name)
    let root = try rootText()
    if session.projectFiles.exists(path), !isDry {
      throw refuse("\(path) exists already; nothing was written")
    }
    // What the language can't say exactly is left alone rather than said almost.
    var trial = try tried(block, path, root)
    let wrong = found.kind.facets.filter { facet in
      guard let observed = found.values[facet.name] else { return false }
      // What the provider itself put into the language's words it has tried.
      if let written { return written[facet.name] == nil }
      let value =
        trial.resource.facet(facet.name)?.value ?? trial.resource.settings[facet.name]
        ?? (facet.name == "description" ? trial.resource.description.map { .string($0) } : nil)
      return value.flatMap { try? facet.canonical($0, found.target.site) } != observed
    }
    if !wrong.isEmpty {
      for facet in wrong {
        found.values[facet.name] = nil
        block.facets.removeAll { $0.key == facet.name }
        block.leftOut.append((facet.name, "the language can't say what is set"))
      }
      trial = try tried(block, path, root)
    }
    if isDry {
      session.output.print(block.text, terminator: "")
      return
    }
    try write(block, path, trial)
    draft = trial.resource
    let events = Importer.events(
      draft, found, facets: found.values.mapValues { .some($0) },
      declaredAt: "\(path):\(draft.range.map { Int($0.start.line) } ?? 1)")
    let serial = try await record(events, in: store)
    session.output.print("imported \(address): \(place(found))")
    session.output.print("  wrote \(path)" + (block.facets.isEmpty ? "" : ": \(list(block.facets.map(\.key)))"))
    if trial.root != nil { session.output.print("  added to cooper.yaml:  \(ImportPlacement.pattern) in  include") }
    session.output.print("  recorded as state #\(serial); nothing was changed at the provider")
    for (facet, why) in block.leftOut { session.output.print("  left out: \(facet), \(why)") }
    if let environment = configuration.environment {
      session.output.print("  the block holds for every environment; only \(environment) has it recorded")
    }
    session.output.print("  next:  cooper plan   is empty")
  }

  private struct Trial {
    var resource: ResourceDeclaration
    /// `cooper.yaml` with its new line; nil when the file is included already.
    var root: String?
  }

  /// Loads the project with the block in it, in memory; leaves when that gives errors.
  private func tried(_ block: ImportedBlock, _ path: String, _ root: String) throws -> Trial {
    var texts = [path: block.text]
    var loaded = try load(texts)
    var changedRoot: String?
    if loaded.value?.resource(address) == nil, !loaded.hasErrors {
      guard let including = ImportPlacement.including(root) else { throw needsLine(block, path) }
      changedRoot = including
      texts["cooper.yaml"] = including
      loaded = try load(texts)
      if loaded.value?.resource(address) == nil, !loaded.hasErrors { throw needsLine(block, path) }
    }
    guard let resource = loaded.value?.resource(address), !loaded.hasErrors else {
      session.output.note(
        TextReport(loaded.value?.sources ?? SourceMap(), colour: session.output.colorsError).render(loaded.diagnostics))
      session.output.note("error: the block above is not accepted in this project; nothing was written")
      throw Exit.failed
    }
    return Trial(resource: resource, root: changedRoot)
  }

  private func load(_ texts: [String: String]) throws -> Diagnosed<Configuration> {
    let files = OverlaidFiles(base: DirectoryFiles(root: session.directory), texts: texts)
    return ConfigLoader(catalog: session.registry.catalog, files: files).load(try session.loadRequest())
  }

  /// The file alone would be read by nobody, so neither it nor the state is written.
  private func needsLine(_ block: ImportedBlock, _ path: String) -> ExitCode {
    session.output.note(
      """
      error: \(path) is not included by cooper.yaml, and its  include  is not a list on one line
        add  "\(ImportPlacement.pattern)"  to it and run this again; nothing was written
      """)
    return Exit.failed
  }

  private func write(_ block: ImportedBlock, _ path: String, _ trial: Trial) throws {
    try session.projectFiles.makeDirectory(ImportPlacement.directory)
    try session.projectFiles.write(Array(block.text.utf8), to: path)
    if let root = trial.root { try session.projectFiles.write(Array(root.utf8), to: "cooper.yaml") }
  }

  private func rootText() throws -> String {
    String(decoding: try session.projectFiles.read("cooper.yaml") ?? [], as: UTF8.self)
  }

  // MARK: Both

  private func unrecorded() async throws -> (any StateStore, StateSnapshot) {
    let store = try session.store(for: configuration)
    let recorded = try session.recorded(await session.readState(), store, configuration)
    if let entry = recorded.resources[address] {
      throw refuse("\(address) is recorded already, as \(entry.identity.name)")
    }
    return (store, recorded)
  }

  private func look(
    _ resource: ResourceDeclaration, facets: [String]?, _ recorded: StateSnapshot
  ) async throws -> Importer.Found {
    let transport = CurlTransport(
      TransportOptions(
        parallelism: session.options.parallelism, userAgent: "cooper/\(Version.text)", variable: Session.variable))
    defer { transport.close() }
    let logged: any HTTPTransport =
      session.options.logLevel == .debug
      ? LoggingTransport(inner: transport, log: { session.log(.debug, $0) }) : transport
    let connections = Connections.open(
      [resource.connection], of: configuration, registry: session.registry,
      environment: session.environment(logged, session.secrets(of: configuration.project)), readsOnly: true,
      trust: try session.trust(recorded))
    let observer = Observer(
      registry: session.registry, connections: connections, runner: session.runner { session.log($0, $1) },
      parallelism: session.options.parallelism)
    do throws(Importer.Refusal) {
      return try await Importer(observer).look(at: resource, facets: facets, in: configuration)
    } catch {
      switch error {
      case .absent:
        throw refuse("there is no \(word) \(text) on connection \(resource.connection); nothing was recorded")
      case .foreign(let owner): throw refuse("\(text) belongs to somebody else (\(owner)); nothing was recorded")
      case .failed(let failure):
        session.output.note("error \(failure.code): \(failure.message)")
        if let call = failure.call { session.output.note("  \(call)" + (failure.status.map { ": \($0)" } ?? "")) }
        if failure.code == EndpointTrust.code { throw Exit.blocked }
        throw failure.code == Observer.wrongAccountCode ? Exit.invalidConfiguration : Exit.failed
      }
    }
  }

  private func refuseIfOwned(_ found: Importer.Found, _ recorded: StateSnapshot) throws {
    let kind = found.kind.schema.name
    let other = recorded.resources.first {
      $0.value.kind == kind && $0.value.identity.isSame(as: found.target.identity)
    }
    guard let other else { return }
    throw refuse(
      "\(text) is recorded as \(other.key); to rename it write  moved: [{ from: \(other.key), to: \(address) }]")
  }

  private func refuseIfElsewhere(_ found: Importer.Found) throws {
    guard let account = given(on: found.target.site.connection).account, let own = found.target.identity.account,
      account != own
    else { return }
    throw refuse(
      "\(text) is in account \(account), and connection \(found.target.site.connection) is signed in to \(own); "
        + "nothing was recorded")
  }

  private func record(_ events: [Event], in store: any StateStore) async throws -> Int {
    try await session.edit(store, "import") { edit in
      try await edit.apply(first: session.firstState(configuration)) { recorded in
        if recorded.resources[address] != nil { throw refuse("\(address) was recorded meanwhile") }
        return events
      }
    }.serial
  }

  private func connection(_ named: String?) throws -> String {
    let known = configuration.connections.keys.sorted()
    guard session.registry.catalog.kinds[address.section] != nil else {
      throw session.unknown("section", address.section, among: session.registry.catalog.kinds.keys.sorted())
    }
    if let named {
      guard configuration.connections[named] != nil else { throw session.unknown("connection", named, among: known) }
      return named
    }
    guard let only = known.first, known.count == 1 else {
      session.output.note("error: say which connection \(text) is on:  --connection C")
      session.output.note("  there are: \(known.joined(separator: ", "))")
      throw Exit.usage
    }
    return only
  }

  /// Without tags that belong to others: `safety.ignoreTags`.
  private func owned(_ value: Value?, _ facet: AnyFacet) -> Value? {
    guard facet.schema.honoursIgnoreTags, let map = value?.map else { return value }
    let own = map.filter { pair in !configuration.safety.ignoreTags.contains { pair.key.hasPrefix($0) } }
    return own.isEmpty ? nil : .map(ValueMap(own.map { ($0.key, $0.value) }))
  }

  private func report(_ unreadable: [String: CallFailure]) {
    for (facet, failure) in unreadable.sorted(by: { $0.key < $1.key }) {
      session.output.note("warning \(failure.code): \(facet) could not be read: \(failure.message)")
    }
  }

  private func place(_ found: Importer.Found) -> String {
    let region = found.target.region.map { " in \($0)" } ?? ""
    let account = found.target.identity.account.map { " \($0)" } ?? ""
    return "\(found.target.name)\(region) (\(found.target.site.connection)\(account))"
  }

  private func list(_ words: [String]) -> String { words.isEmpty ? "nothing else" : words.joined(separator: ", ") }

  private func refuse(_ why: String) -> ExitCode {
    session.output.note("error: \(why)")
    return Exit.failed
  }
}
