internal import ArgumentParser
internal import CooperDiagnostics

#if canImport(Glibc)
  private import Glibc
#elseif canImport(Darwin)
  private import Darwin
#endif

/// Reads the command line and runs the command; leaves the process with its exit code.
public func runCooper() async {
  ProcessGuards.install()
  Signals.installLeaving()
  do {
    var command = try Cooper.parseAsRoot()
    if var command = command as? any AsyncParsableCommand {
      try await command.run()
    } else {
      try command.run()
    }
  } catch {
    leave(error)
  }
}

/// Ends the process as an error asks: help and versions on standard output, anything else in our own words.
private func leave(_ error: any Error) -> Never {
  if let code = error as? ExitCode { exit(code.rawValue) }
  let code = Cooper.exitCode(for: error)
  switch code {
  case .success: Cooper.exit(withError: error)
  case .validationFailure:
    var text = Cooper.fullMessage(for: error)
    if text.hasPrefix("Error: ") { text = "error: " + text.dropFirst(7) }
    if let word = CommandLine.arguments.dropFirst().first, text.hasPrefix("error: Unexpected argument '\(word)'"),
      let match = closestMatch(to: word, in: Cooper.commandNames)
    {
      text = "error: there is no command \"\(word)\"\n  did you mean  cooper \(match)?"
    }
    Output.write(text + "\n", to: STDERR_FILENO)
  default: Output.write("error: \(ErrorText.sentence(error))\n", to: STDERR_FILENO)
  }
  exit(code.rawValue)
}

/// The root command.
struct Cooper: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cooper",
    abstract: "Plans and applies object-storage buckets that YAML files declare.",
    discussion: """
      A first run, with no account and no network:
        cooper init && cooper plan && cooper apply

      Exit codes: 0 done, 1 failed, 2 changes pending, 3 only drift pending (both with --detailed-exitcode), \
      4 blocked, 5 plan is stale, 6 state is locked, 64 usage, 65 invalid configuration, 130 interrupted.
      """,
    version: Version.text,
    subcommands: [
      InitCommand.self,
      ValidateCommand.self,
      PlanCommand.self,
      ApplyCommand.self,
      DriftCommand.self,
      DestroyCommand.self,
      ImportCommand.self,
      ShowCommand.self,
      OutputCommand.self,
      StateCommand.self,
      CheckCommand.self,
      ConnectionsCommand.self,
      EmitCommand.self,
      SecretsCommand.self,
      FormatCommand.self,
      GraphCommand.self,
      SchemaCommand.self,
      ExplainCommand.self,
      VersionCommand.self,
      CompletionCommand.self,
    ])

  static var commandNames: [String] { configuration.subcommands.map { $0._commandName } }
}
