internal import ArgumentParser

/// `cooper init`
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Writes a small working project; needs no account and no network.",
    discussion: """
      Nothing that is there is overwritten but the editors' schema, schemas/cooper.schema.json.

      Example:
        cooper init acme-storage
        cooper plan --project acme-storage
      """)

  @Argument(help: ArgumentHelp("Where to write it; made if it isn't there.", valueName: "DIR"))
  var directory: String = "."

  func run() throws {
    let output = Output(noColor: true, variable: Session.variable)
    let place = Session.absolute(directory)
    let files = Files(directory: place)
    let contents = StarterProject.files(named: StarterProject.name(from: place))
    // A schema that is there already is nobody's work; it is brought up to date.
    let taken = contents.map(\.path).filter { $0 != SchemaCommand.path && files.exists($0) }
    guard taken.isEmpty else {
      output.note(
        "error: \(taken.joined(separator: " and ")) \(taken.count == 1 ? "exists" : "exist") already in \(directory); nothing was written"
      )
      output.note("  give another directory:  cooper init DIR")
      throw Exit.failed
    }
    try files.makeDirectory("schemas")
    for file in contents {
      try files.write(Array(file.text.utf8), to: file.path)
      output.print("wrote  \(directory == "." ? "" : directory + "/")\(file.path)")
    }
    let project = directory == "." ? "" : " --project \(directory)"
    output.print(
      """

      Next:
        cooper plan\(project)     what would be made: two directories that stand in for buckets
        cooper apply\(project)    make them
        cooper explain buckets    every field there is
      """)
  }
}
