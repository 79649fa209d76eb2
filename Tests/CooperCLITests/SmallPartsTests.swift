import ArgumentParser
import CooperConfig
import CooperProvider
import CooperProviders
import CooperState
import Testing

@testable import CooperCLI

@Suite("Exit codes, errors, placement")
struct SmallPartsTests {
  @Test("When several exit codes apply the order is 130, 65, 6, 5, 4, 1, 2, 3")
  func order() {
    let order: [Int32] = [130, 65, 6, 5, 4, 1, 2, 3]
    for start in order.indices {
      #expect(Exit.first(of: order[start...].reversed().map { ExitCode($0) }) == ExitCode(order[start]))
    }
    #expect(Exit.first(of: []) == Exit.done)
  }

  private struct Odd: Error { let secret = "canary" }

  @Test("An error without words shows neither its type nor what is in it")
  func errors() {
    #expect(!ErrorText.sentence(Odd()).contains("Odd"))
    #expect(!ErrorText.sentence(Odd()).contains("canary"))
    #expect(ErrorText.sentence(StateFailure(.conflict, "somebody saved")) == "somebody saved")
    #expect(ErrorText.sentence(CallFailure(.denied, code: "X", "may not")) == "may not")
  }

  @Test("--lock-timeout takes durations only")
  func lockTimeout() throws {
    #expect(throws: (any Error).self) { try GlobalOptions.parse(["--lock-timeout", "soon"]) }
    #expect(try GlobalOptions.parse(["--lock-timeout", "1m30s"]).lockPatience == 90)
  }

  @Test("The include line goes where it is safe, and nowhere else")
  func placement() {
    let line = "include: [\"imported/*.yaml\"]"
    #expect(
      ImportPlacement.including("cooper: 1\nname: a\nbuckets: {}\n") == "cooper: 1\nname: a\n\(line)\nbuckets: {}\n")
    #expect(
      ImportPlacement.including("name: é\ninclude: [\"b/*.yaml\", é] # why\n")
        == "name: é\ninclude: [\"b/*.yaml\", é, \"imported/*.yaml\"] # why\n")
    #expect(ImportPlacement.including("name: a\ninclude:\n  - b.yaml\n") == nil)
    #expect(ImportPlacement.including("name: a\ninclude: []\n") == nil)
    #expect(ImportPlacement.including("name: a\ninclude: b.yaml\n") == nil)
    #expect(ImportPlacement.including("{name: a}\n") == nil)
    #expect(ImportPlacement.including("name: >\n  a\n") == nil)
  }

  @Test("A new project's name is legal whatever its directory is called")
  func names() {
    #expect(StarterProject.name(from: "/a/acme storage.v2") == "acme-storage-v2")
    #expect(StarterProject.name(from: "/") == "my-storage")
    #expect(StarterProject.name(from: "/é") == "my-storage")
  }

  @Test("explain says which stores hold a facet, and where this version only plans it")
  func heldWhere() throws {
    let fields = FieldPage(language: LanguageSchema(AllProviders.registry.catalog))
    let page = try #require(fields.page("logging"))
    let line = { (type: String) in
      page.split(separator: "\n").first { $0.hasPrefix("    \(type) ") }.map { $0.split(separator: " ") } ?? []
    }
    #expect(line("aws").dropFirst().first == "yes")
    #expect(line("minio").dropFirst().first == "no")
    #expect(line("palette").isEmpty)
    #expect(try #require(fields.page("lifecycle")).contains("aws         yes"))
  }
}
