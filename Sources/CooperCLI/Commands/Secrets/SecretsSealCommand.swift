internal import ArgumentParser
internal import CooperDiagnostics
internal import CooperProvider
internal import CooperSecrets

/// `cooper secrets seal`
struct SecretsSealCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seal", abstract: "Seals a secret for one field, and prints it or writes it there.",
    discussion: """
      The secret is typed at a prompt without an echo, or piped in; it is never an argument, because arguments are seen by \
      everybody on the machine. Line breaks at its end are no part of it.

      Example:
        cooper secrets seal connections.minio.access.secretAccessKey
        pass show minio | cooper secrets seal connections.minio.access.secretAccessKey --write
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(
    help: ArgumentHelp("The field, e.g. connections.minio.access.secretAccessKey.", valueName: "FIELD"))
  var field: String

  @Flag(help: "Writes it in the place of what stands in the field now.")
  var write = false

  @Option(help: ArgumentHelp("Writes into this file of the project, where several have the field.", valueName: "FILE"))
  var file: String?

  @Option(help: ArgumentHelp("Seals with this key, env:NAME or file:PATH.", valueName: "KEY"))
  var key: String?

  func run() async throws {
    let session = Session(options)
    let desk = try SecretsDesk(session)
    try desk.checkField(field)
    let target = write ? try desk.text(at: field, file: file) : nil
    let key: SealingKey
    if let named = self.key { key = try desk.key(named) } else { key = try desk.keys()[0] }
    guard let secret = HiddenInput.secret("Secret for \(field) (not shown):", session.output) else {
      session.output.note("error: a secret has at most \(SealedText.limit) bytes")
      throw Exit.failed
    }
    guard !secret.isEmpty, let sealed = SealedText(secret, for: desk.place(field), with: key) else {
      session.output.note("error: there is no secret on standard input")
      throw Exit.failed
    }
    guard let target else { return session.output.print(sealed.description) }
    var bytes = target.source.bytes
    bytes.replaceSubrange(target.text.bytes, with: Array(sealed.description.utf8))
    // Whatever stood there, the file must now say this and nothing else anew.
    let before = fieldTexts(in: target.source, types: desk.types)
    let after = fieldTexts(in: SourceText(name: target.source.name, bytes: bytes), types: desk.types)
    let isGood =
      before.count == after.count
      && zip(before, after).allSatisfy { old, new in
        old.field == new.field && new.text == (old.bytes == target.text.bytes ? sealed.description : old.text)
      }
    guard isGood else {
      session.output.note(
        "error: what stands at \(target.source.name):\(target.text.range.start.line) can't be replaced in place; write it there "
          + "yourself:")
      session.output.print(sealed.description)
      throw Exit.failed
    }
    try desk.write([(target.source.name, bytes)])
    session.output.print("sealed \(field) in \(target.source.name):\(target.text.range.start.line), key \(key.id)")
  }
}
