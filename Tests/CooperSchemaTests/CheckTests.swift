import CooperDiagnostics
import CooperSchema
import CooperSyntax
import Testing

@Suite("Checking nodes against a shape") struct CheckTests {
  let bucket = Shape.object(SampleShapes.bucket)

  private func checked(
    _ pairs: [(String, SyntaxNode)], _ options: CheckOptions = CheckOptions()
  ) -> Diagnosed<Value> {
    check(.map([("connection", .plain("aws"))] + pairs), against: bucket, named: "data-eu", options: options)
  }

  /// Checks one field on line 2 and returns its only problem.
  private func problem(_ field: String, _ node: SyntaxNode) -> Diagnostic? {
    let result = checked([(field, node)])
    #expect(result.diagnostics.count == 1, "\(result.diagnostics)")
    return result.diagnostics.first
  }

  @Test(
    "text where the schema says text stays text", arguments: ["no", "1.10", "0123", "true", "0x1F", "2026-12-01", "~x"])
  func textStays(text: String) {
    let result = checked([("description", .plain(text))])
    #expect(result.diagnostics.isEmpty)
    #expect(result.value?["description"] == .string(text))
  }

  @Test("canonical types come out")
  func types() {
    let result = checked([
      ("readonly", .plain("true")), ("ratio", .plain("1.5")),
      (
        "lifecycle",
        .map([
          (
            "trim",
            .map([
              ("after", .plain("24h")), ("keep", .plain("0x10")), ("minimumSize", .plain("1024")),
              ("on", .plain("2026-12-01")),
            ])
          )
        ])
      ), ("bucketName", .quoted("acme-data")),
    ])
    #expect(result.diagnostics.isEmpty)
    #expect(
      result.value == [
        "connection": "aws", "readonly": true, "ratio": .number(1.5), "bucketName": "acme-data",
        "lifecycle": ["trim": ["after": "1d", "keep": 16, "minimumSize": "1KiB", "on": "2026-12-01T00:00:00Z"]],
      ])
  }

  @Test("CFG0001 unknown field: did you mean, and the list of fields")
  func unknownField() {
    let found = problem("lifecycel", .map([]))
    #expect(found?.code.text == "CFG0001")
    #expect(found?.message == "\"lifecycel\" is not a field of \"data-eu\"")
    #expect(found?.notes.first?.message == "did you mean \"lifecycle\"?")
    #expect(found?.notes.last?.message.hasPrefix("fields: bucketName, connection, cors") == true)
    #expect(found?.range?.start.line == 2)
  }

  @Test("a slip in the name of a required field is one problem")
  func slipOfRequired() {
    let result = check(.map([("conection", .plain("aws"))]), against: bucket, named: "b")
    #expect(result.diagnostics.map(\.code.text) == ["CFG0001"])
  }

  @Test("x- keys are free only where the flag says so")
  func extensionKeys() {
    #expect(problem("x-anchor", .plain("1"))?.code.text == "CFG0001")
    let result = checked([("x-anchor", .plain("1"))], CheckOptions(allowsExtensionKeys: true))
    #expect(result.diagnostics.isEmpty)
    #expect(result.value == ["connection": "aws"])
  }

  @Test(
    "CFG0002 wrong type",
    arguments: [
      ("readonly", SyntaxNode.plain("yes"), "\"readonly\" must be true or false, not \"yes\"", "write  readonly: true"),
      ("readonly", .quoted("true"), "\"readonly\" must be true or false, not \"true\"", "write  readonly: true"),
      ("cors", .map([]), "\"cors\" must be a list, not a map", nil),
      ("lifecycle", .list([]), "\"lifecycle\" must be a map, not a list", nil),
      ("description", .list([]), "\"description\" must be text, not a list", nil),
      ("policy", .list([]), "\"policy\" must be a JSON document, not a list", nil),
      ("ratio", .plain(".inf"), "\"ratio\" must be a number, not \".inf\"", nil),
    ] as [(String, SyntaxNode, String, String?)])
  func wrongType(field: String, node: SyntaxNode, message: String, fix: String?) {
    let found = problem(field, node)
    #expect(found?.code.text == "CFG0002")
    #expect(found?.message == message)
    #expect(found?.fix.first == fix)
  }

  @Test("CFG0002 offers the list around a lone text")
  func loneText() {
    let result = checked([("cors", .list([.map([("origins", .plain("*")), ("methods", .plain("GET"))])]))])
    #expect(result.diagnostics.map(\.fix) == [["write  origins: [*]"], ["write  methods: [GET]"]])
  }

  @Test("CFG0003 missing field points at the key, or at the entry's start")
  func missingField() {
    let root = check(.map([]), against: bucket, named: "data-eu")
    #expect(root.diagnostics.map(\.code.text) == ["CFG0003"])
    #expect(root.diagnostics[0].message == "\"data-eu\" lacks the field \"connection\"")
    #expect(root.diagnostics[0].fix == ["write  connection: aws"])
    let entry = problem("cors", .list([.map([("methods", .list([.plain("GET")]))], from: 7)]))
    #expect(entry?.message == "entry 1 of \"cors\" lacks the field \"origins\"")
    #expect(entry?.range?.start == SourcePosition(line: 7, column: 1))
    #expect(check(.map([]), against: bucket, named: "p", options: CheckOptions(isPartial: true)).diagnostics.isEmpty)
  }

  @Test("CFG0004 out of range")
  func range() {
    let keep = problem("lifecycle", .map([("a", .map([("keep", .plain("101"))]))]))
    #expect(keep?.code.text == "CFG0004")
    #expect(keep?.message == "\"keep\" must be a whole number from 1 to 100, not 101")
    let age = check(.plain("2d"), against: .duration(0...86_400), named: "maxAge")
    #expect(age.diagnostics.first?.message == "\"maxAge\" must be a duration such as 30d from 0s to 1d, not \"2d\"")
  }

  @Test("CFG0005 bad choice with the closest word")
  func choice() {
    let found = problem("versioning", .plain("Enabled"))
    #expect(found?.code.text == "CFG0005")
    #expect(found?.message == "\"versioning\" must be one of enabled, suspended, not \"Enabled\"")
    #expect(found?.fix == ["write  versioning: enabled"])
    #expect(problem("versioning", .plain("suspend"))?.notes.first?.message == "did you mean suspended?")
    #expect(problem("versioning", .plain("xyz"))?.notes == [])
  }

  @Test("CFG0006 pattern with its expectation, CFG0007 length")
  func text() {
    let pattern = problem("bucketName", .plain("Acme_Data"))
    #expect(pattern?.code.text == "CFG0006")
    #expect(
      pattern?.message
        == "\"bucketName\" must be a bucket name of lower-case letters, digits, dots and hyphens, not \"Acme_Data\"")
    #expect(problem("bucketName", .plain("a"))?.code.text == "CFG0007")
    let long = problem("bucketName", .plain(String(repeating: "a", count: 64)))
    #expect(long?.message == "\"bucketName\" must have at most 63 characters, not 64")
    #expect(
      check(.map([("connection", .plain("a.b"))]), against: bucket, named: "b").diagnostics.map(\.code.text) == [
        "CFG0006"
      ])
  }

  @Test("CFG0008 duplicate keys, also those that are equal only after Unicode normalisation")
  func duplicateKeys() {
    let found = problem("tags", .map([("caf\u{E9}", .plain("1")), ("cafe\u{301}", .plain("2"))], from: 5))
    #expect(found?.code.text == "CFG0008")
    #expect(found?.range?.start.line == 6 && found?.notes.first?.range?.start.line == 5)
    #expect(problem("connection", .plain("x"))?.code.text == "CFG0008")
  }

  @Test("CFG0009 duplicate elements of a set, by identity")
  func duplicateElements() {
    let tag = { (key: String, text: String, line: Int) in
      SyntaxNode.map([("key", .plain(key, line: line)), ("text", .plain(text, line: line))], from: line)
    }
    let found = problem("tagList", .list([tag("a", "1", 3), tag("b", "1", 5), tag("a", "2", 7)]))
    #expect(found?.code.text == "CFG0009")
    #expect(found?.message == "entry 3 of \"tagList\" repeats an earlier one with the same key")
    #expect(found?.range?.start.line == 7)
  }

  @Test("a written null is absence; CFG0010 where something is needed")
  func null() {
    #expect(checked([("cors", .plain("null")), ("description", .plain("~"))]).value == ["connection": "aws"])
    #expect(checked([("cors", .plain("null"))], CheckOptions(keepsNulls: true)).value?["cors"] == .null)
    #expect(checked([("tags", .map([("a", .plain("null"))]))]).value?["tags"] == [:])
    #expect(checked([("description", .quoted("null"))]).value?["description"] == "null")
    let required = check(.map([("connection", .plain("null"))]), against: bucket, named: "b")
    #expect(required.diagnostics.map(\.code.text) == ["CFG0010"])
    #expect(problem("cors", .list([.plain("null")]))?.code.text == "CFG0010")
  }

  @Test("CFG0011 to CFG0014: durations, sizes, dates, documents that can't be read")
  func spellings() {
    let rule = { (field: String, text: String) in SyntaxNode.map([("a", .map([(field, .plain(text))]))]) }
    #expect(problem("lifecycle", rule("after", "30"))?.code.text == "CFG0011")
    #expect(problem("lifecycle", rule("minimumSize", "64MB"))?.code.text == "CFG0012")
    #expect(problem("lifecycle", rule("on", "1.12.2026"))?.code.text == "CFG0013")
    let document = problem("policy", .quoted("{\n  \"Statement\": [,]}"))
    #expect(document?.code.text == "CFG0014")
    #expect(document?.notes.first?.message == "at line 2, column 17 of the text: a value is expected here")
    #expect(problem("policy", .quoted("[]"))?.code.text == "CFG0014")
  }

  @Test("a policy may be written as YAML or as JSON text; its scalars follow the core schema")
  func documents() {
    #expect(
      checked([("policy", .quoted("{\"Version\":\"2012-10-17\"}"))]).value?["policy"] == ["Version": "2012-10-17"])
    let yaml = SyntaxNode.map([
      ("Version", .plain("2012-10-17")), ("N", .plain("5")), ("B", .plain("true")), ("Q", .quoted("5")),
    ])
    #expect(checked([("policy", yaml)]).value?["policy"] == ["Version": "2012-10-17", "N": 5, "B": true, "Q": "5"])
  }

  @Test("CFG0015 depth is limited")
  func depth() {
    var node = SyntaxNode.plain("x")
    for _ in 0..<200 { node = .list([node]) }
    #expect(check(node, against: .anything, named: "a").diagnostics.map(\.code.text) == ["CFG0015"])
    var shape = Shape.string(.any)
    for _ in 0..<200 { shape = .list(shape) }
    #expect(check(node, against: shape, named: "a").diagnostics.map(\.code.text) == ["CFG0015"])
  }

  @Test("CFG0016 read-only fields can't be written")
  func readOnly() { #expect(problem("arn", .plain("x"))?.code.text == "CFG0016") }

  @Test("CFG0031 a key with nothing after it offers both spellings")
  func emptyKey() {
    let list = problem("cors", .missing())
    #expect(list?.code.text == "CFG0031")
    #expect(list?.message == "\"cors\" has no value")
    #expect(list?.notes.first?.message == "cleared, or not managed? An empty key could mean either.")
    #expect(list?.fix == ["write  cors: []     to clear it", "write  cors: null   to leave it alone"])
    #expect(list?.range?.start.line == 2)
    let words = CheckOptions.EmptyKeyWords(
      cleared: "to delete the rules on the bucket", left: "to leave them alone (profile \"web\", profiles.yaml:22)")
    #expect(
      checked([("cors", .missing())], CheckOptions(emptyKeys: ["cors": words])).diagnostics.first?.fix == [
        "write  cors: []     to delete the rules on the bucket",
        "write  cors: null   to leave them alone (profile \"web\", profiles.yaml:22)",
      ])
    #expect(problem("tags", .missing())?.fix.first?.contains("tags: {}") == true)
    let scalar = problem("versioning", .missing())
    #expect(scalar?.fix == [])
    #expect(scalar?.notes.first?.message == "one of enabled, suspended is missing here")
    #expect(problem("cors", .list([.missing(line: 4)]))?.message == "entry 1 of \"cors\" has no value")
  }

  @Test("all problems at once, in source order")
  func allProblems() {
    let node = SyntaxNode.map([
      ("bogus", .plain("1")), ("readonly", .plain("maybe", line: 2)), ("cors", .missing(line: 3)),
      ("arn", .plain("x", line: 4)),
      ("description", .plain("fine", line: 5)),
    ])
    let result = check(
      node, against: bucket, named: "b",
      key: .init(source: .init(0), start: .init(line: 9, column: 1), end: .init(line: 9, column: 2)))
    #expect(result.diagnostics.map(\.code.text) == ["CFG0001", "CFG0002", "CFG0031", "CFG0016", "CFG0003"])
    #expect(result.value == ["description": "fine"])
  }

  @Test("a text that stands for a value born in apply passes every scalar shape")
  func knownAfterApply() {
    let options = CheckOptions(knownAfterApply: { $0 == "$(x)" ? "buckets.x.arn" : nil })
    let result = checked([("bucketName", .quoted("$(x)")), ("readonly", .plain("$(x)"))], options)
    #expect(result.diagnostics.isEmpty)
    #expect(result.value?["bucketName"] == .unknown("buckets.x.arn"))
  }

  @Test("the catalogue names each code once, all within this room's range")
  func catalogue() {
    let codes = schemaDiagnostics.map(\.code.text)
    #expect(Set(codes).count == codes.count)
    #expect(codes.allSatisfy { ("CFG0001"..."CFG0049").contains($0) })
  }
}

@Suite("Secrets in checks") struct SecretCheckTests {
  let canary = "hunter2-canary"
  let access = Shape.object(SampleShapes.access)

  private func checked(_ pairs: [(String, SyntaxNode)]) -> Diagnosed<Value> {
    check(.map([("method", .plain("static"))] + pairs), against: access, named: "access")
  }

  @Test("references are taken as written", arguments: ["env:MINIO_SECRET", "file:secrets/key", "sealed:v1:abc"])
  func references(text: String) {
    let result = checked([("secretAccessKey", .plain(text))])
    #expect(result.diagnostics.isEmpty && result.value?["secretAccessKey"] == .string(text))
  }

  @Test("a command is a list of words")
  func command() {
    let node = SyntaxNode.map([("command", .list([.plain("op"), .plain("read")]))])
    #expect(checked([("secretAccessKey", node)]).value?["secretAccessKey"] == ["command": ["op", "read"]])
  }

  @Test("plain text is an error that never repeats it, wherever it was put")
  func plainText() {
    let cases: [[(String, SyntaxNode)]] = [
      [("secretAccessKey", .plain(canary, line: 2))],
      [("secretAccessKey", .list([.plain(canary)]))],
      [("secretAccessKey", .map([("command", .plain(canary))]))],
      [("secretAccessKey", .map([("comand", .list([.plain(canary)]))]))],
      [("secretAccessKey", .plain("env:" + canary))],
      [("secretAccesKey", .plain(canary))],
      [("note", .plain(canary))],
      [("note", .list([.plain(canary)]))],
    ]
    for pairs in cases {
      let result = checked(pairs)
      #expect(result.diagnostics.count == 1)
      for diagnostic in result.diagnostics {
        #expect(diagnostic.hidesSource, "\(diagnostic)")
        #expect(!"\(diagnostic)".contains(canary))
      }
      #expect(!"\(result.value as Any)".contains(canary))
    }
    let whole = check(.plain(canary), against: access, named: "access")
    #expect(whole.diagnostics.allSatisfy(\.hidesSource) && !"\(whole.diagnostics)".contains(canary))
    #expect(checked([("secretAccessKey", .plain(canary))]).diagnostics.first?.code.text == "CFG0020")
    #expect(checked([("secretAccessKey", .plain("file:"))]).diagnostics.first?.code.text == "CFG0021")
  }

  @Test("another problem on the line of a plain secret hides the line too")
  func sameLine() {
    let result = check(
      .map([("method", .plain("statik", line: 3)), ("secretAccessKey", .plain(canary, line: 3))]), against: access,
      named: "access")
    #expect(result.diagnostics.count == 2 && result.diagnostics.allSatisfy(\.hidesSource))
  }
}
