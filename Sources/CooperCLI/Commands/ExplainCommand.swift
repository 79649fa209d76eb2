internal import ArgumentParser
internal import CooperConfig
internal import CooperDiagnostics
internal import CooperModel
internal import CooperProvider
internal import CooperProviders
internal import CooperSchema

/// `cooper explain`
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explains a field, a diagnostic code, a rule, or where an address has its values from.",
    discussion: """
      Example:
        cooper explain lifecycle.noncurrentExpiration   a field, and which stores have it
        cooper explain CFG0031                          a diagnostic code
        cooper explain public-access                    a rule
        cooper explain buckets.data-eu                  the effective value, with file and line of each part
        cooper explain buckets.data-eu/cors             of one facet
        cooper explain buckets.data-eu --format json    for a program
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @OptionGroup var options: GlobalOptions

  @Option(help: "text, or json for an address.")
  var format: Format = .text

  @Argument(help: ArgumentHelp("A field, a code, a rule or an address.", valueName: "FIELD|CODE|RULE|ADDRESS"))
  var subject: String

  func run() throws {
    let session = Session(options)
    if format == .json, Address(subject.split(separator: "/").first ?? "") == nil {
      session.output.note("error: only an address is explained as json, and \"\(subject)\" is none")
      throw Exit.usage
    }
    if Self.isCode(subject) { return try explainCode(session) }
    if let rule = RuleDescription.named(subject) {
      return session.output.print(RulePages.page(rule), terminator: "")
    }
    let language = LanguageSchema(session.registry.catalog)
    let fields = FieldPage(language: language)
    if let page = fields.page(subject) { return session.output.print(page) }
    let parts = subject.split(separator: "/", maxSplits: 1).map(String.init)
    if let address = Address(parts[0]), language.catalog.kinds[address.section] != nil {
      return try explain(address, facet: parts.count > 1 ? parts[1] : nil, fields, session)
    }
    throw session.unknown(
      "field, code, rule or address", subject, among: fields.paths + RuleDescription.all.map(\.name))
  }

  private static func isCode(_ text: String) -> Bool {
    let bytes = Array(text.uppercased().utf8)
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
    return bytes.count == 7 && bytes.suffix(4).allSatisfy(isDigit) && (0x41...0x5A).contains(bytes[0])
  }

  private func explainCode(_ session: Session) throws {
    let catalogue = AllDiagnostics.catalogue
    guard let entry = catalogue[subject] else {
      throw session.unknown("diagnostic code", subject, among: catalogue.entries.map(\.code.text))
    }
    session.output.print(entry.page, terminator: "")
  }

  private func explain(_ address: Address, facet: String?, _ fields: FieldPage, _ session: Session) throws {
    let loaded = session.loader.load(try session.loadRequest())
    guard let configuration = loaded.value else {
      session.output.note(TextReport(SourceMap(), colour: session.output.colorsError).render(loaded.diagnostics))
      throw Exit.invalidConfiguration
    }
    if configuration.resource(address) == nil, loaded.hasErrors {
      session.output.note(
        TextReport(configuration.sources, colour: session.output.colorsError).render(loaded.diagnostics))
      throw Exit.invalidConfiguration
    }
    let lines = explainAddress(configuration, address, facet: facet)
    guard !lines.isEmpty else {
      let known = configuration.resources.map(\.address.description)
      throw session.unknown("field, code or address", subject, among: known + fields.paths)
    }
    if format == .json, let value = explainedValue(configuration, address, facet: facet) {
      return session.output.print(String(decoding: ValueJSON.encode(value, pretty: true), as: UTF8.self))
    }
    session.output.print(lines.joined(separator: "\n"))
  }
}
