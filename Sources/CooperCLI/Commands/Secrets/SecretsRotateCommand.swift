internal import ArgumentParser
internal import CooperDiagnostics
internal import CooperProvider
internal import CooperSecrets

/// `cooper secrets rotate`
struct SecretsRotateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate", abstract: "Seals every sealed secret of the project with another key.",
    discussion: """
      Files are rewritten in place: comments, layout and all else stay byte for byte. Either every secret can be sealed anew or \
      no file is touched. The secrets themselves stay what they are; whoever had the old key and the old files still has them, \
      so after a leak replace the secrets as well.

      Example:
        cooper secrets keygen ~/.config/cooper/new.key
        cooper secrets rotate --to file:~/.config/cooper/new.key --check
        cooper secrets rotate --to file:~/.config/cooper/new.key
      """)

  @OptionGroup var options: GlobalOptions

  @Option(
    help: ArgumentHelp("The new key, env:NAME or file:PATH; without it this user's first.", valueName: "KEY"))
  var to: String?

  @Flag(help: "Writes nothing; exits with 1 when something is to be sealed anew.")
  var check = false

  func run() async throws {
    let session = Session(options)
    let desk = try SecretsDesk(session)
    let keys: [SealingKey]
    let new: SealingKey
    if let to {
      new = try desk.key(to)
      do throws(CallFailure) { keys = try desk.resolver.sealingKeys() } catch { throw desk.failed(error) }
    } else {
      keys = try desk.keys()
      new = keys[0]
    }
    var files: [(name: String, bytes: [UInt8])] = []
    var refusals = 0
    var changed = 0
    for source in desk.texts {
      let rotation = SealedRotation(source, project: desk.project, types: desk.types, from: keys, to: new)
      for refusal in rotation.refused {
        refusals += 1
        report(refusal, source.name, desk)
      }
      for change in rotation.changed {
        changed += 1
        session.output.print("\(source.name):\(change.line)  \(change.field)")
      }
      if !rotation.changed.isEmpty { files.append((source.name, rotation.bytes)) }
    }
    guard refusals == 0 else {
      session.output.note("nothing was written")
      throw Exit.failed
    }
    if changed == 0 { return session.output.print("every sealed secret has key \(new.id)") }
    if check {
      session.output.print("\(changed) to be sealed with key \(new.id); nothing was written")
      throw Exit.failed
    }
    try desk.write(files)
    session.output.print("\(changed) sealed with key \(new.id)")
  }

  private func report(_ refusal: SealedRotation.Refusal, _ file: String, _ desk: SecretsDesk) {
    let place = "\(file):\(refusal.line) \(refusal.field)"
    guard let problem = refusal.problem else {
      return desk.session.output.note("error: \(place): it is not written in one piece and can't be replaced in place")
    }
    let failure = CallFailure(problem, at: desk.place(refusal.field))
    desk.session.output.note("error \(failure.code): \(place): \(failure.message)")
  }
}
