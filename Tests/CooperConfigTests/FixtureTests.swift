import CooperConfig
import CooperDiagnostics
import CooperTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite("What is wrong, and where")
struct FixtureTests {
  @Test("Each fixture gives exactly the diagnostics that it marks", arguments: Fixture.all)
  func fixture(_ fixture: Fixture) throws {
    let result = fixture.load()
    #expect(Set(fixture.found(result)) == Set(fixture.expected), "\(fixture.report(result))")
    #expect(result.diagnostics.count == fixture.expected.count, "\(fixture.report(result))")
  }

  /// The words of other rooms are theirs to change.
  private static func isOwn(_ diagnostic: Diagnostic) -> Bool {
    let code = diagnostic.code.text
    return code.hasPrefix("RUL") || code == "CFG0031" || (code.hasPrefix("CFG") && code >= "CFG0050")
  }

  @Test("Reports of this room's findings read as they did")
  func reports() throws {
    let text = Fixture.all.compactMap { fixture -> String? in
      let result = fixture.load()
      let own = Diagnosed(result.value, result.diagnostics.filter(Self.isOwn))
      return own.diagnostics.isEmpty ? nil : "=== \(fixture.name)\n" + fixture.report(own)
    }.joined(separator: "\n")
    let path = Fixture.directory + "/reports.txt"
    if getenv("COOPER_RECORD") != nil { try #require(TextFile.write(text, to: path)) }
    let golden = try #require(TextFile.read(path))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let wanted = golden.split(separator: "\n", omittingEmptySubsequences: false)
    for (line, want) in zip(lines, wanted) where line != want {
      Issue.record("reports.txt has \"\(want)\", the report \"\(line)\"")
      return
    }
    #expect(lines.count == wanted.count)
  }

  @Test("Every code of this room has an entry in the catalogue and a fixture")
  func codes() {
    let marked = Set(Fixture.all.flatMap(\.expected).map(\.code))
    let listed = configDiagnostics.map(\.code.text)
    // Every S3 type of this build wants a region anyhow; PlatformRuleTests have the rule.
    #expect(Set(listed).subtracting(marked).sorted() == ["RUL0019"])
    let own = marked.filter { $0.hasPrefix("RUL") || ($0.hasPrefix("CFG") && $0 >= "CFG0050") }
    #expect(own.subtracting(listed).sorted() == [])
    #expect(DiagnosticCatalogue(configDiagnostics).duplicates.isEmpty)
  }
}
