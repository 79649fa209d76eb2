/// Decides whether a failed call is sent again, and after how long; a pure function of what is known.
public struct RetryPolicy: Sendable, Hashable {
  public enum Decision: Sendable, Hashable {
    case wait(Duration)
    case stop
  }

  /// Attempts in all, the first included.
  public var throttledAttempts: Int
  public var unavailableAttempts: Int
  public var refusedAttempts: Int
  public var conflictAttempts: Int
  /// The longest first wait; it doubles with every attempt up to the cap.
  public var base: Duration
  public var cap: Duration
  /// Time for all attempts and waits of one call.
  public var budget: Duration

  public init(
    throttledAttempts: Int = 8, unavailableAttempts: Int = 5, refusedAttempts: Int = 3, conflictAttempts: Int = 5,
    base: Duration = .milliseconds(100), cap: Duration = .seconds(20), budget: Duration = .seconds(120)
  ) {
    self.throttledAttempts = throttledAttempts
    self.unavailableAttempts = unavailableAttempts
    self.refusedAttempts = refusedAttempts
    self.conflictAttempts = conflictAttempts
    self.base = base
    self.cap = cap
    self.budget = budget
  }

  public static let standard = RetryPolicy()
  /// Never sends again.
  public static let none = RetryPolicy(
    throttledAttempts: 1, unavailableAttempts: 1, refusedAttempts: 1, conflictAttempts: 1)

  /// Decides about the failure of the given attempt (the first is 1); `random` lies in 0..<1, `elapsed` is
  /// the time since the first attempt began.
  public func decide(
    _ failure: CallFailure, attempt: Int, idempotent: Bool, random: Double, elapsed: Duration = .zero
  ) -> Decision {
    guard attempt < attempts(for: failure), idempotent || isHarmlessToRepeat(failure) else { return .stop }
    let wait = requestedWait(failure) + backOff(attempt: attempt, random: random, asked: failure)
    return elapsed + wait > budget ? .stop : .wait(wait)
  }

  private func attempts(for failure: CallFailure) -> Int {
    switch failure.kind {
    case .throttled: throttledAttempts
    // Which conflicts pass by themselves only the connection knows: it calls no other one transient.
    case .conflict: conflictAttempts
    case .unavailable:
      switch failure.code {
      // The same answer would come again, and a wrong name or certificate must be seen at once.
      case TransportCode.tlsFailed, TransportCode.resolveFailed, TransportCode.cancelled, TransportCode.closed: 1
      case TransportCode.connectFailed, TransportCode.proxyFailed: refusedAttempts
      default: unavailableAttempts
      }
    case .denied, .unauthenticated, .notFound, .stale, .unsupported, .invalid, .protocolBroken: 1
    }
  }

  /// An answer with a 5xx may come after the deed, whatever the failure says.
  private func isHarmlessToRepeat(_ failure: CallFailure) -> Bool {
    switch failure.kind {
    case .throttled, .conflict: true
    case .unavailable: !failure.mayHaveHappened && failure.status == nil
    default: false
    }
  }

  private func requestedWait(_ failure: CallFailure) -> Duration {
    guard case .throttled(let retryAfter?) = failure.kind else { return .zero }
    return max(.zero, retryAfter)
  }

  /// Full jitter: anything from nothing to the doubled base, so that many callers don't come back together.
  /// On top of a wait that was asked for, one base is enough to spread them.
  private func backOff(attempt: Int, random: Double, asked failure: CallFailure) -> Duration {
    if requestedWait(failure) > .zero { return base * random }
    let doublings = min(max(0, attempt - 1), 30)
    return min(cap, base * (1 << doublings)) * random
  }
}
