internal import ArgumentParser

/// `cooper state`
struct StateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "state", abstract: "Looks at what is recorded, and mends it.",
    discussion: """
      list, show and pull take no lock. mv, forget and push save a new serial under the lock; earlier serials are kept.

      Example:
        cooper state list
        cooper state mv buckets.logs buckets.audit-logs
      """,
    subcommands: [
      StateListCommand.self, StateShowCommand.self, StateMoveCommand.self, StateForgetCommand.self,
      StateUnlockCommand.self, StatePullCommand.self, StatePushCommand.self,
    ])
}
