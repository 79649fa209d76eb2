internal import CooperState

/// Appends events in the order given; durable appends that come together share one flush.
actor JournalWriter {
  private let lease: any StateLease
  private var pending: [Event] = []
  private var waiters: [CheckedContinuation<StateFailure?, Never>] = []
  private var isFlushing = false
  private(set) var written: [Event] = []
  /// The first failure; after it nothing is accepted, so that no call is made that couldn't be recorded.
  private(set) var failure: StateFailure?

  init(_ lease: any StateLease) { self.lease = lease }

  /// Queues events; they reach the medium with the next durable append, or at the end.
  func append(_ events: [Event]) { pending += events }

  /// Returns when the events, and all before them, are on the medium; the first caller writes for those that come meanwhile.
  func appendDurably(_ events: [Event]) async throws(StateFailure) {
    pending += events
    if isFlushing {
      let failed = await withCheckedContinuation { waiters.append($0) }
      if let failed { throw failed }
      return
    }
    isFlushing = true
    let failed = await flushOnce([])
    while !waiters.isEmpty {
      let waiting = waiters
      waiters = []
      _ = await flushOnce(waiting)
    }
    isFlushing = false
    if let failed { throw failed }
  }

  private func flushOnce(_ waiting: [CheckedContinuation<StateFailure?, Never>]) async -> StateFailure? {
    let events = pending
    pending = []
    do throws(StateFailure) {
      if let failure { throw failure }
      if !events.isEmpty { try await lease.append(events, durable: true) }
      written += events
    } catch {
      failure = error
    }
    for waiter in waiting { waiter.resume(returning: failure) }
    return failure
  }
}
