import CooperConfig
import CooperDiagnostics
import CooperModel
import CooperProvider
import CooperProviders
import CooperSchema
import Testing

@Suite("Explaining an address")
struct ExplainTests {
  private static let texts = [
    "cooper.yaml": """
    cooper: 1
    name: acme
    include: [profiles.yaml, buckets.yaml]
    variables:
      team: { default: web }
      cost: {}
    environments:
      stage: { variables: { cost: "1" } }
      prod: { variables: { cost: "2" } }
    connections:
      aws: { type: aws, region: eu-west-1 }

    """,
    "profiles.yaml": """
    profiles:
      one:
        tags: { team: $(team), cost: $(cost), "env": "x-$(environment)" }
        bucketName: acme-$(self.key)-$(environment)
      two:
        versioning: enabled
        aws: { versioning: suspended }

    """,
    "buckets.yaml": """
    buckets:
      logs:
        connection: aws
        profile: [one, two]
        cors:
          - origins: [https://$(team).example]
            methods: [GET]
      other: { connection: aws, profile: one, tags: { of: $(buckets.logs.bucketName) } }

    """,
    "environments/stage.yaml": "buckets:\n  logs:\n    tags: { cost: \"$(cost)0\" }\n",
  ]

  private func lines(
    _ name: String = "logs", environment: String = "stage", variables: [VariableAssignment] = [],
    process: [String: String] = [:]
  ) throws -> [String] {
    let configuration = try configuration(
      Self.texts, environment: environment, variables: variables, process: process)
    return explainAddress(configuration, Address("buckets", name), kind: BucketKind.schema).map {
      $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
  }

  @Test(
    "Profiles, blocks for a type, overlays, variables, substitution, inherited and default values: each with its line")
  func everything() throws {
    #expect(
      try lines() == [
        "buckets.logs buckets.yaml:2",
        "bucketName acme-logs-stage profiles.yaml:4", "$(self.key) = logs", "$(environment) = stage --environment",
        "connection aws buckets.yaml:3",
        "cors[1].methods [GET] buckets.yaml:7",
        "cors[1].origins [https://web.example] buckets.yaml:6", "$(team) = web cooper.yaml:5",
        "deletion protect default",
        "profile [one, two] buckets.yaml:4",
        "region eu-west-1 cooper.yaml:11",
        "tags.cost 10 environments/stage.yaml:3", "$(cost) = 1 cooper.yaml:8",
        "tags.env x-stage profiles.yaml:3", "$(environment) = stage --environment",
        "tags.team web profiles.yaml:3", "$(team) = web cooper.yaml:5",
        "versioning suspended profiles.yaml:7",
      ])
  }

  @Test("A variable from outside names who gave it; a name of another resource its line")
  func outside() throws {
    let given = try lines("other", environment: "prod", process: ["COOPER_VAR_team": "ops"])
    #expect(given.contains("$(team) = ops COOPER_VAR_team"))
    #expect(given.contains("$(cost) = 2 cooper.yaml:9"))
    #expect(given.contains("$(buckets.logs.bucketName) = acme-logs-prod buckets.yaml:2"))
    let assigned = try #require(VariableAssignment("team=db"))
    let byHand = try lines(environment: "prod", variables: [assigned], process: ["COOPER_VAR_team": "ops"])
    #expect(byHand.contains("$(team) = db --var"))
  }

  @Test("As data: the same parts, with file and line apart")
  func data() throws {
    let configuration = try configuration(Self.texts, environment: "stage")
    let value = try #require(
      explainedValue(configuration, Address("buckets", "logs"), facet: "tags", kind: BucketKind.schema))
    #expect(value["address"] == "buckets.logs" && value["file"] == "buckets.yaml" && value["line"] == 2)
    let parts = try #require(value["parts"]?.list)
    #expect(parts.map { $0["path"] } == ["tags.cost", "tags.env", "tags.team"])
    #expect(
      parts.first == [
        "path": "tags.cost", "text": "10", "origin": "written", "file": "environments/stage.yaml", "line": 3,
        "substitutions": [["name": "cost", "text": "1", "place": "cooper.yaml:8"]],
      ])
    #expect(explainedValue(configuration, Address("buckets", "nothing"), kind: BucketKind.schema) == nil)
  }

  /// Squeezed lines of one address, with the providers of the build.
  private func platforms(_ address: Address, facet: String? = nil) throws -> [String] {
    let text = """
      cooper: 1
      name: acme
      connections:
        hk: { type: kubernetes, context: hikube }
        s3: { type: minio, endpoint: "https://minio.internal:9000", region: us-east-1 }
        fb: { type: flashback, endpoint: "https://fb.example", workspace: w1, access: { token: env:TOKEN } }
      buckets:
        data: { connection: s3, tags: { of: $(buckets.hk.bucketName) } }
        hk: { connection: hk, cozystack: { namespace: tenant, users: { velero: {} } } }
      identities:
        key: { type: accessKey, accessKeyId: env:ID, secretAccessKey: { command: [op, read, x] } }
        user: { type: bucketUser, bucket: hk, user: velero }
        same: { type: accessKey, accessKeyId: $(identities.key.accessKeyId), secretAccessKey: env:S }
        born: { type: accessKey, accessKeyId: $(identities.user.accessKeyId), secretAccessKey: $(identities.user.secretAccessKey) }
      registrations:
        reg: { bucket: data, identity: key, in: fb }
        two: { bucket: data, identity: key, in: fb, workspace: w2 }

      """
    let catalog = AllProviders.registry.catalog
    let loaded = load(["cooper.yaml": text], catalog: catalog)
    let configuration = try #require(loaded.value, "\(loaded.diagnostics.map(\.line))")
    let kind = try #require(catalog.kinds[address.section])
    return explainAddress(configuration, address, facet: facet, kind: kind).map {
      $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
  }

  @Test("A secret output is shown by its reference, what is born in apply as such; no mark of the tree ever")
  func marks() throws {
    #expect(
      try platforms(Address("identities", "same")) == [
        "identities.same cooper.yaml:13", "accessKeyId env:ID cooper.yaml:13",
        "$(identities.key.accessKeyId) cooper.yaml:11", "secretAccessKey env:S cooper.yaml:13",
        "type accessKey cooper.yaml:13",
      ])
    let born = try platforms(Address("identities", "born"))
    #expect(born[1] == "accessKeyId (secret, known after apply) cooper.yaml:14")
    let tags = try platforms(Address("buckets", "data"), facet: "tags")
    #expect(tags[1] == "tags.of (known after apply) cooper.yaml:8")
    #expect((born + tags).allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 } })
  }

  @Test("What the connection gives has the line of the connection; defaults are those that the resource has")
  func given() throws {
    #expect(
      try platforms(Address("registrations", "reg")) == [
        "registrations.reg cooper.yaml:16", "bucket data cooper.yaml:16", "identity key cooper.yaml:16",
        "in fb cooper.yaml:16", "registrationName reg default", "workspace w1 cooper.yaml:6",
      ])
    #expect(try platforms(Address("registrations", "two")).contains("workspace w2 cooper.yaml:17"))
  }

  @Test("A facet that isn't declared is said to be none of Cooper's")
  func absent() throws {
    #expect(
      try platforms(Address("buckets", "data"), facet: "cors") == [
        "buckets.data cooper.yaml:8", "cors is not declared: it is not managed",
      ])
  }
}
