import CooperProvider
import Testing

@Suite("Adaptive limit")
struct AdaptiveLimitTests {
  /// Fills the limit and lets all of it end alike.
  private func round(_ limit: inout AdaptiveLimit, _ outcome: AdaptiveLimit.Outcome, othersWait: Bool = true) {
    var tickets: [AdaptiveLimit.Ticket] = []
    while let ticket = limit.admit() { tickets.append(ticket) }
    for ticket in tickets { limit.finish(ticket, outcome, othersWait: othersWait) }
  }

  private let good = AdaptiveLimit.Outcome.answered(seconds: 0.05)

  @Test("No more than the limit are admitted")
  func full() {
    var limit = AdaptiveLimit(start: 2, maximum: 8)
    let first = limit.admit()
    #expect(limit.admit() != nil)
    #expect(limit.isFull)
    #expect(limit.admit() == nil)
    if let first { limit.finish(first, .other, othersWait: true) }
    #expect(limit.inFlight == 1)
    #expect(limit.limit == 2)
  }

  @Test("It doubles per round trip up to the maximum")
  func start() {
    var limit = AdaptiveLimit(start: 8, maximum: 20)
    round(&limit, good)
    #expect(limit.limit == 16)
    round(&limit, good)
    #expect(limit.limit == 20)
  }

  @Test("It stays when nobody waits, and when the sender is the narrow place")
  func noNeed() {
    var limit = AdaptiveLimit(start: 32, maximum: 256)
    round(&limit, good, othersWait: false)
    #expect(limit.limit == 32)
    round(&limit, .answered(seconds: 0.0005))
    #expect(limit.limit == 32)
    round(&limit, .answered(seconds: 0))
    #expect(limit.limit == 32)
  }

  @Test("Refusals halve it once per round trip, down to one")
  func halves() {
    var limit = AdaptiveLimit(start: 32)
    round(&limit, .overloaded)
    #expect(limit.limit == 16)
    for _ in 0..<10 { round(&limit, .overloaded) }
    #expect(limit.limit == 1)
    #expect(limit.admit() != nil)
  }

  @Test("After a refusal it grows by one per round trip")
  func additive() {
    var limit = AdaptiveLimit(start: 32)
    round(&limit, .overloaded)
    round(&limit, good)
    #expect(limit.limit == 17)
    round(&limit, good)
    #expect(limit.limit == 18)
  }

  @Test("A start above the maximum or below one is brought between")
  func bounds() {
    #expect(AdaptiveLimit(start: 99, maximum: 4).limit == 4)
    #expect(AdaptiveLimit(start: 0, maximum: 0).limit == 1)
  }
}
