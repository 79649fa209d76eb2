internal import CooperProvider
internal import CooperSecrets

/// Why a secret can't be had; the words never hold one.
extension CallFailure {
  private static func secret(_ code: String, _ message: String) -> CallFailure {
    CallFailure(.unauthenticated, code: code, message)
  }

  static func unsetVariable(_ name: String) -> CallFailure {
    secret("SEC0001", "env:\(name): the variable \(name) is not set")
  }

  static func secretFile(_ path: String, _ problem: String) -> CallFailure {
    secret("SEC0002", "file:\(path): \(problem)")
  }

  static func secretOutside(_ path: String) -> CallFailure {
    secret(
      "SEC0003",
      "file:\(path): it lies outside the project and the home directory; to allow it write "
        + "secretRoots: [DIRECTORY]  in the user settings (\(UserSettings.shownPath))")
  }

  static func openFile(_ path: String, mode: String) -> CallFailure {
    secret("SEC0004", "file:\(path): others than its owner can use it (mode \(mode)); run  chmod 600 \(path)")
  }

  static func commandsOff(_ program: String) -> CallFailure {
    secret(
      "SEC0005",
      "command \(program): commands run only where somebody outside the repository says so: set COOPER_ALLOW_COMMANDS=1, or write "
        + "allowCommands: [\(program)]  in the user settings (\(UserSettings.shownPath))")
  }

  static func programOfTheProject(_ program: String, namedIn file: String) -> CallFailure {
    secret(
      "SEC0014",
      "program \(program): \(file), which names it, lies inside the project, where a pull request could change it; it doesn't run"
    )
  }

  static func commandFailed(_ program: String, _ problem: String) -> CallFailure {
    secret(
      "SEC0006",
      "command \(program): \(problem); what it printed is not shown, because it may hold the secret")
  }

  static func noSealingKey(_ id: String) -> CallFailure {
    secret(
      "SEC0007",
      "sealed: it was sealed with key \(id), which is not here; give it by COOPER_SEALING_KEY or  sealingKeys:  in the "
        + "user settings (\(UserSettings.shownPath))")
  }

  static func sealedElsewhere(_ place: SealedPlace) -> CallFailure {
    secret(
      "SEC0008",
      "sealed: it was sealed for another field or project and moved here; it opens only where it was sealed. Seal it anew:  "
        + "cooper secrets seal \(place.field)")
  }

  static func badSealedText(_ problem: String) -> CallFailure { secret("SEC0009", "sealed: \(problem)") }

  static func badSettings(_ problem: String) -> CallFailure {
    secret("SEC0010", "user settings \(UserSettings.shownPath): \(problem)")
  }

  static func badSealingKey(_ label: String) -> CallFailure {
    secret("SEC0012", "\(label): it holds no sealing key; one is made by  cooper secrets keygen")
  }

  init(_ problem: SealedText.Problem, at place: SealedPlace) {
    self =
      switch problem {
      case .malformed(let words): .badSealedText(words)
      case .unknownVersion(let version): .badSealedText("version \(version) is newer than this program")
      case .noKey(let id): .noSealingKey(id)
      case .elsewhere: .sealedElsewhere(place)
      case .damaged: .badSealedText("its data was changed or cut; take it from the history, or seal the secret anew")
      }
  }
}
