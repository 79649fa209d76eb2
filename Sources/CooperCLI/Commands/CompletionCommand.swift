internal import ArgumentParser

/// `cooper completion`
struct CompletionCommand: ParsableCommand {
  enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

  static let configuration = CommandConfiguration(
    commandName: "completion", abstract: "Prints a completion script for a shell.",
    discussion: """
      Example:
        cooper completion bash > ~/.local/share/bash-completion/completions/cooper
        cooper completion zsh > ~/.zfunc/_cooper
        cooper completion fish > ~/.config/fish/completions/cooper.fish
      """)

  @Argument(help: "bash, zsh or fish.")
  var shell: Shell

  func run() throws {
    let shell: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    Output(noColor: true, variable: Session.variable).print(Cooper.completionScript(for: shell))
  }
}
