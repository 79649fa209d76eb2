import CooperConfig
import CooperDiagnostics
import CooperModel
import Testing

/// Past a thousand resources they are elaborated in parts, on all processors.
@Suite("Many resources") struct ManyResourcesTests {
  private func buckets(_ numbers: Range<Int>, _ faulty: Bool = false) -> String {
    "buckets:\n"
      + numbers.map { number in
        let wrong =
          faulty && number % 700 == 5
          ? ", tags: 3" : ", tags: { n: \"\(number)\", first: $(buckets.b10000.bucketName) }"
        return "  b\(10_000 + number): { connection: here, versioning: enabled\(wrong) }\n"
      }.joined()
  }

  @Test("3,000 resources are what they are among a few, in order") func parts() throws {
    let whole = try configuration(["cooper.yaml": project(buckets(0..<3_000))])
    #expect(whole.resources.count == 3_000)
    #expect(whole.resources.map(\.address) == whole.resources.map(\.address).sorted())
    let few = try configuration(["cooper.yaml": project(buckets(0..<900))])
    #expect(whole.resources.prefix(900).map { $0.facets.map(\.value) } == few.resources.map { $0.facets.map(\.value) })
    #expect(whole.graph.edges.count == 3_000)
    #expect(whole.digest != few.digest)
    #expect(whole.digest == (try configuration(["cooper.yaml": project(buckets(0..<3_000))])).digest)
  }

  @Test("what is wrong with some of them is told once each") func faults() {
    let found = load(["cooper.yaml": project(buckets(0..<3_000, true))]).diagnostics
    #expect(found.count == 5)
    #expect(Set(found.compactMap { $0.range?.start.line }).count == 5)
  }
}
