internal import ArgumentParser

/// Reads the command line and runs the command; leaves the process with its exit code.
public func runCooper() async { await Cooper.main() }

/// The root command.
struct Cooper: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cooper",
    abstract: "Plans and applies object-storage buckets that YAML files declare.",
    discussion: """
      A first run, with no account and no network:
        cooper init && cooper plan && cooper apply

      Exit codes: 0 done, 1 failed, 2 changes pending, 3 only drift pending (both with --detailed-exitcode),
      4 blocked, 5 plan is stale, 6 state is locked, 64 usage, 65 invalid configuration, 130 interrupted.
      """,
    version: Version.text,
    subcommands: [
      PlanCommand.self, ApplyCommand.self, DriftCommand.self, DestroyCommand.self, ValidateCommand.self,
    ])

}
