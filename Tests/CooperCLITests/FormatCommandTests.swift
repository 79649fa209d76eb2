import ArgumentParser
import CooperDiagnostics
import Foundation
import Testing

@testable import CooperCLI

@Suite("cooper fmt")
final class FormatCommandTests {
  private let directory = FileManager.default.temporaryDirectory.path + "/cooper-fmt-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  private func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: directory + "/" + name))
  }

  private func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name)), as: UTF8.self)
  }

  private func format(_ arguments: String...) throws {
    let command = try FormatCommand.parse(arguments + ["--project", directory])
    try command.run()
  }

  private static let untidy = """
    # above the name
    name:  'untidy'

    cooper: 1   # the language
    buckets:
        logs:
            tags: {team: 'data', cost: "0123"} # who pays


            connection: here
    connections:
        here: {root: ./data, type: local}
    """

  private static let tidy = """
    cooper: 1   # the language
    # above the name
    name: untidy
    connections:
      here: { type: local, root: ./data }
    buckets:
      logs:
        connection: here
        tags: { team: data, cost: "0123" }  # who pays

    """

  @Test("Sections and fields get the language's order, comments stay with theirs")
  func order() throws {
    try write(Self.untidy, "cooper.yaml")
    try format()
    #expect(try read("cooper.yaml") == Self.tidy)
    try format("--check")
  }

  @Test("--check writes nothing and leaves with 2, --diff writes nothing and leaves with 0")
  func check() throws {
    try write(Self.untidy, "cooper.yaml")
    #expect(throws: ExitCode(2)) { try format("--check") }
    try format("--diff")
    #expect(try read("cooper.yaml") == Self.untidy)
  }

  @Test("A file with an error is left alone with 65, the others are written all the same")
  func errors() throws {
    let broken = "buckets: [a, b\n"
    try write(broken, "broken.yaml")
    try write("tags:   {a: b}\n", "fine.yaml")
    #expect(throws: ExitCode(65)) { try format(directory + "/broken.yaml", directory + "/fine.yaml") }
    #expect(try read("broken.yaml") == broken)
    #expect(try read("fine.yaml") == "tags: { a: b }\n")
    #expect(throws: ExitCode(1)) { try format(directory + "/nothing.yaml") }
  }

  @Test("The mode of a file stays, a link stays a link, and CRLF stays CRLF")
  func files() throws {
    try write("tags:   {a: b}\r\n", "real.yaml")
    let real = directory + "/real.yaml"
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: real)
    try FileManager.default.createSymbolicLink(atPath: directory + "/link.yaml", withDestinationPath: "real.yaml")
    try format(directory + "/link.yaml")
    #expect(try read("real.yaml") == "tags: { a: b }\r\n")
    #expect(try FileManager.default.attributesOfItem(atPath: real)[.posixPermissions] as? Int == 0o640)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: directory + "/link.yaml") == "real.yaml")
  }

  @Test("Included files and overlays belong to the project")
  func project() throws {
    try write("cooper: 1\nname: a\ninclude: [more.yaml]\nenvironments: { stage: {} }\n", "cooper.yaml")
    try write("buckets:   {}\n", "more.yaml")
    try FileManager.default.createDirectory(
      atPath: directory + "/environments", withIntermediateDirectories: true)
    try write("buckets:    {}\n", "environments/stage.yaml")
    try format()
    #expect(try read("more.yaml") == "buckets: {}\n")
    #expect(try read("environments/stage.yaml") == "buckets: {}\n")
  }

  @Test("What init writes is in canonical form")
  func starter() throws {
    for file in StarterProject.files(named: "acme") where file.path.hasSuffix(".yaml") {
      #expect(Formatter().formatted(file.text) == file.text)
    }
  }

  @Test("All examples are in canonical form; else: cooper fmt --project examples/NAME")
  func examples() throws {
    let root = Repository.root + "/examples"
    let files = try #require(FileManager.default.enumerator(atPath: root))
    var count = 0
    for case let file as String in files where file.hasSuffix(".yaml") {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: root + "/" + file))
      let result = Formatter().format(Array(bytes), name: file).result
      #expect(result.value == Array(bytes), "examples/\(file)")
      count += 1
    }
    #expect(count >= 5)
  }

  @Test("A difference is shown in hunks that patch(1) reads")
  func difference() {
    let old = (1...20).map { "line \($0)\n" }.joined()
    let new = old.replacing("line 3\n", with: "").replacing("line 18\n", with: "line 18\nmore\n")
    #expect(UnifiedDiff.text(old, old, name: "f") == "")
    #expect(
      UnifiedDiff.text(old, new, name: "f") == """
        --- f
        +++ f
        @@ -1,6 +1,5 @@
         line 1
         line 2
        -line 3
         line 4
         line 5
         line 6
        @@ -16,5 +15,6 @@
         line 16
         line 17
         line 18
        +more
         line 19
         line 20

        """)
  }
}
