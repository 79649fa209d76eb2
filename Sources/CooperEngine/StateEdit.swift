public import CooperState

/// A change of what is recorded without a call to a provider: under the lock, journaled, saved as a new serial.
public struct StateEdit: Sendable {
  let store: any StateStore
  let holder: LockHolder
  /// Seconds since 1970.
  let now: @Sendable () -> Double

  public init(store: any StateStore, holder: LockHolder, now: @escaping @Sendable () -> Double) {
    self.store = store
    self.holder = holder
    self.now = now
  }

  /// Appends the events that `make` derives from what is recorded and saves the fold; what `make` throws changes nothing.
  ///
  /// Events of an interrupted run are folded first. `first` is what the state begins with where there is none.
  public func apply(
    first: StateSnapshot, _ make: (StateSnapshot) throws -> [Event]
  ) async throws -> StateSnapshot {
    let lease = try await store.lock(holder)
    do {
      let saved = try await apply(lease, first, make)
      await lease.release()
      return saved
    } catch {
      await lease.release()
      throw error
    }
  }

  private func apply(
    _ lease: any StateLease, _ first: StateSnapshot, _ make: (StateSnapshot) throws -> [Event]
  ) async throws -> StateSnapshot {
    let stored = try await store.read()
    var base = stored.folded ?? first
    let events = try make(base)
    if stored.snapshot == nil {
      try await lease.commit(base, replacing: nil)
    } else if !stored.journal.isEmpty {
      base.serial += 1
      try await lease.commit(base, replacing: stored.snapshot?.serial)
    }
    guard !events.isEmpty else { return base }
    let begin = Event.begin(
      run: holder.owner, command: holder.command, at: Int64(now()), lineage: base.lineage, serial: base.serial)
    try await lease.append([begin] + events + [.end], durable: true)
    var saved = StateSnapshot.fold(base, events)
    saved.serial = base.serial + 1
    try await lease.commit(saved, replacing: base.serial)
    return saved
  }

  /// Puts a whole state in the place of the one there is; `check` sees that one, and what it throws changes nothing.
  public func replace(with snapshot: StateSnapshot, _ check: (StoredState) throws -> Void) async throws {
    let lease = try await store.lock(holder)
    do {
      let stored = try await store.read()
      try check(stored)
      try await lease.commit(snapshot, replacing: stored.snapshot?.serial)
      await lease.release()
    } catch {
      await lease.release()
      throw error
    }
  }
}
