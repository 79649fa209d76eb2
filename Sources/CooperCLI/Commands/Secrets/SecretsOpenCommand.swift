internal import ArgumentParser
internal import CooperDiagnostics
internal import CooperProvider
internal import CooperSecrets

#if canImport(Glibc)
  private import Glibc
#elseif canImport(Darwin)
  private import Darwin
#endif

/// `cooper secrets open`
struct SecretsOpenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Shows a sealed secret, on a terminal.",
    discussion: """
      Into a pipe or a file it goes only with --reveal: a log would keep it.

      Example:
        cooper secrets open connections.minio.access.secretAccessKey
        cooper secrets open connections.minio.access.secretAccessKey --reveal | pass insert -m minio
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(help: ArgumentHelp("The field, e.g. connections.minio.access.secretAccessKey.", valueName: "FIELD"))
  var field: String

  @Option(help: ArgumentHelp("Takes it from this file, where several have the field.", valueName: "FILE"))
  var file: String?

  @Flag(help: "Prints it also where no terminal is.")
  var reveal = false

  func run() async throws {
    let session = Session(options)
    guard reveal || isatty(STDOUT_FILENO) == 1 else {
      session.output.note("error: standard output is no terminal; to have the secret there all the same, add  --reveal")
      throw Exit.usage
    }
    let desk = try SecretsDesk(session)
    try desk.checkField(field)
    let found = try desk.text(at: field, file: file)
    guard found.text.text.hasPrefix(SealedText.scheme) else {
      session.output.note("error: \(found.source.name):\(found.text.range.start.line) holds no sealed secret")
      throw Exit.failed
    }
    let secret: Secret
    do throws(CallFailure) {
      secret = try desk.resolver.resolve(.sealed(found.text.text), field: field)
    } catch {
      throw desk.failed(error)
    }
    let written: FileReplacement.Failure? = secret.withBytes { bytes in
      do throws(FileReplacement.Failure) {
        try FileReplacement.writeAll(UnsafeRawBufferPointer(bytes), STDOUT_FILENO, "standard output")
        return nil
      } catch {
        return error
      }
    }
    if written != nil { throw Exit.failed }
    session.output.print("")
  }
}
