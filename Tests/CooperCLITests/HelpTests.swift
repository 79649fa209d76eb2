import ArgumentParser
import CooperTestSupport
import Foundation
import Testing

@testable import CooperCLI

@Suite("Help texts")
struct HelpTests {
  struct Command: Sendable, CustomTestStringConvertible {
    let type: any ParsableCommand.Type
    let name: String
    var testDescription: String { name }
  }

  /// Every command, the groups too.
  static let commands: [Command] = {
    func below(_ type: any ParsableCommand.Type, _ prefix: String) -> [Command] {
      let name = prefix + type._commandName
      return [Command(type: type, name: name)] + type.configuration.subcommands.flatMap { below($0, name + "-") }
    }
    return below(Cooper.self, "")
  }()

  @Test("Help of every command is as recorded", arguments: commands)
  func golden(_ command: Command) {
    let text = Cooper.helpMessage(for: command.type, columns: 100)
    let golden = Golden()
    #expect(golden.difference(text + "\n", "help-\(command.name).txt") == nil)
  }

  @Test("Help of every command has an example", arguments: commands)
  func example(_ command: Command) {
    let text = Cooper.helpMessage(for: command.type, columns: 100)
    #expect(text.contains("Example") || command.name == "cooper")
    #expect(text.contains("  cooper "))
  }

  @Test("Every command that design section 3 gives to this build is there")
  func commandNames() {
    let wanted = [
      "init", "validate", "plan", "apply", "drift", "show", "import", "destroy", "state", "output", "check", "emit",
      "schema",
      "explain", "fmt", "graph", "secrets", "completion", "version",
    ]
    #expect(Set(wanted).isSubset(of: Cooper.commandNames))
  }
}

enum Repository {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
}
