/// How many requests one endpoint gets at a time: more while it answers well, half when it asks for less.
///
/// It doubles per round trip until the first refusal and then grows by one per round trip, as TCP does.
public struct AdaptiveLimit: Sendable, Hashable {
  /// Permission for one request; it remembers which refusals were already acted upon.
  public struct Ticket: Sendable, Hashable {
    fileprivate let generation: Int
  }

  public enum Outcome: Sendable, Hashable {
    /// The endpoint answered and did not ask for less; seconds from the request sent to the first byte.
    case answered(seconds: Double)
    /// 429, 503 or a failed connection.
    case overloaded
    /// Nothing to learn from, e.g. a cancelled request.
    case other
  }

  /// Requests that may be in flight now.
  public private(set) var limit: Int
  public private(set) var inFlight = 0
  public let maximum: Int

  /// Beyond this rate the sender's own processor is the narrow place and further connections only wait.
  private static let usefulRate = 20_000.0

  private var generation = 0
  private var starting = true
  private var credit = 0

  public init(start: Int = 32, maximum: Int = 256) {
    self.maximum = max(1, maximum)
    limit = min(max(1, start), self.maximum)
  }

  public var isFull: Bool { inFlight >= limit }

  /// Takes a place, or returns nil when none is free.
  public mutating func admit() -> Ticket? {
    guard !isFull else { return nil }
    inFlight += 1
    return Ticket(generation: generation)
  }

  /// Gives the place back and learns; the limit grows only when it holds requests back.
  public mutating func finish(_ ticket: Ticket, _ outcome: Outcome, othersWait: Bool) {
    inFlight -= 1
    switch outcome {
    case .answered(let seconds): if othersWait { grow(roundTrip: seconds) }
    case .overloaded: halve(ticket)
    case .other: break
    }
  }

  private mutating func grow(roundTrip seconds: Double) {
    guard limit < maximum, Double(limit) < Self.usefulRate * max(seconds, 0) else { return }
    credit += 1
    guard starting || credit >= limit else { return }
    credit = 0
    limit += 1
  }

  /// Requests admitted before the last halving tell of the time before it, so they don't count.
  private mutating func halve(_ ticket: Ticket) {
    guard ticket.generation == generation else { return }
    generation += 1
    starting = false
    credit = 0
    limit = max(1, limit / 2)
  }
}
