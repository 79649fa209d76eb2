import CooperDiagnostics
import CooperSchema
import CooperSyntax
import Testing

/// What a person reads: YAML in, report out.
@Suite("Reports of checks") struct CheckReportTests {
  private func report(_ yaml: String, _ shape: ObjectShape, options: CheckOptions = CheckOptions()) throws -> String {
    let source = SourceText(name: "teams/web.yaml", text: yaml)
    var sources = SourceMap()
    let id = sources.add(source)
    let parsed = parse(source, id: id)
    #expect(parsed.diagnostics.isEmpty)
    let node = try #require(parsed.value?.first)
    return TextReport(sources).render(check(node, against: .object(shape), named: "web", options: options).diagnostics)
  }

  @Test("a bucket with one of each mistake")
  func mistakes() throws {
    let yaml = """
      conection: aws
      versioning: Enabled
      cors:
      lifecycle:
        trim: { keep: 0, after: 30 }
      tags: [a]
      bucketName: Web_Assets
      readonly: yes
      """
    let text = try report(yaml, SampleShapes.bucket)
    #expect(text == expectedMistakes)
  }

  @Test("text that YAML 1.1 tools would change is kept")
  func text() throws {
    let source = SourceText(
      name: "a.yaml", text: "connection: aws\ntags: { country: no, version: 1.10, zip: 0123, at: 2026-12-01 }\n")
    var sources = SourceMap()
    let node = try #require(parse(source, id: sources.add(source)).value?.first)
    let result = check(node, against: .object(SampleShapes.bucket), named: "b")
    #expect(result.diagnostics.isEmpty)
    #expect(result.value?["tags"] == ["country": "no", "version": "1.10", "zip": "0123", "at": "2026-12-01"])
  }

  @Test("a plain secret is pointed at and not shown")
  func secret() throws {
    let text = try report("method: static\nsecretAccessKey: hunter2-canary\n", SampleShapes.access)
    #expect(text == expectedSecret)
  }
}

private let expectedSecret = """
  error CFG0020: "secretAccessKey" takes a reference, not the secret itself
    teams/web.yaml:2:18
    if it is in use, replace it: whoever reads this file knows it
    write  secretAccessKey: env:NAME    to take it from the environment
    write  secretAccessKey: file:PATH   to read it from a file
    run    cooper secrets seal          to keep it here, encrypted

  """

private let expectedMistakes = """
  error CFG0001: "conection" is not a field of "web"  teams/web.yaml:1:1
     1 | conection: aws
       | ^^^^^^^^^ did you mean "connection"?
    fields: bucketName, connection, cors, description, lifecycle, policy, ratio,
    readonly, region, tagList, tags, versioning

  error CFG0005: "versioning" must be one of enabled, suspended, not "Enabled"
    teams/web.yaml:2:13
     2 | versioning: Enabled
       |             ^^^^^^^ did you mean enabled?
    write  versioning: enabled

  error CFG0031: "cors" has no value              teams/web.yaml:3:1
     3 | cors:
       | ^^^^ cleared, or not managed? An empty key could mean either.
    write  cors: []     to clear it
    write  cors: null   to leave it alone

  error CFG0004: "keep" must be a whole number from 1 to 100, not 0
    teams/web.yaml:5:17
     5 |   trim: { keep: 0, after: 30 }
       |                 ^

  error CFG0011: "after" must be a duration such as 30d, not 30
    teams/web.yaml:5:27
     5 |   trim: { keep: 0, after: 30 }
       |                           ^^
    units are d, h, m and s, e.g. 30d, 12h, 90s or 1d12h

  error CFG0002: "tags" must be a map, not a list  teams/web.yaml:6:7
     6 | tags: [a]
       |       ^^^

  error CFG0006: "bucketName" must be a bucket name of lower-case letters,
    digits, dots and hyphens, not "Web_Assets"  teams/web.yaml:7:13
     7 | bucketName: Web_Assets
       |             ^^^^^^^^^^

  error CFG0002: "readonly" must be true or false, not "yes"  teams/web.yaml:8:11
     8 | readonly: yes
       |           ^^^ yes is a text in YAML 1.2
    write  readonly: true

  """
