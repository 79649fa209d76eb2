import CooperConfig
import CooperModel
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
    return explainAddress(configuration, Address("buckets", name)).map {
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
    let value = try #require(explainedValue(configuration, Address("buckets", "logs"), facet: "tags"))
    #expect(value["address"] == "buckets.logs" && value["file"] == "buckets.yaml" && value["line"] == 2)
    let parts = try #require(value["parts"]?.list)
    #expect(parts.map { $0["path"] } == ["tags.cost", "tags.env", "tags.team"])
    #expect(
      parts.first == [
        "path": "tags.cost", "text": "10", "origin": "written", "file": "environments/stage.yaml", "line": 3,
        "substitutions": [["name": "cost", "text": "1", "place": "cooper.yaml:8"]],
      ])
    #expect(explainedValue(configuration, Address("buckets", "nothing")) == nil)
  }
}
