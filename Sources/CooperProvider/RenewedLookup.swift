private import Synchronization

/// Something that is looked up at the first use, once however many callers wait, and renewed before it ends: the tokens
/// and keys of a connection.
public final class RenewedLookup<Found: Sendable>: Sendable {
  public typealias Look = @Sendable () async throws(CallFailure) -> Found

  private typealias Running = Task<Result<Found, CallFailure>, Never>

  private struct State {
    var found: Found?
    /// Counts what was found, so that one that was refused is dropped once.
    var generation = 0
    /// Kept for the whole run: the same places would be tried again, to the same end.
    var failure: CallFailure?
    var running: Running?
  }

  private enum Standing {
    case ready(Found, Int)
    case failed(CallFailure)
    case wait(Running, fallback: (Found, Int)?)
  }

  private let look: Look
  private let expiry: @Sendable (Found) -> Double?
  private let now: @Sendable () -> Double
  private let margin: Double
  private let state = Mutex(State())

  /// `expiry` is in seconds since 1970; `margin` seconds before it a new one is looked up.
  public init(
    margin: Double = 300, now: @escaping @Sendable () -> Double, expiry: @escaping @Sendable (Found) -> Double?,
    look: @escaping Look
  ) {
    self.margin = margin
    self.now = now
    self.expiry = expiry
    self.look = look
  }

  /// What was found so far, without looking.
  public var found: Found? { state.withLock { $0.found } }

  /// What is good now, with a number to name it by.
  public func current() async throws(CallFailure) -> (Found, generation: Int) {
    switch standing(at: now()) {
    case .ready(let found, let generation): return (found, generation)
    case .failed(let failure): throw failure
    case .wait(let running, let fallback):
      let result = await running.value
      let generation = finish(running, result)
      switch result {
      case .success(let found): return (found, generation)
      case .failure(let failure):
        // Whoever makes them may be down for a moment while the old one is still good.
        if let fallback { return fallback }
        throw failure
      }
    }
  }

  /// Drops one that was refused, so that the next caller looks again.
  public func drop(_ generation: Int) {
    state.withLock { state in
      if state.generation == generation { state.found = nil }
    }
  }

  private func standing(at time: Double) -> Standing {
    state.withLock { state in
      var fallback: (Found, Int)?
      if let found = state.found {
        guard let end = expiry(found), end - time < margin else { return .ready(found, state.generation) }
        if end > time { fallback = (found, state.generation) }
      }
      if let failure = state.failure { return .failed(failure) }
      if let running = state.running { return .wait(running, fallback: fallback) }
      let running = Running { [look] in
        do throws(CallFailure) { return .success(try await look()) } catch { return .failure(error) }
      }
      state.running = running
      return .wait(running, fallback: fallback)
    }
  }

  private func finish(_ running: Running, _ result: Result<Found, CallFailure>) -> Int {
    state.withLock { state in
      guard state.running == running else { return state.generation }
      state.running = nil
      switch result {
      case .success(let found):
        state.found = found
        state.generation += 1
      case .failure(let failure):
        switch failure.kind {
        case .throttled, .unavailable: break
        default: if state.found == nil { state.failure = failure }
        }
      }
      return state.generation
    }
  }
}
