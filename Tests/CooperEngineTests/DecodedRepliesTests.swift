import CooperProvider
import Testing

@testable import CooperEngine

@Suite("Equal replies are decoded once") struct DecodedRepliesTests {
  private func reply(_ text: String, _ status: Int = 200) -> Reply { Reply(status: status, body: Array(text.utf8)) }

  @Test("an equal body has the same output, another one has none") func equalBodies() {
    let decoded = DecodedReplies<Int>()
    decoded.store(1, of: reply("<A/>"))
    decoded.store(2, of: reply("<B/>"))
    #expect(decoded.output(of: reply("<A/>")) == 1)
    #expect(decoded.output(of: reply("<B/>")) == 2)
    #expect(decoded.output(of: reply("<A/> ")) == nil)
  }

  @Test("a refusal is never answered from memory, whatever its body") func refusals() {
    let decoded = DecodedReplies<Int>()
    decoded.store(1, of: reply("<A/>", 404))
    #expect(decoded.output(of: reply("<A/>")) == nil)
    decoded.store(1, of: reply("<A/>"))
    #expect(decoded.output(of: reply("<A/>", 403)) == nil)
  }

  @Test("what is different every time fills no memory") func bounded() {
    let decoded = DecodedReplies<Int>()
    for index in 0..<100 { decoded.store(index, of: reply("\(index)")) }
    #expect(decoded.output(of: reply("99")) == nil)
  }
}
