internal import ArgumentParser
internal import CooperConfig
internal import CooperSchema

/// `cooper connections`
struct ConnectionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "connections",
    abstract: "Lists and shows the project's connections; never a secret, and without any call.",
    discussion: """
      Example:
        cooper connections list
        cooper connections show aws --format json
      """,
    subcommands: [ConnectionsListCommand.self, ConnectionsShowCommand.self])
}

/// `cooper connections list`
struct ConnectionsListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Shows each connection's type, region, access, use and last check.",
    discussion: """
      Example:
        cooper connections list
        cooper connections list --environment prod --format json
      """)

  @OptionGroup var options: GlobalOptions

  @Option(help: "text for a person, json for a program.")
  var format = CheckCommand.Format.text

  func run() async throws {
    let session = Session(options)
    let cards = ConnectionCard.all(session, try session.configuration())
    switch format {
    case .json: session.output.print(ConnectionCard.document(cards))
    case .text: session.output.print(ConnectionCard.table(cards))
    }
  }
}

/// `cooper connections show`
struct ConnectionsShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows one connection with its settings, access, use and last check.",
    discussion: """
      Example:
        cooper connections show aws
        cooper connections show minio --format json
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(help: ArgumentHelp("Name of the connection.", valueName: "CONNECTION"))
  var name: String

  @Option(help: "text for a person, json for a program.")
  var format = CheckCommand.Format.text

  func run() async throws {
    let session = Session(options)
    let configuration = try session.configuration()
    let cards = ConnectionCard.all(session, configuration)
    guard let card = cards.first(where: { $0.name == name }) else {
      throw session.unknown("connection", name, among: cards.map(\.name))
    }
    switch format {
    case .json: session.output.print(ConnectionCard.document([card]))
    case .text: session.output.print(card.text)
    }
  }
}
