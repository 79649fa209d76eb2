public import ArgumentParser

/// The root command; `cooper/main.swift` runs it.
public struct Cooper: AsyncParsableCommand {
  public static let configuration = CommandConfiguration(
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

  public init() {}
}
