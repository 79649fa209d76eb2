import CooperDiagnostics
import CooperRender
import CooperSchema
import CooperTestSupport
import Testing

@Suite("Findings as SARIF")
struct FindingsSARIFTests {
  private let marked = MarkedYAML("a: ⟦1⟧\nb: ⟦[x,\n  y]⟧\n", name: "my dir/50%.yaml")
  private let catalogue = DiagnosticCatalogue([
    CatalogueEntry("TST0001", "A title", "An explanation.", fix: "Do it."),
    CatalogueEntry("TST0002", "Another", "More.", fix: "Do that."),
  ])

  private func run(_ found: [Diagnostic]) throws -> Value {
    var sources = SourceMap()
    _ = sources.add(marked.source)
    let sarif = FindingsSARIF(sources, catalogue: catalogue, version: "1.2.3", ruleNames: ["TST0001": "a-rule"])
    let log = try ValueJSON.decode(Array(sarif.render(found).utf8))
    #expect(log["version"] == "2.1.0")
    #expect(log["runs"]?.list?.count == 1)
    return try #require(log["runs"]?.list?.first)
  }

  @Test("Each result has its rule with the help of explain, and its place")
  func results() throws {
    let run = try run([
      Diagnostic(
        "TST0001", .warning, "buckets.a is open", at: marked.ranges[0], notes: [.init("because", at: marked.ranges[1])],
        fix: ["close it"], subject: "buckets.a"),
      Diagnostic("TST0002", .error, "wide", at: marked.ranges[1]), Diagnostic("TST0009", .note, "no place"),
    ])
    let rules = try #require(run["tool"]?["driver"]?["rules"]?.list)
    let results = try #require(run["results"]?.list)
    #expect(rules.map { $0["id"]?.string } == ["TST0001", "TST0002", "TST0009"])
    #expect(rules[0]["name"] == "a-rule")
    #expect(rules[0]["help"]?["text"] == "An explanation.\n\nFix: Do it.")
    #expect(rules[1]["defaultConfiguration"]?["level"] == "error")
    #expect(results.map { $0["level"]?.string } == ["warning", "error", "note"])
    for result in results {
      let index = try #require(result["ruleIndex"]?.integer)
      #expect(rules[Int(index)]["id"] == result["ruleId"])
      #expect(result["partialFingerprints"]?["cooperFinding/v1"]?.string?.isEmpty == false)
    }
    let location = results[0]["locations"]?.list?.first
    let place = location?["physicalLocation"]
    #expect(place?["artifactLocation"]?["uri"] == "my%20dir/50%25.yaml")
    #expect(place?["region"] == ["startLine": 1, "startColumn": 4, "endLine": 1, "endColumn": 5])
    #expect(location?["logicalLocations"]?.list?.first?["fullyQualifiedName"] == "buckets.a")
    #expect(results[0]["message"]?["text"] == "buckets.a is open. because (my dir/50%.yaml:2). close it")
    #expect(results[2]["locations"] == nil)
  }

  @Test("Without findings it is a log with no results")
  func empty() throws {
    let run = try run([])
    #expect(run["results"] == [])
    #expect(run["tool"]?["driver"]?["rules"] == [])
  }

  @Test("A finding keeps its fingerprint when lines above it move")
  func fingerprints() throws {
    let first = Diagnostic("TST0001", .warning, "same", at: marked.ranges[0])
    var second = first
    second.range = marked.ranges[1]
    let results = try #require(run([first, second])["results"]?.list)
    #expect(results[0]["partialFingerprints"] == results[1]["partialFingerprints"])
  }
}
