internal import ArgumentParser
internal import CooperConfig

/// `cooper import`
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Adopts one bucket that is there; writes nothing at the provider.",
    discussion: """
      An address that is declared is recorded as it is, and the next plan shows what differs. For one that isn't, its \
      YAML is written too, and the next plan is empty.

      Example:
        cooper import buckets.velero acme-velero-prod --connection aws
        cooper import buckets.velero acme-velero-prod --dry-run
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(help: ArgumentHelp("The address it gets, e.g. buckets.velero.", valueName: "ADDRESS"))
  var address: String

  @Argument(help: ArgumentHelp("Its name at the provider, or its ARN.", valueName: "NAME"))
  var name: String

  @Option(help: ArgumentHelp("The connection it is on; needed where there are several.", valueName: "C"))
  var connection: String?

  @Flag(help: "Prints the YAML and writes nothing, neither file nor state.")
  var dryRun = false

  func run() async throws {
    let session = Session(options)
    let address = try session.address(address)
    let configuration = try session.configuration()
    let run = ImportRun(
      session: session, configuration: configuration, address: address, text: name, isDry: dryRun)
    if let declared = configuration.resource(address) {
      try await run.adopt(declared, connection: connection)
    } else {
      try await run.importUndeclared(connection: connection)
    }
  }
}
