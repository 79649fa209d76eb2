import CooperConfig
import CooperDiagnostics
import CooperProvider
import CooperProviders
import CooperSchema
import CooperTestSupport
import Foundation
import Testing

@Suite("The examples")
struct ExampleTests {
  private static let root =
    String(#filePath.dropLast("/Tests/CooperConfigTests/ExampleTests.swift".count)) + "/examples"
  private static let names = TextFile.names(in: root).filter { !$0.hasPrefix(".") && !$0.hasSuffix(".md") }.sorted()

  @Test("There are some")
  func some() { #expect(Self.names.count >= 4) }

  @Test("Each is without a finding, with the providers of this build, in all of its environments", arguments: names)
  func example(_ name: String) throws {
    let directory = Self.root + "/" + name
    let loader = ConfigLoader(catalog: AllProviders.registry.catalog, files: DirectoryFiles(root: directory))
    let result = loader.validate(LoadRequest(directory: directory))
    let configurations = try #require(result.value)
    #expect(!configurations.isEmpty)
    for configuration in configurations {
      #expect(TextReport(configuration.sources).render(result.diagnostics) == "")
      #expect(!configuration.resources.isEmpty)
    }
  }
}

@Suite("The README")
struct ReadmeTests {
  @Test("Its project is without a finding, guards included")
  func project() throws {
    let root = String(#filePath.dropLast("/Tests/CooperConfigTests/ExampleTests.swift".count))
    let text = try #require(TextFile.read(root + "/README.md"))
    let start = try #require(text.range(of: "```yaml\ncooper: 1\n"))
    let rest = text[start.lowerBound...].dropFirst("```yaml\n".count)
    let end = try #require(rest.range(of: "```"))
    let files = MemoryFiles(["cooper.yaml": String(rest[..<end.lowerBound])])
    let result = ConfigLoader(catalog: AllProviders.registry.catalog, files: files).validate(
      LoadRequest(directory: "/project"))
    #expect(result.diagnostics.map(\.line) == [])
    #expect(result.value?.first?.resources.count == 1)
  }
}

@Suite("Files of a directory")
struct DirectoryFilesTests {
  @Test("A link that leads out of the project is not followed")
  func links() throws {
    let directory = try TextFile.temporaryDirectory()
    #expect(TextFile.write("x: 1\n", to: directory + "/outside.yaml"))
    #expect(TextFile.makeDirectory(directory + "/project"))
    #expect(TextFile.write("y: 1\n", to: directory + "/project/inside.yaml"))
    #expect(TextFile.link("../outside.yaml", at: directory + "/project/leak.yaml"))
    #expect(TextFile.link("inside.yaml", at: directory + "/project/fine.yaml"))
    let files = DirectoryFiles(root: directory + "/project")
    #expect(try files.read("fine.yaml") == Array("y: 1\n".utf8))
    #expect(throws: ProjectFileError.outsideProject) { try files.read("leak.yaml") }
    #expect(throws: ProjectFileError.notFound) { try files.read("nothing.yaml") }
    #expect(try files.entries(of: "").map(\.name).sorted() == ["fine.yaml", "inside.yaml", "leak.yaml"])
  }
}
