import CooperConfig
import CooperDiagnostics
import CooperModel
import CooperSchema
import CooperTestSupport
import Testing

@Suite("Resources that refer to each other")
struct ReferenceTests {
  private let base = """
    cooper: 1
    name: acme
    connections:
      aws: { type: aws, region: eu-west-1, account: "111122223333" }
      unknown: { type: aws, region: eu-west-1 }
      cl: { type: cluster, context: one }

    """

  private func configured(_ text: String) throws -> Configuration { try configuration(["cooper.yaml": base + text]) }

  private func edges(_ configuration: Configuration) -> [String] {
    configuration.graph.edges.map { "\($0.from) \($0.field) \($0.to) \($0.reason)" }
  }

  @Test("Texts of other resources: known ones are put in, the others are known after apply")
  func outputs() throws {
    let configuration = try configured(
      """
      identities:
        known: { type: role, connection: aws, identityName: acme-$(self.key), trust: [{ service: s }] }
        later: { type: role, connection: unknown, trust: [{ service: s }] }
      buckets:
        made: { connection: cl }
        data:
          connection: aws
          tags: { one: $(identities.known.arn), two: "x $(identities.later.arn)", three: $(buckets.made.bucketName) }
      """)
    let data = try #require(configuration.resource(Address("buckets", "data")))
    #expect(
      data.facet("tags")?.value == [
        "one": "arn:aws:iam::111122223333:role/acme-known", "two": .unknown("identities.later.arn"),
        "three": .unknown("buckets.made.bucketName"),
      ])
    #expect(data.knownAfterApply == ["buckets.made.bucketName", "identities.later.arn"])
    #expect(
      edges(configuration) == [
        "buckets.data tags buckets.made born(\"bucketName\")", "buckets.data tags identities.known text(\"arn\")",
        "buckets.data tags identities.later born(\"arn\")",
      ])
    #expect(
      configuration.graph.needs(of: Address("buckets", "data")).map(\.description) == [
        "buckets.made", "identities.known", "identities.later",
      ])
  }

  @Test("Connections come from a field, from the key of a map, or from the bucket")
  func connections() throws {
    let configuration = try configured(
      """
      buckets: { data: { connection: aws }, made: { connection: cl } }
      identities:
        user: { type: bucketUser, bucket: made, user: velero }
        key: { type: accessKey, accessKeyId: env:ID, secretAccessKey: $(identities.other.secretAccessKey) }
        other: { type: accessKey, accessKeyId: env:ID, secretAccessKey: env:SECRET }
      backupLocations: { main: { bucket: made, identity: user, in: { cl: { namespace: velero } } } }
      registrations: { reg: { in: cl, bucket: data, identity: key } }
      documents: { doc: { from: backupLocations.main, as: velero, path: out/velero.yaml } }
      """)
    #expect(
      configuration.resources.map(\.address.description) == [
        "backupLocations.main", "buckets.data", "buckets.made", "registrations.reg",
      ])
    #expect(
      configuration.givens.map { "\($0.address) \($0.connection)" } == [
        "documents.doc ", "identities.key ", "identities.other ", "identities.user cl",
      ])
    let main = try #require(configuration.resource(Address("backupLocations", "main")))
    #expect(main.connection == "cl")
    #expect(main.settings["in"] == ["cl": ["namespace": "velero"]])
    #expect(main.knownAfterApply == ["buckets.made.bucketName"])
    let key = try #require(configuration.resource(Address("identities", "key")))
    // A secret output is the reference, never the secret.
    #expect(key.settings["secretAccessKey"] == "env:SECRET")
  }

  @Test("Grants become statements of the bucket's policy; a bucket without one gets one")
  func grants() throws {
    let configuration = try configured(
      """
      identities: { etl: { type: role, connection: aws, trust: [{ service: s }] } }
      buckets:
        data: { connection: aws, policy: { Statement: [{ Sid: own, Effect: Deny, Principal: "*", Action: "s3:*", Resource: $(self.arn)/* }] } }
        more: { connection: aws }
      grants:
        b-read: { bucket: [data, more], prefix: in/, allow: readOnly, to: [{ identity: etl }] }
        a-read: { bucket: data, allow: readOnly, to: [{ aws: "arn:aws:iam::210987654321:role/etl" }] }
      """)
    func sids(_ name: String) -> [String] {
      let policy = configuration.resource(Address("buckets", name))?.facet("policy")?.value
      return policy?["Statement"]?.list?.compactMap { $0["Sid"]?.string } ?? []
    }
    #expect(sids("data") == ["a-read", "b-read", "own"])
    #expect(sids("more") == ["b-read"])
    #expect(configuration.resources.allSatisfy { $0.address.section != "grants" })
    #expect(edges(configuration).contains("buckets.data policy identities.etl names"))
    let lines = explainAddress(configuration, Address("buckets", "more"), kind: BucketKind.schema)
    #expect(lines.contains { $0.contains("policy.Statement[1].Sid") && $0.contains("cooper.yaml:") })
  }

  @Test("Two buckets may lead to each other by what is known before apply")
  func circles() throws {
    let configuration = try configured(
      """
      buckets:
        one: { connection: aws, tags: { other: $(buckets.two.bucketName) } }
        two: { connection: aws, tags: { other: $(buckets.one.bucketName) } }
      """)
    #expect(configuration.graph.impossibleCircles().isEmpty)
    #expect(configuration.graph.edges.count == 2)
  }

  @Test("state: in the YAML is read with its substitutions")
  func state() throws {
    let configuration = try configuration(
      [
        "cooper.yaml": base
          + "environments: { prod: {} }\nstate: { connection: aws, bucket: acme-state-$(environment), key: acme.json }\n"
      ], environment: "prod")
    #expect(configuration.state == ["connection": "aws", "bucket": "acme-state-prod", "key": "acme.json"])
  }

  @Test("A finding that is the same in several environments is reported once")
  func once() {
    let loader = ConfigLoader(
      catalog: TestCatalog.standard,
      files: MemoryFiles([
        "cooper.yaml": base
          + "environments: { a: {}, b: {}, c: {} }\nbuckets: { logs: { connection: aws }, data: { connection: aws, nonsense: 1, bucketName: d-$(environment) } }\n"
      ]))
    let result = loader.validate(LoadRequest(directory: "/project"))
    #expect(result.diagnostics.map(\.code).filter { $0.text.hasPrefix("CFG") } == ["CFG0109", "CFG0089"])
  }
}
