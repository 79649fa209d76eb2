internal import ArgumentParser
internal import CooperConfig
internal import CooperDiagnostics
private import FoundationEssentials

/// `cooper fmt`
struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Writes the project's files in canonical order and style.",
    discussion: """
      Sections and fields get the order of the language, names that you chose keep yours. Comments, anchors and the \
      meaning of every value stay: a file is written only after its new text was read back and found to say the same.

      With --check the exit code is 2 when a file would change, and 65 when one can't be read.

      Example:
        cooper fmt
        cooper fmt --check --diff
        cooper fmt buckets/*.yaml
        cooper fmt - < cooper.yaml
      """)

  @OptionGroup var options: GlobalOptions

  @Flag(help: "Writes nothing; lists the files that would change and leaves with 2 if there are any.")
  var check = false

  @Flag(help: "Writes nothing; shows what would change.")
  var diff = false

  @Argument(help: ArgumentHelp("Files, or - for standard input; all of the project's if none.", valueName: "FILE"))
  var files: [String] = []

  func validate() throws {
    if files.contains("-"), files.count > 1 { throw ValidationError("- stands alone, without other files") }
  }

  private struct Subject {
    var path: String
    var shown: String
  }

  func run() throws {
    let session = Session(options)
    let formatter = Formatter()
    if files == ["-"] { return try formatInput(formatter, session) }
    var codes: [ExitCode] = []
    for subject in try subjects(session) { codes.append(try format(subject, formatter, session)) }
    let code = Exit.first(of: codes)
    if code != Exit.done { throw code }
  }

  private func subjects(_ session: Session) throws -> [Subject] {
    guard files.isEmpty else {
      return files.map { Subject(path: Session.absolute($0), shown: $0) }
    }
    let named = session.loader.fileNames()
    guard let names = named.value else {
      session.output.note(TextReport(SourceMap(), colour: session.output.colorsError).render(named.diagnostics))
      throw Exit.invalidConfiguration
    }
    let prefix = options.project == "." ? "" : options.project + "/"
    return names.map { Subject(path: session.directory + "/" + $0, shown: prefix + $0) }
  }

  private func format(_ subject: Subject, _ formatter: Formatter, _ session: Session) throws -> ExitCode {
    let path = FormatRim.withoutLinks(subject.path)
    let disk = Files(directory: "/")
    if FormatRim.isDirectory(path) {
      session.output.note("error: \(subject.shown) is a directory")
      session.output.note("  for a project in it:  cooper fmt --project \(subject.shown)")
      return Exit.failed
    }
    guard let bytes = try? disk.read(path) else {
      session.output.note("error: \(subject.shown) can't be read")
      return Exit.failed
    }
    guard let new = formatted(bytes, subject.shown, formatter, session) else { return Exit.invalidConfiguration }
    guard new != bytes else { return Exit.done }
    if diff { session.output.print(difference(bytes, new, subject.shown), terminator: "") }
    if check || diff {
      if check { session.output.print(subject.shown) }
      return check ? Exit.changesPending : Exit.done
    }
    do {
      try disk.write(new, to: path, mode: FormatRim.mode(of: path))
    } catch {
      session.output.note("error: \(subject.shown) can't be written")
      return Exit.failed
    }
    session.output.print("wrote  \(subject.shown)")
    return Exit.done
  }

  private func formatInput(_ formatter: Formatter, _ session: Session) throws {
    let bytes = FormatRim.standardInput()
    guard let new = formatted(bytes, "standard input", formatter, session) else { throw Exit.invalidConfiguration }
    if diff {
      session.output.print(difference(bytes, new, "standard input"), terminator: "")
    } else if !check {
      session.output.print(String(decoding: new, as: UTF8.self), terminator: "")
    }
    if check, new != bytes { throw Exit.changesPending }
  }

  private func formatted(
    _ bytes: [UInt8], _ name: String, _ formatter: Formatter, _ session: Session
  ) -> [UInt8]? {
    let (result, sources) = formatter.format(bytes, name: name)
    if result.value == nil {
      session.output.note(TextReport(sources, colour: session.output.colorsError).render(result.diagnostics))
    }
    return result.value
  }

  private func difference(_ old: [UInt8], _ new: [UInt8], _ name: String) -> String {
    UnifiedDiff.text(String(decoding: old, as: UTF8.self), String(decoding: new, as: UTF8.self), name: name)
  }
}
