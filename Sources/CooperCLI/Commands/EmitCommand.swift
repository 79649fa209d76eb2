internal import ArgumentParser
internal import CooperConfig
internal import CooperDiagnostics
internal import CooperDocuments
internal import CooperModel
internal import CooperProvider
internal import CooperSchema
internal import CooperState

/// `cooper emit`
struct EmitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "emit", abstract: "Writes the declared documents: policies, manifests, settings of clients.",
    discussion: """
      The documents are those under documents: in the project. A file that Cooper didn't write is never replaced \
      without --force, and nothing is written outside the project. Secrets are written only where a document says \
      secrets: include; such files can be read by their owner alone.

      With --as one document of that form is printed instead, without secrets; docs/documents.md shows every form.

      With --check nothing is written, and the exit code is 1 when a file is missing or isn't what would be written.

      Example:
        cooper emit
        cooper emit --check
        cooper emit velero-main
        cooper emit --as velero backupLocations.main | kubectl diff -f -
        cooper emit --stdout velero-main | kubectl apply -f -
      """)

  @OptionGroup var options: GlobalOptions

  @Flag(help: "Writes nothing; leaves with 1 when a file is missing or isn't what would be written.")
  var check = false

  @Flag(help: "Replaces files that Cooper didn't write, too.")
  var force = false

  @Flag(help: "Prints one declared document instead of writing it.")
  var stdout = false

  @Option(name: .customLong("as"), help: ArgumentHelp("Prints one document of this form.", valueName: "FORM"))
  var form: String?

  @Option(help: ArgumentHelp("With --as: whose credentials it is about.", valueName: "NAME"))
  var identity: String?

  @Option(help: "text or json.")
  var format: ListFormat = .text

  @Argument(
    help: ArgumentHelp("Declared documents, all if none; with --as the address it is made of.", valueName: "NAME"))
  var names: [String] = []

  func validate() throws {
    if form != nil, check || force || stdout { throw ValidationError("--as prints one document and writes nothing") }
    if form != nil, names.count != 1 { throw ValidationError("--as takes one address, e.g. backupLocations.main") }
    if form == nil, identity != nil { throw ValidationError("--identity goes with --as") }
    if stdout, names.count != 1 { throw ValidationError("--stdout takes one document") }
    if stdout, check || force { throw ValidationError("--stdout writes nothing") }
  }

  func run() async throws {
    let session = Session(options)
    let configuration = try session.configuration()
    let run = EmitRun(
      configuration: configuration,
      subjects: DocumentSubjects(
        configuration: configuration, catalog: session.registry.catalog,
        recorded: try await session.stateForDocuments(configuration), text: { session.projectText($0) }),
      secrets: DocumentSecrets(configuration: configuration, resolver: session.secrets(of: configuration.project)),
      sources: Set(session.loader.fileNames().value ?? []).union(["cooper.yaml"]), root: session.realDirectory)
    if let form { return try printForm(form, run, session) }
    let addresses = try wanted(run, session)
    if stdout { return try printDocument(addresses[0], run, session) }
    let outcomes = addresses.compactMap { run.run($0, checks: check, force: force) }
    EmitReport(outcomes, session.output).print(format)
    if outcomes.contains(where: { $0.problem != nil || $0.status == .stale || $0.status == .missing }) {
      throw Exit.failed
    }
  }

  private func wanted(_ run: EmitRun, _ session: Session) throws -> [Address] {
    let known = run.addresses
    guard !names.isEmpty else {
      if known.isEmpty { session.output.note("the project declares no documents; see docs/documents.md") }
      return known
    }
    return try names.map { name in
      let short = name.hasPrefix(Document.section + ".") ? String(name.dropFirst(Document.section.count + 1)) : name
      guard let address = known.first(where: { $0.name == short }) else {
        throw session.unknown("document", name, among: known.map(\.name))
      }
      return address
    }
  }

  private func printForm(_ word: String, _ run: EmitRun, _ session: Session) throws {
    guard let form = DocumentForm(rawValue: word) else {
      throw session.unknown("form", word, among: DocumentForm.allCases.map(\.rawValue))
    }
    let address = try session.address(names[0])
    guard run.configuration.resource(address) != nil else {
      let all = run.configuration.resources + run.configuration.givens
      throw session.unknown("address", names[0], among: all.map(\.address.description))
    }
    if let identity, run.configuration.resource(Address(Identity.section, identity)) == nil {
      let all = (run.configuration.resources + run.configuration.givens).map(\.address)
      throw session.unknown(
        "identity", identity, among: all.filter { $0.section == Identity.section }.map(\.name))
    }
    do throws(DocumentProblem) {
      let text = try Documents.make(form, of: run.subjects.subject(address, identity: identity)).withPlaceholders
      switch format {
      case .text: session.output.print(text, terminator: "")
      case .json:
        let value: Value = [
          "address": .string(address.description), "form": .string(word), "content": .string(text),
        ]
        session.output.print(String(decoding: ValueJSON.encode(value, pretty: true), as: UTF8.self), terminator: "")
      }
    } catch {
      EmitReport.note(error, session.output)
      throw Exit.failed
    }
  }

  /// Secrets go to a pipe only, and only with the consent of the reviewed file.
  private func printDocument(_ address: Address, _ run: EmitRun, _ session: Session) throws {
    do throws(DocumentProblem) {
      guard let made = try run.contents(address) else { return }
      var bytes = made.bytes
      defer { wipe(&bytes) }
      if made.holdsSecrets, session.output.isTerminalOut {
        throw DocumentProblem(
          "DOC0011", "\(address) holds secrets, and standard output is a terminal",
          fix: "pipe it, or leave --stdout out")
      }
      Output.write(bytes: bytes)
    } catch {
      EmitReport.note(error, session.output)
      throw Exit.failed
    }
  }
}
