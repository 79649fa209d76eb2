internal import ArgumentParser
internal import CooperConfig
internal import CooperProvider
internal import CooperProviders
internal import CooperSchema

/// `cooper schema`
struct SchemaCommand: ParsableCommand {
  enum Subject: String, ExpressibleByArgument, CaseIterable { case language, plan, state }

  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Prints the JSON Schema of the language, of plans or of states.",
    discussion: """
      Editors take the language's from the first line of a file:
        # yaml-language-server: $schema=schemas/cooper.schema.json

      Example:
        cooper schema --write
        cooper schema > cooper.schema.json
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(help: "language, plan or state; the last two are read from schemas/ of the project.")
  var subject: Subject = .language

  @Flag(help: "Writes schemas/cooper.schema.json of the project instead of printing it.")
  var write = false

  @Option(help: ArgumentHelp("Writes the reference pages into a directory.", valueName: "DIR", visibility: .hidden))
  var reference: String?

  static let path = "schemas/cooper.schema.json"

  func run() throws {
    let session = Session(options)
    if let reference { return try writeReference(to: reference, session) }
    guard subject == .language else {
      let file = "schemas/\(subject.rawValue).schema.json"
      guard let bytes = try session.projectFiles.read(file) else {
        session.output.note("error: \(file) is not in this project; it comes with Cooper's sources")
        throw Exit.failed
      }
      return session.output.print(String(decoding: bytes, as: UTF8.self), terminator: "")
    }
    let text = Self.language
    guard write else { return session.output.print(text, terminator: "") }
    if let known = try session.projectFiles.read(Self.path), known == Array(text.utf8) {
      return session.output.print("\(Self.path) is as it should be")
    }
    try session.projectFiles.makeDirectory("schemas")
    try session.projectFiles.write(Array(text.utf8), to: Self.path)
    session.output.print("wrote  \(Self.path)")
  }

  /// The schema of this build, with a line's end.
  static var language: String {
    var text = String(
      decoding: ValueJSON.encode(LanguageSchema(AllProviders.registry.catalog).jsonSchema(), pretty: true),
      as: UTF8.self)
    if !text.hasSuffix("\n") { text += "\n" }
    return text
  }

  private func writeReference(to directory: String, _ session: Session) throws {
    let files = Files(directory: Session.absolute(directory))
    try files.makeDirectory(".")
    for page in ReferencePages.all() { try files.write(Array(page.text.utf8), to: page.name) }
  }
}
