import CooperConfig
import CooperDiagnostics
import CooperModel
import CooperSchema
import CooperTestSupport
import Testing

@Suite("Loading a project")
struct ConfigLoaderTests {
  @Test("A project of one file becomes a configuration")
  func oneFile() throws {
    let configuration = try configuration([
      "cooper.yaml": project(
        """
        buckets:
          logs: { connection: aws, versioning: enabled, tags: { team: web } }
          data: { connection: here, bucketName: acme-$(self.key), description: Landing zone }
        """)
    ])
    #expect(configuration.project == "acme")
    #expect(configuration.directory == "/project")
    #expect(configuration.resources.map(\.address.description) == ["buckets.data", "buckets.logs"])
    let logs = try #require(configuration.resource(Address("buckets", "logs")))
    #expect(logs.region == "eu-west-1")
    #expect(logs.name == "logs")
    #expect(logs.facets.map(\.name) == ["tags", "versioning"])
    #expect(logs.facet("tags")?.value == ["team": "web"])
    #expect(logs.deletion == .protect)
    let data = try #require(configuration.resource(Address("buckets", "data")))
    #expect(data.name == "acme-data")
    #expect(data.region == nil)
    #expect(data.description == "Landing zone")
    #expect(data.facets.isEmpty)
    #expect(configuration.digest.count == 64)
    #expect(configuration.sources.location(of: try #require(logs.range)) == "cooper.yaml:9")
  }

  @Test("Absent, empty and null stay three things")
  func absentEmptyNull() throws {
    let configuration = try configuration([
      "cooper.yaml": project(
        """
        buckets:
          absent: { connection: aws }
          empty: { connection: aws, cors: [], lifecycle: {} }
          opted: { connection: aws, cors: null, lifecycle: ~ }
        """)
    ])
    func facets(_ name: String) -> [FacetDeclaration] {
      configuration.resource(Address("buckets", name))?.facets ?? []
    }
    #expect(facets("absent").isEmpty)
    #expect(facets("empty").map(\.value) == [[], .map(ValueMap())])
    #expect(facets("opted").isEmpty)
  }

  @Test("Files are included by globs, in any order, each once")
  func includes() throws {
    let configuration = try configuration([
      "cooper.yaml": project("include: [\"buckets/*.yaml\", \"buckets/b.yaml\", \"teams/**\"]\n"),
      "buckets/a.yaml": "buckets: { aaa: { connection: here } }",
      "buckets/b.yaml": "buckets: { bbb: { connection: here } }\n---\nbuckets: { ccc: { connection: here } }",
      "buckets/.hidden.yaml": "nonsense: 1",
      "teams/x/y/web.yaml": "buckets: { web: { connection: here } }",
    ])
    #expect(configuration.resources.map(\.address.name) == ["aaa", "bbb", "ccc", "web"])
    #expect(
      configuration.sources.all.map(\.name) == [
        "cooper.yaml", "buckets/a.yaml", "buckets/b.yaml", "teams/x/y/web.yaml",
      ])
  }
}
