internal import CooperConfig
internal import CooperDocuments
internal import CooperModel
internal import CooperSchema
internal import CooperState

/// Makes the declared documents, one after the other: one that can't be made doesn't keep the others back.
struct EmitRun {
  /// What happened to one document.
  struct Outcome {
    enum Status: String { case written, unchanged, missing, stale, failed }

    var address: Address
    var form: String
    var path: String
    var status: Status
    var problem: DocumentProblem?
    /// Lines that differ; nil where showing them would show a secret.
    var difference: String?
    /// In words, where the bytes are right and something else isn't.
    var remark: String?
  }

  let configuration: Configuration
  let subjects: DocumentSubjects
  let secrets: DocumentSecrets
  let sources: Set<String>
  let root: String

  /// A declared document.
  private struct Declared {
    var address: Address
    var from: Address
    var form: DocumentForm
    var path: String
    var includesSecrets: Bool
    var identity: String?
    var driver: String?

    init?(_ resource: ResourceDeclaration) {
      guard let from = resource.settings["from"]?.string.flatMap({ Address($0) }),
        let form = resource.settings["as"]?.string.flatMap({ DocumentForm(rawValue: $0) }),
        let path = resource.settings["path"]?.string
      else { return nil }
      address = resource.address
      self.from = from
      self.form = form
      self.path = path
      includesSecrets = resource.settings["secrets"]?.string == "include"
      identity = resource.settings["identity"]?.string
      driver = resource.settings["driver"]?.string
    }
  }

  var addresses: [Address] {
    configuration.givens.filter { $0.address.section == Document.section }.map(\.address).sorted()
  }

  func run(_ address: Address, checks: Bool, force: Bool) -> Outcome? {
    guard let document = configuration.resource(address).flatMap({ Declared($0) }) else { return nil }
    var outcome = Outcome(
      address: address, form: document.form.rawValue, path: document.path, status: .unchanged)
    do throws(DocumentProblem) {
      try make(document, checks: checks, force: force, &outcome)
    } catch {
      outcome.status = .failed
      outcome.problem = error
    }
    return outcome
  }

  /// A document in memory; the bytes hold secrets only where the reviewed file says so.
  func contents(_ address: Address) throws(DocumentProblem) -> (bytes: [UInt8], holdsSecrets: Bool)? {
    guard let document = configuration.resource(address).flatMap({ Declared($0) }) else { return nil }
    return try contents(document)
  }

  private func contents(_ document: Declared) throws(DocumentProblem) -> (bytes: [UInt8], holdsSecrets: Bool) {
    let text = try Documents.make(
      document.form,
      of: subjects.subject(
        document.from, identity: document.identity, driver: document.driver, includesSecrets: document.includesSecrets))
    if document.form == .flowfile { try checkStem(document) }
    guard document.includesSecrets, !text.slots.isEmpty else { return (Array(text.withPlaceholders.utf8), false) }
    return (try secrets.fill(text), true)
  }

  /// FF-06: Flowfile finds the file by its name.
  private func checkStem(_ document: Declared) throws(DocumentProblem) {
    guard let name = configuration.resource(document.from)?.name else { return }
    let wanted = "connections/cloud/\(FlowfileConnection.stem(name)).yaml"
    guard document.path != wanted, !document.path.hasSuffix("/" + wanted) else { return }
    throw DocumentProblem(
      "DOC0008", "\(document.path): Flowfile looks for the connection \"\(name)\" in \(wanted) of its project (FF-06)",
      fix: "path: …/" + wanted)
  }

  private func make(
    _ document: Declared, checks: Bool, force: Bool, _ outcome: inout Outcome
  ) throws(DocumentProblem) {
    let file = DocumentFile(root: root, path: document.path, sources: sources)
    try file.check()
    let made = try contents(document)
    var bytes = made.bytes
    let holdsSecrets = made.holdsSecrets
    defer { wipe(&bytes) }
    let mode = DocumentFile.mode(holdsSecrets: holdsSecrets)
    var old = try file.contents()
    defer {
      if var held = old?.bytes {
        old = nil
        wipe(&held)
      }
    }
    let isOpen = holdsSecrets && (old?.mode ?? 0) & 0o077 != 0
    if let known = old, known.bytes == bytes, !isOpen { return }
    if checks {
      outcome.status = old == nil ? .missing : .stale
      if let known = old, known.bytes == bytes {
        outcome.remark = "others can read it; its mode is to be 0600"
      } else if let known = old, !holdsSecrets {
        outcome.difference = UnifiedDiff.text(
          String(decoding: known.bytes, as: UTF8.self), String(decoding: bytes, as: UTF8.self), name: document.path)
      } else if old != nil {
        outcome.remark = "the difference is not shown, because the document holds secrets"
      }
      return
    }
    if let known = old, !force, !DocumentFile.isOurs(known.bytes, bytes) { throw .foreign(document.path) }
    try file.write(bytes, mode: mode)
    outcome.status = .written
  }
}
