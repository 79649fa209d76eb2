internal import ArgumentParser
internal import CooperProvider
internal import CooperSecrets
private import FoundationEssentials

/// `cooper secrets keygen`
struct SecretsKeygenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keygen", abstract: "Makes a key that seals secrets.",
    discussion: """
      The file is new, outside the project, and readable by its owner alone. Give it to those who may open the secrets by other \
      ways than the repository, and to CI as COOPER_SEALING_KEY.

      Example:
        cooper secrets keygen
        cooper secrets keygen ~/.config/cooper/acme-prod.key
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(help: ArgumentHelp("The file to make; without it ~/.config/cooper/sealing.key.", valueName: "FILE"))
  var file: String?

  func run() async throws {
    let session = Session(options)
    let resolver = session.secrets(of: "")
    guard let named = file ?? resolver.standardKeyPath else {
      session.output.note("error: there is no home directory; name a file")
      throw Exit.usage
    }
    let path = Session.absolute(Session.expandingHome(named, resolver.home))
    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    if file == nil {
      try? FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    if let real = SecretFile.withoutLinks(folder), let project = SecretFile.withoutLinks(session.directory),
      session.projectFiles.exists("cooper.yaml"), real == project || SecretFile.isBelow(real, project)
    {
      session.output.note("error: \(named) lies inside the project; a key beside what it opens protects nothing")
      throw Exit.usage
    }
    let key = SealingKey.generate()
    do throws(FileReplacement.Failure) {
      try FileReplacement.create(path) { (descriptor) throws(FileReplacement.Failure) in
        var failure: FileReplacement.Failure?
        key.text.withBytes { bytes in
          do throws(FileReplacement.Failure) {
            try FileReplacement.writeAll(UnsafeRawBufferPointer(bytes), descriptor, path)
          } catch {
            failure = error
          }
        }
        if let failure { throw failure }
      }
    } catch {
      session.output.note("error: \(error.description)")
      throw Exit.failed
    }
    session.output.print("wrote  \(path), key \(key.id)")
  }
}
