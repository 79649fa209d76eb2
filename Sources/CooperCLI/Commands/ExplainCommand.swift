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
    let page = fields.page(subject)
    let parts = subject.split(separator: "/", maxSplits: 1).map(String.init)
    if let address = Address(parts[0]), let kind = language.catalog.kinds[address.section] {
      let facet = parts.count > 1 ? parts[1] : nil
      if let facet, kind.facet(facet) == nil {
        throw session.unknown("facet", facet, among: kind.facets.map(\.name))
      }
      // A resource of the project may have the name of a field.
      if page == nil || format == .json || isDeclared(address, session) {
        return try explain(address, facet: facet, kind, fields, session)
      }
    }
    if let page { return session.output.print(page) }
    if let card = connection(session) { return session.output.print(card.text) }
    throw session.unknown(
      "field, code, rule or address", subject, among: fields.paths + RuleDescription.all.map(\.name))
  }

  /// Whether the project at hand declares it; where there is no project, or a faulty one, nothing is said about that.
  private func isDeclared(_ address: Address, _ session: Session) -> Bool {
    guard let request = try? session.loadRequest() else { return false }
    return session.loader.load(request).value?.resource(address) != nil
  }

  /// The card of a connection of the project; a type of that name has its page instead.
  private func connection(_ session: Session) -> ConnectionCard? {
    guard subject.hasPrefix("connections."), let request = try? session.loadRequest(),
      let configuration = session.loader.load(request).value
    else { return nil }
    return ConnectionCard.all(session, configuration).first { "connections." + $0.name == subject }
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

  private func explain(
    _ address: Address, facet: String?, _ kind: KindSchema, _ fields: FieldPage, _ session: Session
  ) throws {
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
    let lines = explainAddress(configuration, address, facet: facet, kind: kind)
    guard !lines.isEmpty else {
      let known = configuration.resources.map(\.address.description)
      throw session.unknown("field, code or address", subject, among: known + fields.paths)
    }
    if format == .json, let value = explainedValue(configuration, address, facet: facet, kind: kind) {
      return session.output.print(String(decoding: ValueJSON.encode(value, pretty: true), as: UTF8.self))
    }
    session.output.print(lines.joined(separator: "\n"))
  }
}
