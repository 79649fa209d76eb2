internal import ArgumentParser

/// `cooper secrets`
struct SecretsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "secrets", abstract: "Keeps secrets in the repository, sealed.",
    discussion: """
      A sealed secret opens only with its key, and only in the field and project it was sealed for. The key comes from \
      COOPER_SEALING_KEY, from  sealingKeys:  in the user settings, or from ~/.config/cooper/sealing.key. \
      docs/secrets.md says more.

      Example:
        cooper secrets keygen
        cooper secrets seal connections.minio.access.secretAccessKey --write
        cooper secrets rotate --to file:~/.config/cooper/new.key
      """,
    subcommands: [
      SecretsKeygenCommand.self, SecretsSealCommand.self, SecretsOpenCommand.self, SecretsRotateCommand.self,
    ])
}
