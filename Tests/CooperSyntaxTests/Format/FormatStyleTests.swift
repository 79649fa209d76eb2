import CooperDiagnostics
import CooperSyntax
import Testing

@Suite("The style of formatted text")
struct FormatStyleTests {
  struct Example: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var wanted: String
    var testDescription: String { name }
  }

  static let examples: [Example] = [
    .init(
      name: "text stays text, other quotes go",
      text: "a: 'no'\nb: \"1.10\"\nc: '0123'\nd: 'plain'\ne: \"it's\"\nf: 'say \"x\"'\ng: ''\nh: ~\ni: no\n",
      wanted: "a: \"no\"\nb: \"1.10\"\nc: \"0123\"\nd: plain\ne: \"it's\"\nf: 'say \"x\"'\ng: \"\"\nh: ~\ni: no\n"),
    .init(
      name: "a list keeps its quotes when one of its texts needs them",
      text: "a: ['x', \"*.yaml\", 'z']\nb: ['x', 'z']\n",
      wanted: "a: [\"x\", \"*.yaml\", \"z\"]\nb: [x, z]\n"),
    .init(
      name: "two blanks a level, lists below their key", text: "a:\n- x\n-   b: 1\n    c:\n         - d\n",
      wanted: "a:\n  - x\n  - b: 1\n    c:\n      - d\n"),
    .init(
      name: "flow that fits stays on a line", text: "a: {b: [1,2],\n  c: {  }}\n", wanted: "a: { b: [1, 2], c: {} }\n"),
    .init(
      name: "flow with a comment becomes a block", text: "a: [ x, # one\n  y # two\n ] # three\n",
      wanted: "a:  # three\n  - x  # one\n  - y  # two\n"),
    .init(
      name: "flow that is too wide becomes a block, its parts that fit don't",
      text: "a: { b: [\(String(repeating: "word, ", count: 20))x], c: { d: \(String(repeating: "e", count: 30)) } }\n",
      wanted:
        "a:\n  b: [\(String(repeating: "word, ", count: 20))x]\n  c: { d: \(String(repeating: "e", count: 30)) }\n"),
    .init(
      name: "values and comments that stand in a column stay in it",
      text: "stage: { a: 1 }   # one\nprod:  { a: 2 }   # two\n\nalone:   x\n",
      wanted: "stage: { a: 1 }   # one\nprod:  { a: 2 }   # two\n\nalone: x\n"),
    .init(
      name: "a comment goes on below itself", text: "a: 1   # one\n       # two\nb: 2\n",
      wanted: "a: 1   # one\n       # two\nb: 2\n"),
    .init(
      name: "empty lines: one at most, none at the ends", text: "\n\na: 1\n\n\n\nb:\n\n  c: 2\n\n",
      wanted: "a: 1\n\nb:\n  c: 2\n"),
    .init(
      name: "block scalars keep every line",
      text: "a: |+ # why\n    x\n      y\n\n    z\n\nb: >-\n        one\n        two\n",
      wanted: "a: |+  # why\n  x\n    y\n\n  z\n\nb: >-\n  one\n  two\n"),
    .init(
      name: "anchors, aliases, merge keys and tags",
      text: "x-a:   &a   {b: 1}\nc:\n    <<:  *a\n    d: !!str   1\ne: &e\n   f: *a\n",
      wanted: "x-a: &a { b: 1 }\nc:\n  <<: *a\n  d: !!str 1\ne: &e\n  f: *a\n"),
    .init(
      name: "documents, directives and what stands around them",
      text: "# top\n%YAML 1.1\n--- # one\na: 1\n# foot\n---\nb: 2\n...\n# end\n",
      wanted: "# top\n%YAML 1.1\n---  # one\na: 1\n# foot\n---\nb: 2\n...\n# end\n"),
    .init(name: "nothing but comments", text: "\n# one\n\n\n# two", wanted: "# one\n\n# two\n"),
    .init(
      name: "a key without a value keeps the comments below it", text: "a:\n    # none yet\nb: 1\n",
      wanted: "a:\n  # none yet\nb: 1\n"),
    .init(name: "a list of lists", text: "- - a\n  - b\n-\n  # c\n  - d\n", wanted: "- - a\n  - b\n-\n  # c\n  - d\n"),
    .init(name: "keys in question marks", text: "? a\n: b\n? c\n", wanted: "a: b\nc:\n"),
    .init(name: "pairs in a list", text: "a: [ b: 1, c ]\n", wanted: "a: [b: 1, c]\n"),
    .init(name: "a byte order mark goes", text: "\u{FEFF}a:   1\n", wanted: "a: 1\n"),
    .init(name: "the end of a file that has no line break", text: "a: |\n  x", wanted: "a: |-\n  x\n"),
  ]

  @Test("is canonical", arguments: examples)
  func example(_ example: Example) throws {
    let result = YAMLFormat.formatted(
      SourceText(name: "a.yaml", text: example.text), id: SourceID(0), order: .authors)
    let bytes = try #require(result.value, "\(result.diagnostics.map(\.message))")
    #expect(String(decoding: bytes, as: UTF8.self) == example.wanted)
    let again = YAMLFormat.formatted(SourceText(name: "a.yaml", bytes: bytes), id: SourceID(0), order: .authors)
    #expect(again.value == bytes)
  }

  private static let sorted: MappingOrder = MappingOrder(
    places: { mapping in mapping.keys.map { $0.utf8.first.map { Int($0) } ?? 0 } }, within: { _, _ in Self.sorted },
    element: { Self.sorted })

  private func ordered(_ text: String) -> String? {
    YAMLFormat.formatted(SourceText(name: "a.yaml", text: text), id: SourceID(0), order: Self.sorted).value.map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  @Test("Order: comments go with their entry, headers and editors' lines stay at the top")
  func order() {
    #expect(
      ordered("# yaml-language-server: $schema=x\nb: 1 # one\n# of a\na: 2\n")
        == "# yaml-language-server: $schema=x\n# of a\na: 2\nb: 1  # one\n")
    #expect(ordered("# the file\n\n# of b\nb: 1\na: 2\n") == "# the file\n\na: 2\n# of b\nb: 1\n")
    #expect(ordered("b: 1\n\na: 2\n# below a\n") == "a: 2\n# below a\nb: 1\n")
    #expect(ordered("b: {z: 1, y: 2}\na: [{d: 1, c: 2}]\n") == "a: [{ c: 2, d: 1 }]\nb: { y: 2, z: 1 }\n")
  }

  @Test("Order: an alias never comes before its anchor, nor one of two anchors of a name before the other")
  func anchors() {
    #expect(ordered("b: &x 1\na: *x\n") == "b: &x 1\na: *x\n")
    #expect(ordered("b: &x 1\na: &x 2\nc: *x\n") == "b: &x 1\na: &x 2\nc: *x\n")
    #expect(ordered("b: &x 1\na: 2\nc: *x\n") == "a: 2\nb: &x 1\nc: *x\n")
  }

  @Test("What can't be written again with the same meaning is left alone, and says so")
  func refused() {
    let text = "? a key of\n  two lines\n: b\n"
    #expect(!parse(SourceText(name: "a.yaml", text: text), id: SourceID(0)).hasErrors)
    let result = YAMLFormat.formatted(SourceText(name: "a.yaml", text: text), id: SourceID(0), order: .authors)
    #expect(result.value == nil)
    #expect(result.diagnostics.map(\.code) == ["YML0030"])
  }

  @Test("A text with errors is left alone with its errors")
  func errors() {
    for text in ["a: [b\n", "a: 1\na: 2\n", "? [a]\n: b\n", "a: !x b\n"] {
      let result = YAMLFormat.formatted(SourceText(name: "a.yaml", text: text), id: SourceID(0), order: .authors)
      #expect(result.value == nil && result.hasErrors)
    }
  }
}
