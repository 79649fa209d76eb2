import CooperDiagnostics
import CooperSyntax
import CooperTestSupport
import Testing

/// A faulty text, the code it gives, and marks for where the diagnostic and then its notes must point.
struct FaultyText: Sendable, CustomTestStringConvertible {
  let code: String
  let marked: String
  var limits = SyntaxLimits.standard
  /// Part of the message.
  var says = ""
  /// The mark of the diagnostic itself; the others are those of its notes.
  var mark = 0
  var testDescription: String { "\(code) \(marked.prefix(40).debugDescription)" }
}

let faultyTexts: [FaultyText] = [
  .init(code: "YML0003", marked: "a: 1\nb: x⟦\u{202E}⟧y\n", says: "U+202E"),
  .init(code: "YML0003", marked: "a: x⟦\u{2028}⟧y\n", says: "line separator"),
  .init(code: "YML0003", marked: "a: 1\n⟦\u{FEFF}⟧b: 2\n", says: "byte order mark"),
  .init(code: "YML0003", marked: "a: x⟦\u{1B}⟧y\n", says: "U+001B"),
  .init(code: "YML0004", marked: "\n%A\n%B\n⟦%⟧C\n", limits: .init(directives: 2)),
  .init(code: "YML0005", marked: "⟦a⟧bcdef", limits: .init(bytes: 5), says: "6 bytes; the limit is 5"),
  .init(code: "YML0006", marked: "a:\n  b: ⟦[⟧1]\n", limits: .init(depth: 2)),
  .init(code: "YML0006", marked: "x: &x [1]\na:\n  b: ⟦*x⟧\n", limits: .init(depth: 2)),
  .init(code: "YML0007", marked: "[a, b, ⟦c⟧]", limits: .init(nodes: 3)),
  .init(code: "YML0008", marked: "a: &a [1, 2]\nb: ⟦*a⟧\n", limits: .init(aliasNodes: 2), says: "more than 2"),
  .init(code: "YML0008", marked: "- &a [1, 2]\n- ⟦*a⟧\n", limits: .init(aliasRatio: 0, aliasFloor: 2)),
  .init(code: "YML0009", marked: "a:\n⟦\t⟧b: 1\n\tc: 2\n", says: "a tab"),
  .init(code: "YML0009", marked: "a:\n  b: 1\n ⟦\t⟧c: 2\n"),
  .init(code: "YML0009", marked: "-⟦\t⟧a: 1\n"),
  .init(code: "YML0009", marked: "a: |\n⟦\t⟧text\n"),
  .init(code: "YML0010", marked: "⟦cors⟧: []\ntags: {}\n⟦cors⟧: null\n", says: "\"cors\" is written twice", mark: 1),
  .init(code: "YML0010", marked: "a: &a {x: 1}\nb: {⟦<<⟧: *a, ⟦<<⟧: *a}\n", says: "\"<<\"", mark: 1),
  .init(code: "YML0011", marked: "? ⟦[a, b]⟧\n: 1\n", says: "a list can't be a key"),
  .init(code: "YML0011", marked: "⟦{a: b}⟧: 1\n", says: "a mapping can't be a key"),
  .init(code: "YML0012", marked: "{a: 1, ⟦:⟧ 2}\n"),
  .init(code: "YML0012", marked: "a: 1\n⟦:⟧ 2\n"),
  .init(code: "YML0012", marked: "a: 1\n?⟦⟧\n: 2\n"),
  .init(code: "YML0013", marked: "a: ⟦!Ref⟧ b\n", says: "\"!Ref\""),
  .init(code: "YML0013", marked: "a: ⟦!!binary⟧ b\n", says: "\"!!binary\""),
  .init(code: "YML0013", marked: "a: ⟦!⟧x!y b\n"),
  .init(code: "YML0014", marked: "a: ⟦!!map⟧ text\n", says: "\"!!map\" is for a mapping, and this is text"),
  .init(code: "YML0015", marked: "x: &base {}\na: ⟦*bsae⟧\n", says: "\"&bsae\""),
  .init(code: "YML0016", marked: "x: &x\n  - ⟦*x⟧\n", says: "\"*x\""),
  .init(code: "YML0017", marked: "a: {<<: ⟦text⟧}\n"),
  .init(code: "YML0017", marked: "x: &x {}\na: {<<: [*x, ⟦7⟧]}\n"),
  .init(code: "YML0018", marked: "a: ⟦\"⟧text\nb: 2\n⟦⟧", says: "quote"),
  .init(code: "YML0018", marked: "a: ⟦[⟧x, y\nb⟦:⟧ 2\n", says: "\"[\""),
  .init(code: "YML0018", marked: "a: ⟦{⟧x: y\nb⟦:⟧ 2\n", says: "\"{\""),
  .init(code: "YML0018", marked: "a:\n  - ⟦[⟧x,⟦⟧", says: "\"[\""),
  .init(code: "YML0019", marked: "a: ⟦@⟧home\n", says: "\"@\""),
  .init(code: "YML0019", marked: "origins:\n  - ⟦*⟧\n", says: "\"*\""),
  .init(code: "YML0020", marked: "⟦a⟧:\n  b: 1\n ⟦c⟧: 2\n", mark: 1),
  .init(code: "YML0020", marked: "⟦-⟧ a\n⟦b⟧: 1\n", mark: 1),
  .init(code: "YML0021", marked: "a: b⟦:⟧ c\n"),
  .init(code: "YML0022", marked: "a: 1\n⟦bucket data⟧\nc: 2\n"),
  .init(code: "YML0023", marked: "a: ⟦-⟧ b\n"),
  .init(code: "YML0024", marked: "a: \"C:⟦\\⟧dir\"\n"),
  .init(code: "YML0021", marked: "cooper⟦:⟧1\nname⟦:⟧ x\n", mark: 1),
  .init(code: "YML0021", marked: "a:\n region: eu\n   x⟦:⟧ 1\n"),
  .init(code: "YML0025", marked: "⟦%⟧YAML 3.0\n---\na: 1\n"),
  .init(code: "YML0026", marked: "a: \"x\" ⟦y z⟧ \n"),
  .init(code: "YML0026", marked: "a: [1, 2]⟦]⟧\n"),
  .init(code: "YML0026", marked: "a: | ⟦text⟧\n"),
  .init(code: "YML0021", marked: "a: [b⟦:⟧, c]\n"),
  .init(code: "YML0027", marked: "a: [x,⟦,⟧y]\n", says: "in front of \",\""),
]

@Suite("YAML diagnostics")
struct YAMLDiagnosticTests {
  @Test("a faulty text gives its code where it is marked", arguments: faultyTexts)
  func faulty(_ text: FaultyText) throws {
    let marked = MarkedYAML(text.marked)
    let result = parse(marked.source, id: SourceID(0), limits: text.limits)
    let diagnostic = try #require(result.diagnostics.first)
    #expect(result.diagnostics.count == 1, "\(result.diagnostics)")
    #expect(diagnostic.code.text == text.code, "\(diagnostic)")
    #expect(diagnostic.message.contains(text.says), "\(diagnostic.message)")
    #expect(!diagnostic.fix.isEmpty)
    var places = marked.ranges
    #expect(diagnostic.range == places.remove(at: text.mark))
    #expect(diagnostic.notes.compactMap(\.range) == places)
  }

  @Test(
    "bytes that are not UTF-8 are refused at their place",
    arguments: [
      [0xE9], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC0, 0xAF], [0xE2, 0x82],
    ])
  func notUTF8(_ bytes: [UInt8]) throws {
    let source = SourceText(name: "latin.yaml", bytes: Array("a: 1\nb: é".utf8) + bytes + Array("\n".utf8))
    let result = parse(source, id: SourceID(0))
    let diagnostic = try #require(result.diagnostics.first)
    #expect(diagnostic.code == "YML0001")
    #expect(diagnostic.range?.start == SourcePosition(line: 2, column: 5))
    #expect(diagnostic.hidesSource)
    #expect(result.value == nil)
  }

  @Test(
    "UTF-16 and UTF-32 are named, with and without a byte order mark",
    arguments: [
      ([0xFF, 0xFE, 0x61, 0], "UTF-16"), ([0xFE, 0xFF, 0, 0x61], "UTF-16"), ([0x61, 0, 0x3A, 0], "UTF-16"),
      ([0, 0x61, 0, 0x3A], "UTF-16"), ([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0], "UTF-32"), ([0x61, 0, 0, 0], "UTF-32"),
      ([0, 0, 0, 0x61], "UTF-32"),
    ] as [([UInt8], String)])
  func wideEncoding(_ bytes: [UInt8], _ name: String) throws {
    let result = parse(SourceText(name: "wide.yaml", bytes: bytes), id: SourceID(0))
    let diagnostic = try #require(result.diagnostics.first)
    #expect(diagnostic.code == "YML0002")
    #expect(diagnostic.message.contains(name))
    #expect(result.diagnostics.count == 1)
  }

  @Test("every code in the catalogue has a marked test, and every tested code is in the catalogue")
  func everyCodeIsTested() {
    let elsewhere: Set<DiagnosticCode> = ["YML0001", "YML0002", "YML0030", "YML0099"]
    let tested = Set(faultyTexts.map { DiagnosticCode($0.code) })
    #expect(Set(yamlCatalogue.map(\.code)) == tested.union(elsewhere))
    #expect(Set(yamlCatalogue.map(\.code)).count == yamlCatalogue.count)
  }

  @Test(
    "a line that may hold a secret is not for printing, and what it holds is not in the message",
    arguments: [
      "secretAccessKey: *hunter2\n", "password: !hunter2 x\n", "token:\n  *hunter2\n", "password: \"hunter2\n",
      "access:\n  private_key: |\n    -----BEGIN-----\n\thunter2\n", "credentials: [hunter2\n",
    ])
  func secretLines(_ text: String) throws {
    let result = parse(SourceText(name: "s.yaml", text: text), id: SourceID(0))
    let diagnostic = try #require(result.diagnostics.first)
    #expect(diagnostic.hidesSource)
    #expect(!"\(diagnostic)".contains("hunter2"))
  }

  @Test("faults that leave the file readable are all reported, and the rest is there")
  func allAtOnce() throws {
    let result = parse(SourceText(name: "t.yaml", text: "a: 1\na: 2\nb: *x\nc: !T 3\n? [k]\n: 4\n"), id: SourceID(0))
    #expect(result.diagnostics.map(\.code.text) == ["YML0010", "YML0015", "YML0013", "YML0011"])
    let document = try #require(result.value?.first)
    #expect(document.entries?.map(\.key) == ["a", "b", "c"])
    #expect(document["a"]?.value.scalar?.text == "1")
    #expect(document["c"]?.value.scalar?.text == "3")
  }

  @Test("reading stops after the limit of diagnostics")
  func tooManyDiagnostics() {
    let text = "a: 1\n" + String(repeating: "a: 2\n", count: 1000)
    let result = parse(SourceText(name: "t.yaml", text: text), id: SourceID(0), limits: .init(diagnostics: 10))
    #expect(result.diagnostics.count == 11)
    #expect(result.value == nil)
  }
}
