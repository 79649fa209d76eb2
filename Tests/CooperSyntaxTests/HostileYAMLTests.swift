import CooperDiagnostics
import CooperSyntax
import CooperTestSupport
import Testing

/// Texts that are made to cost more than they weigh; the limits of time are wide, since tests share the machine.
@Suite("hostile YAML")
struct HostileYAMLTests {
  private func refused(_ text: String, in limit: Duration = .seconds(2)) -> DiagnosticCode? {
    let source = SourceText(name: "hostile.yaml", text: text)
    let clock = ContinuousClock()
    var code: DiagnosticCode?
    let time = clock.measure { code = parse(source, id: SourceID(0)).diagnostics.last?.code }
    #expect(time < limit, "\(text.prefix(20)) took \(time)")
    return code
  }

  @Test("deep nesting is refused while reading", arguments: ["[", "{", "- ", "? ", "[\n", "{a: ", "[{", "a:\n"])
  func deep(_ piece: String) {
    let text =
      piece == "a:\n"
      ? (0..<400).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
      : String(repeating: piece, count: 100_000 / piece.utf8.count)
    #expect(refused(text) == "YML0006")
  }

  @Test("a billion laughs are refused in milliseconds")
  func billionLaughs() {
    var text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
    for i in 1...12 {
      text += "a\(i): &a\(i) [" + (0..<10).map { _ in "*a\(i - 1)" }.joined(separator: ", ") + "]\n"
    }
    #expect(refused(text, in: .milliseconds(200)) == "YML0008")
    #expect(refused(text.replacing("[", with: "{<<: [").replacing("]", with: "]}"), in: .milliseconds(200)) != nil)
  }

  @Test("a chain of merge keys that doubles is refused")
  func merges() {
    var text = "a0: &a0 {" + (0..<1000).map { "k\($0): 0" }.joined(separator: ", ") + "}\n"
    for i in 1...2000 { text += "a\(i): &a\(i) {<<: [*a\(i - 1), *a\(i - 1)], n\(i): 1}\n" }
    #expect(refused(text) == "YML0008")
  }

  @Test("many directives are refused before libyaml compares them all")
  func directives() {
    let text = (0..<50_000).map { "%TAG !a\($0)! tag:x\n" }.joined()
    #expect(refused(text) == "YML0004")
  }

  @Test("ordinary aliases in number are fine: 2,000 buckets that merge 20 settings")
  func ordinaryAliases() {
    var text = "x-base: &base\n" + (0..<20).map { "  setting\($0): value\n" }.joined() + "buckets:\n"
    for i in 0..<2000 { text += "  bucket-\(i):\n    <<: *base\n    connection: aws\n    region: eu-west-1\n" }
    #expect(refused(text, in: .seconds(10)) == nil)
  }

  @Test("any bytes give a value or an error, never a trap", arguments: 0..<300)
  func anyBytes(_ seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    let pieces = [
      "a", ": ", "\n", "  ", "- ", "[", "]", "{", "}", ",", "\"", "'", "&x ", "*x", "<<", "!!str ", "!T ", "|\n", ">",
      "#",
      "\t", "---\n", "...\n", "? ", "%", "\r", "é", "漢", "\u{0}", "~", "\\",
    ]
    var bytes: [UInt8] = []
    for _ in 0..<Int(next() % 60) {
      if next() % 40 == 0 { bytes.append(UInt8(truncatingIfNeeded: next())) }
      bytes += Array(pieces[Int(next() % UInt64(pieces.count))].utf8)
    }
    let source = SourceText(name: "any.yaml", bytes: bytes)
    let result = parse(source, id: SourceID(0))
    #expect(result.value != nil || result.hasErrors)
    #expect(result.diagnostics.allSatisfy { $0.range != nil && !$0.fix.isEmpty })
    let lines = UInt32(SourceLines(source).count)
    #expect(result.diagnostics.allSatisfy { ($0.range?.start.line ?? 0) <= lines }, "\(result.diagnostics) \(bytes)")
  }
}
