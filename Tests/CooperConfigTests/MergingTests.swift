import CooperConfig
import CooperDiagnostics
import CooperModel
import CooperSchema
import CooperTestSupport
import Testing

@Suite("Profiles, environments, variables")
struct MergingTests {
  private func bucket(_ configuration: Configuration, _ name: String = "logs") throws -> ResourceDeclaration {
    try #require(configuration.resource(Address("buckets", name)))
  }

  @Test("Later profiles win over earlier ones, and the bucket over all, merged by identity")
  func profiles() throws {
    let configuration = try configuration([
      "cooper.yaml": project(
        """
        profiles:
          one:
            versioning: suspended
            tags: { a: one, b: one, c: one }
            lifecycle: { abort: { abortMultipartAfter: 7d }, trim: { prefix: x/, expiration: { after: 9d } } }
            cors: [{ origins: [https://one.example], methods: [GET] }]
          two: { versioning: enabled, tags: { b: two, c: two } }
        buckets:
          logs:
            connection: aws
            profile: [one, two]
            tags: { c: own }
            lifecycle: { trim: { expiration: { after: 30d } } }
            cors: [{ origins: [https://own.example], methods: [PUT] }]
        """)
    ])
    let logs = try bucket(configuration)
    #expect(logs.facet("versioning")?.value == "enabled")
    #expect(logs.facet("tags")?.value == ["a": "one", "b": "two", "c": "own"])
    #expect(logs.facet("lifecycle")?.value["trim"]?["prefix"] == "x/")
    #expect(logs.facet("lifecycle")?.value["trim"]?["expiration"]?["after"] == "30d")
    #expect(logs.facet("lifecycle")?.value["abort"]?["abortMultipartAfter"] == "7d")
    #expect(logs.facet("cors")?.value.list?.count == 1)
    #expect(logs.facet("cors")?.value.list?.first?["origins"] == ["https://own.example"])
  }

  @Test("A block for a type of connection holds for buckets on that type only; null opts out")
  func typeBlocks() throws {
    let configuration = try configuration([
      "cooper.yaml": project(
        """
        profiles:
          base: { publicAccess: blocked, aws: { tags: { on: aws } }, minio: { publicAccess: null } }
        buckets:
          logs: { connection: aws, profile: base }
          data: { connection: minio, profile: base }
          mine: { connection: aws, profile: base, publicAccess: null, tags: { on: null } }
        """)
    ])
    #expect(try bucket(configuration).facets.map(\.name) == ["publicAccess", "tags"])
    #expect(try bucket(configuration, "data").facets.isEmpty)
    #expect(try bucket(configuration, "mine").facets.map(\.value) == [.map(ValueMap())])
  }

  @Test("A profile gives connection, region and a pattern for names")
  func namesFromProfiles() throws {
    let configuration = try configuration([
      "cooper.yaml": project(
        """
        profiles:
          us: { connection: aws, region: us-east-1, bucketName: acme-$(self.key)-$(self.region) }
        buckets: { logs: { profile: us, description: "$(self.arn) ${aws:username} $$(x) $(buckets.data.bucketName)" },
          data: { profile: us, bucketName: d-$(buckets.logs.region) } }
        """)
    ])
    let logs = try bucket(configuration)
    #expect(logs.name == "acme-logs-us-east-1")
    #expect(logs.region == "us-east-1")
    #expect(logs.description == "arn:aws:s3:::acme-logs-us-east-1 ${aws:username} $(x) d-us-east-1")
  }

  @Test("Policy statements are merged by Sid, and substitution reaches their keys and values")
  func policies() throws {
    let configuration = try configuration([
      "cooper.yaml": project(
        """
        variables: { operator: StringEquals, flag: "true" }
        profiles:
          tls:
            policy:
              Statement:
                - { Sid: TLSOnly, Effect: Deny, Principal: "*", Action: s3:*, Resource: [$(self.arn), $(self.arn)/*],
                    Condition: { Bool: { "aws:SecureTransport": "false" } } }
                - { Sid: Open, Effect: Allow, Principal: "*", Action: s3:GetObject, Resource: $(self.arn)/* }
        buckets:
          logs:
            connection: aws
            profile: tls
            policy:
              Statement:
                - { Sid: Open, Effect: Deny, Principal: "*", Action: s3:GetObject, Resource: $(self.arn)/x/* }
                - { Sid: More, Effect: Deny, Principal: "*", Action: s3:PutObject, Resource: $(self.arn)/*,
                    Condition: { $(operator): { "aws:x": $(flag) } } }
        """)
    ])
    let statements = try #require(try bucket(configuration).facet("policy")?.value["Statement"]?.list)
    #expect(Set(statements.compactMap { $0["Sid"]?.string }) == ["TLSOnly", "Open", "More"])
    let open = statements.first { $0["Sid"] == "Open" }
    #expect(open?["Effect"] == "Deny")
    let more = try #require(statements.first { $0["Sid"] == "More" })
    #expect(more["Condition"]?["StringEquals"]?.map?.first?.value != .bool(true))
    #expect(more["Condition"]?["StringEquals"] != nil)
  }

  @Test("Variables: default, environment, file, process and command line, each over the one before")
  func precedence() throws {
    let texts = [
      "cooper.yaml": project(
        """
        variables: { a: one, b: one, c: one, d-d: one, e: { default: "1.10" } }
        environments: { prod: { variables: { b: two, c: two, d-d: two } } }
        buckets: { logs: { connection: here, description: $(a) $(b) $(c) $(d-d) $(e) $(environment) $(project) } }
        """)
    ]
    let file = SourceText(name: "vars.yaml", text: "c: three\nd-d: three\n")
    let configuration = try configuration(
      texts, environment: "prod", variables: [.init(name: "e", text: "$(a)")], files: [file],
      process: ["COOPER_VAR_d_d": "four", "HOME": "x"])
    #expect(try bucket(configuration).description == "one two three four $(a) prod acme")
  }

  @Test("An environment overlays inline and by file; null removes a bucket or a field")
  func environments() throws {
    let texts = [
      "cooper.yaml": project(
        """
        environments:
          stage: { buckets: { logs: { tags: { env: stage } } } }
          prod: {}
        profiles: { p: { versioning: enabled } }
        buckets:
          logs: { connection: aws, bucketName: logs-$(environment), profile: p, tags: { team: web }, cors: [] }
          data: { connection: aws }
        """),
      "environments/stage.yaml": """
      buckets:
        data: null
        logs: { cors: null, versioning: null }
        only: { connection: here }
      """,
    ]
    let stage = try configuration(texts, environment: "stage")
    #expect(stage.resources.map(\.address.name) == ["logs", "only"])
    #expect(try bucket(stage).facets.map(\.name) == ["tags"])
    #expect(try bucket(stage).facet("tags")?.value == ["env": "stage", "team": "web"])
    let range = try #require(try bucket(stage).range)
    #expect(stage.sources.location(of: range).hasPrefix("cooper.yaml:"))
    let prod = try configuration(texts, environment: "prod")
    #expect(prod.resources.map(\.address.name) == ["data", "logs"])
    #expect(try bucket(prod).facets.map(\.name) == ["cors", "tags", "versioning"])
  }

  @Test("A changed method or type replaces its block")
  func changedMethod() throws {
    let configuration = try configuration(
      [
        "cooper.yaml": """
        cooper: 1
        name: acme
        connections:
          aws: { type: aws, region: x, access: { method: static, accessKeyId: env:A, secretAccessKey: env:B } }
          store: { type: minio, endpoint: https://x, pathStyle: true }
        environments:
          prod: { connections: { aws: { access: { method: default } }, store: { type: local, root: data } } }
        """
      ], environment: "prod")
    let aws = try #require(configuration.connections["aws"]?.declaration)
    #expect(aws.access == ValueMap([("method", "default")]))
    #expect(aws.settings["region"] == "x")
    let store = try #require(configuration.connections["store"]?.declaration)
    #expect(store.settings == ValueMap([("root", "data")]))
  }

  @Test("Equal text is checked once, and a faulty one is reported wherever it stands")
  func repeated() {
    let result = load([
      "cooper.yaml": project(
        """
        buckets:
          aaa: { connection: aws, cors: [{ origins: [o], methods: [patch] }] }
          bbb: { connection: aws, cors: [{ origins: [o], methods: [patch] }] }
          ccc: { connection: aws, versioning: suspended }
          ddd: { connection: here, versioning: suspended }
        """)
    ])
    #expect(result.diagnostics.map(\.code) == ["COR0001", "COR0001", "LOC0001"])
  }

  @Test("validate checks every environment when none is named")
  func validate() throws {
    let loader = ConfigLoader(
      catalog: TestCatalog.standard,
      files: MemoryFiles([
        "cooper.yaml": project(
          """
          environments: { a: {}, b: { buckets: { logs: { nonsense: 1 } } } }
          buckets: { logs: { connection: here, bucketName: logs-$(environment) } }
          """)
      ]))
    let result = loader.validate(LoadRequest(directory: "/project"))
    #expect(result.value?.map(\.environment) == ["a", "b"])
    #expect(result.diagnostics.map(\.code) == ["CFG0089"])
  }

  @Test("Explaining an address shows each part with its place")
  func explain() throws {
    let configuration = try configuration([
      "cooper.yaml": project(
        "include: [p.yaml]\nbuckets: { logs: { connection: aws, profile: p, tags: { own: a } } }\n"),
      "p.yaml": "profiles:\n  p:\n    tags:\n      team: web\n",
    ])
    let lines = explainAddress(configuration, Address("buckets", "logs"), kind: BucketKind.schema)
    #expect(
      lines == [
        "buckets.logs  cooper.yaml:9", "  bucketName  logs       default", "  connection  aws        cooper.yaml:9",
        "  deletion    protect    default", "  profile     p          cooper.yaml:9",
        "  region      eu-west-1  cooper.yaml:5", "  tags.own    a          cooper.yaml:9",
        "  tags.team   web        p.yaml:4",
      ])
    #expect(
      explainAddress(configuration, Address("buckets", "logs"), facet: "tags", kind: BucketKind.schema).count == 3)
    #expect(explainAddress(configuration, Address("buckets", "nothing"), kind: BucketKind.schema).isEmpty)
  }

  @Test("A statement without a Sid that says the same is the same, in whatever order its elements stand")
  func statementsWithoutSid() throws {
    let statement = "Effect: Allow, Principal: { AWS: \"111122223333\" }, Resource: \"arn:aws:s3:::logs/*\""
    let base = "Statement: [{ \(statement), Action: [s3:GetObject, s3:PutObject] }]"
    func count(_ overlay: String) throws -> Int? {
      let files = [
        "cooper.yaml": project(
          "environments: { prod: {} }\nbuckets: { logs: { connection: aws, policy: { \(base) } } }\n"),
        "environments/prod.yaml": "buckets: { logs: { policy: { Statement: [{ \(overlay) }] } } }\n",
      ]
      let bucket = try configuration(files, environment: "prod").resource(Address("buckets", "logs"))
      return bucket?.facet("policy")?.value["Statement"]?.list?.count
    }
    #expect(try count("\(statement), Action: [s3:PutObject, s3:GetObject]") == 1)
    #expect(try count("Sid: \"\", \(statement), Action: [s3:GetObject, s3:PutObject]") == 2)
    #expect(try count("\(statement), Action: s3:GetObject") == 2)
    #expect(try count("\(statement.replacing("Allow", with: "Deny")), Action: [s3:PutObject, s3:GetObject]") == 2)
  }
}
