import CooperConfig
import CooperDiagnostics
import CooperSchema
import CooperSyntax
import Testing

@Suite("YAML of imported values")
struct YAMLBlockTests {
  /// Reads `value: …` back, all scalars as text.
  private func readBack(_ text: String, _ shape: Shape) -> Value? {
    var sources = SourceMap()
    let source = SourceText(name: "block.yaml", text: text)
    guard let node = parse(source, id: sources.add(source)).value?.first?["value"]?.value else { return nil }
    return check(node, against: shape, named: "value", key: nil).value
  }

  @Test(
    "A text that YAML could misread stays the text it is",
    arguments: [
      "no", "yes", "Off", "null", "~", "1.10", "0123", "0x1F", "1e3", ".5", "12:30:45", "2026-12-01", "true", "", " ",
      "a: b", "a #b", "#", "- x", "-", "*", "&a", "!t", "%x", "@x", "`x", "x:", ": x", "[x]", "{x}", "a, b", "a\tb",
      "\"q\"", "'q'", "back\\slash", "line\nbreak", "line\nbreak\n", "\n", "a\n\nb", "  a\nb", "a \nb", "\u{1}",
      "\u{85}", "\u{2028}", "\u{FEFF}", "é", "🪣", "x\r\ny", "30d", "64MiB", "=", "<<", "arn:aws:s3:::b/*", "?", "? a",
      "y", "+1", "1_000", "a".padding(300),
    ])
  func awkward(_ text: String) {
    for value in [Value.string(text), .list([.string(text), "z"]), .map(ValueMap([("k", .string(text))]))] {
      let written = YAMLBlock.entries([("value", value)])
      let shape: Shape =
        switch value {
        case .list: .list(.string(.any))
        case .map: .map(.string(.any), keys: .any)
        default: .string(.any)
        }
      #expect(readBack(written, shape) == value, "\(written)")
      // Without a schema no core type is read into it either.
      #expect(readBack(written, .anything) == value, "\(written)")
    }
    let keyed = Value.map(ValueMap([(text, .string("v"))]))
    if text != "<<" {
      #expect(readBack(YAMLBlock.entries([("value", keyed)]), .map(.string(.any), keys: .any)) == keyed)
    }
  }

  @Test("A plain number is never mistaken: a text of digits is quoted, a number is not")
  func numbers() {
    #expect(YAMLBlock.entries([("a", "4711"), ("b", 4711), ("c", true)]) == "a: \"4711\"\nb: 4711\nc: true\n")
  }

  @Test("Words that YAML 1.1 takes for a flag are quoted", arguments: ["no", "Yes", "on", "OFF", "y", "N"])
  func flags(_ word: String) { #expect(YAMLBlock.scalar(word) == "\"\(word)\"") }

  @Test("Lists of maps, empty values and nesting read back")
  func nesting() {
    let value: Value = [
      "rules": [["origins": ["https://a.example"], "maxAge": "1h"], ["origins": [], "headers": [:]]],
      "deep": [["a", ["b"]], [["c": 1]]],
    ]
    #expect(readBack(YAMLBlock.entries([("value", value)]), .anything) == value)
  }

  @Test("Random policies, rules and tags read back", arguments: 0..<200)
  func samples(_ seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let shape = Shape.map(.list(.map(.string(.any), keys: .any)), keys: .any)
    let value = try #require(sample(shape, using: &generator))
    #expect(readBack(YAMLBlock.entries([("value", value)]), shape) == value)
  }

  @Test("A dollar sign before a bracket is no substitution")
  func substitution() {
    #expect(YAMLBlock.escapingSubstitution(["a": "$(x) ${aws:username}"]) == ["a": "$$(x) ${aws:username}"])
  }
}

extension String {
  fileprivate func padding(_ count: Int) -> String { String(repeating: self, count: count) }
}
