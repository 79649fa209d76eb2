import CooperDiagnostics
import CooperModel
import CooperSchema
import CooperTestSupport
import Testing

@testable import CooperConfig

@Suite("Rules")
struct RuleTests {
  /// What `validate` finds in a project with one AWS connection: severity, code and subject.
  private func found(_ rest: String, environment: String? = nil, _ others: [String: String] = [:]) -> [String] {
    var texts = others
    texts["cooper.yaml"] = "cooper: 1\nname: acme\nconnections: { aws: { type: aws, region: eu-west-1 } }\n" + rest
    let loader = ConfigLoader(catalog: TestCatalog.standard, files: MemoryFiles(texts))
    let result = loader.validate(LoadRequest(directory: "/project", environment: environment))
    return result.diagnostics.map { "\($0.severity) \($0.code) \($0.subject ?? "-")" }
  }

  /// A bucket that no guard minds.
  private static let tls = """
    { Effect: Deny, Principal: "*", Action: "s3:*", Resource: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }
    """
  private static let safe =
    "connection: aws, publicAccess: blocked, encryption: { algorithm: AES256 }, policy: { Statement: [\(tls)] }"

  @Test("A bucket with everything has no finding")
  func healthy() { #expect(found("buckets: { logs: { \(Self.safe) } }\n") == []) }

  @Test("Guards are told by validate, not by what plan and apply load")
  func guardsOfLoad() {
    let text = project("buckets: { logs: { connection: aws, cors: [{ origins: [\"*\"], methods: [PUT] }] } }\n")
    #expect(load(["cooper.yaml": text]).diagnostics.map(\.line) == [])
  }

  @Test("The project sets the level of a rule", arguments: ["off", "note", "warning", "error"])
  func levels(level: String) {
    let rest = "buckets: { logs: { \(Self.safe), cors: [{ origins: [\"*\"], methods: [PUT] }] } }\n"
    let wanted = level == "off" ? [] : ["\(level) RUL0026 buckets.logs"]
    #expect(found("rules: { cors-open: \(level) }\n" + rest) == wanted)
    #expect(found("rules: { cors-open: { severity: \(level), reason: PLAT-1 } }\n" + rest) == wanted)
  }

  @Test("A resource wins over the project, for itself alone")
  func exceptions() {
    let cors = "cors: [{ origins: [\"*\"], methods: [PUT] }]"
    let rest = """
      buckets:
        one: { \(Self.safe), \(cors), rules: { cors-open: { severity: off, reason: PLAT-1 } } }
        two: { \(Self.safe), \(cors), rules: { cors-open: error } }
        six: { \(Self.safe), \(cors) }

      """
    #expect(Set(found(rest)) == ["error RUL0026 buckets.two", "warning RUL0026 buckets.six"])
    #expect(found("rules: { cors-open: off }\n" + rest) == ["error RUL0026 buckets.two"])
  }

  @Test("What a resource makes an error is one for every command")
  func raised() {
    let cors = "cors: [{ origins: [\"*\"], methods: [PUT] }], rules: { cors-open: error }"
    let text = project(
      "buckets: { one: { connection: aws, \(cors) }, two: { connection: aws, publicAccess: allowed } }\n")
    #expect(load(["cooper.yaml": text]).diagnostics.map { "\($0.severity) \($0.code)" } == ["error RUL0026"])
  }

  @Test("An exception in a profile is one: a note only when nobody who has it needs it")
  func exceptionOfProfile() {
    let profiles = "profiles: { open: { rules: { cors-open: { severity: off, reason: PLAT-1 } } } }\n"
    let one = "one: { \(Self.safe), profile: open, cors: [{ origins: [\"*\"], methods: [PUT] }] }"
    let two = "two: { \(Self.safe), profile: open }"
    #expect(found(profiles + "buckets:\n  \(one)\n  \(two)\n") == [])
    #expect(found(profiles + "buckets:\n  \(two)\n") == ["note RUL0011 -"])
  }

  @Test("An exception that one environment needs is none too many; with one environment named nothing is said")
  func exceptionOfEnvironment() {
    let rest = """
      environments: { prod: {}, stage: {} }
      buckets:
        one:
          { \(Self.safe), bucketName: x-$(environment), rules: { cors-open: { severity: off, reason: PLAT-1 } } }

      """
    let prod = ["environments/prod.yaml": "buckets: { one: { cors: [{ origins: [\"*\"], methods: [PUT] }] } }\n"]
    #expect(found(rest, prod) == [])
    #expect(found(rest) == ["note RUL0011 -"])
    #expect(found(rest, environment: "stage", prod) == [])
  }

  @Test("An error that forbids an apply stays one, whatever stands in rules")
  func fixed() {
    let rest = "buckets: { one: { \(Self.safe), bucketName: x12 }, two: { \(Self.safe), bucketName: x12 } }\n"
    #expect(found(rest) == ["error RUL0001 -"])
    #expect(Set(found("rules: { duplicate-identity: off }\n" + rest)) == ["error RUL0012 -", "error RUL0001 -"])
  }

  @Test("Every rule has a name of its own, and entries that explain it")
  func names() {
    let names = RuleDescription.all.map(\.name)
    #expect(Set(names).count == names.count)
    for rule in RuleDescription.all {
      #expect(rule.name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2D })
      #expect(!rule.entries.isEmpty)
      #expect(rule.entries.allSatisfy { $0.code.text.hasPrefix("RUL") })
    }
    #expect(RuleDescription.all.filter { $0.level == .off }.map(\.name) == ["bucket-without-versioning"])
  }

  // MARK: Guards

  @Test(
    "CORS: C-1 and named origins are fine, what lets any site write or send credentials isn't",
    arguments: [
      ("{ origins: [\"*\"], methods: [GET], headers: [\"*\"], maxAge: 1h }", false),
      ("{ origins: [\"*\"], methods: [GET, HEAD], expose: [ETag] }", false),
      ("{ origins: [\"https://*.acme.example\"], methods: [PUT] }", false),
      ("{ origins: [\"https://shop.acme.example\"], methods: [PUT, DELETE] }", false),
      ("{ origins: [\"*\"], methods: [DELETE] }", true), ("{ origins: [\"http*\"], methods: [GET] }", true),
      ("{ origins: [\"https://*.example\"], methods: [GET] }", true),
      ("{ origins: [\"https://*:8443\"], methods: [GET] }", true),
      ("{ origins: [\"*\"], methods: [GET], expose: [X-Amz-Security-Token] }", true),
    ])
  func cors(rule: (String, Bool)) {
    let codes = found("buckets: { logs: { \(Self.safe), cors: [\(rule.0)] } }\n")
    #expect(codes == (rule.1 ? ["warning RUL0026 buckets.logs"] : []))
  }

  @Test(
    "A policy wants TLS when it denies everything to everybody without it",
    arguments: [
      (tls, true), (tls.replacing("Bool:", with: "BoolIfExists:"), true),
      (tls.replacing("\"s3:*\"", with: "\"*\""), true),
      (tls.replacing("\"*\", A", with: "{ AWS: \"*\" }, A"), true),
      (tls.replacing("\"false\"", with: "[\"false\"]"), true),
      (tls.replacing("\"false\"", with: "\"true\""), false), (tls.replacing("\"s3:*\"", with: "s3:GetObject"), false),
      (tls.replacing("\"*\", A", with: "{ AWS: \"111122223333\" }, A"), false),
      (tls.replacing("Effect: Deny", with: "Effect: Allow"), false),
    ])
  func tlsPolicy(statement: (String, Bool)) {
    let base = "connection: aws, publicAccess: blocked, encryption: { algorithm: AES256 }"
    let rest = "buckets: { logs: { \(base), policy: { Statement: [\(statement.0)] } } }\n"
    #expect(found(rest).contains("warning RUL0029 buckets.logs") == !statement.1)
  }

  @Test("A condition makes a statement for everybody no public one")
  func conditions() {
    let open = "Effect: Allow, Principal: \"*\", Action: \"s3:GetObject\", Resource: \"*\""
    func codes(_ statement: String) -> [String] {
      found("buckets: { logs: { \(Self.safe.replacing(Self.tls, with: Self.tls + ", " + statement)) } }\n")
    }
    #expect(codes("{ \(open) }") == ["warning RUL0027 buckets.logs"])
    #expect(codes("{ \(open), Condition: {} }") == ["warning RUL0027 buckets.logs"])
    #expect(codes("{ \(open), Condition: { StringEquals: { \"aws:PrincipalOrgID\": o-1 } } }") == [])
  }

  @Test("What is only referred to, and stores other than AWS, need no guards")
  func exempt() {
    let rest = """
      buckets: { theirs: { connection: aws, origin: existing }, mine: { connection: m } }

      """
    let connections = "connections: { aws: { type: aws, region: r }, m: { type: minio, endpoint: \"https://m\" } }\n"
    let loader = ConfigLoader(
      catalog: TestCatalog.standard, files: MemoryFiles(["cooper.yaml": "cooper: 1\nname: acme\n" + connections + rest])
    )
    #expect(loader.validate(LoadRequest(directory: "/p")).diagnostics.map(\.line) == [])
  }

  @Test("A tag with the value backup or a profile of that name makes a backup bucket; its name doesn't")
  func backups() {
    func codes(_ more: String) -> [String] { found("buckets: { backup: { \(Self.safe)\(more) } }\n") }
    #expect(codes("") == [])
    #expect(codes(", tags: { purpose: backups }") == [])
    #expect(codes(", tags: { any: backup }") == ["warning RUL0022 buckets.backup"])
    #expect(codes(", tags: { any: backup }, versioning: enabled") == [])
    let expire =
      "lifecycle: { a: { expiration: { after: 1d } }, b: { expiration: { expiredObjectDeleteMarker: true } } }"
    #expect(codes(", tags: { any: backup }, versioning: enabled, \(expire)") == ["warning RUL0024 buckets.backup"])
    #expect(codes(", versioning: enabled, \(expire)") == [])
    let off = expire.replacing("after: 1d } }", with: "after: 1d }, enabled: false }")
    #expect(codes(", tags: { any: backup }, versioning: enabled, \(off)") == [])
  }

  @Test("Retention is compared with the schedule only where a tag tells it")
  func schedule() {
    let trim = "lifecycle: { trim: { noncurrentExpiration: { after: 3d } } }"
    func codes(_ tags: String) -> [String] { found("buckets: { logs: { \(Self.safe), tags: \(tags), \(trim) } }\n") }
    #expect(codes("{}") == [])
    #expect(codes("{ backupSchedule: 3d }") == [])
    #expect(codes("{ backupSchedule: 73h }") == ["warning RUL0025 buckets.logs"])
    #expect(codes("{ backupSchedule: weekly }") == [])
  }

  @Test("500 buckets that lack the same are told once, with their number")
  func grouping() throws {
    let names = (100..<600).map { "b\($0)" }
    let rest = "buckets:\n" + names.map { "  \($0): { connection: aws }\n" }.joined()
    let text = "cooper: 1\nname: acme\nconnections: { aws: { type: aws, region: eu-west-1 } }\n" + rest
    let loader = ConfigLoader(catalog: TestCatalog.standard, files: MemoryFiles(["cooper.yaml": text]))
    let result = loader.validate(LoadRequest(directory: "/p"))
    #expect(result.diagnostics.count == 1500)
    let sources = try #require(result.value?.first?.sources)
    let joined = result.diagnostics.joiningEqual(sources)
    #expect(joined.map(\.code.text) == ["RUL0020", "RUL0030", "RUL0029"])
    let others = "buckets.b101, buckets.b102, buckets.b103"
    #expect(joined.allSatisfy { $0.notes.last?.message == "and 499 more: \(others), …; --format json lists all" })
  }
}
