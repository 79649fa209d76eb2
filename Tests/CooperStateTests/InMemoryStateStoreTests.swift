import CooperModel
import CooperSchema
import CooperState
import CooperTestSupport
import Testing

private typealias Step = InMemoryStateStore.Step
private typealias Disk = InMemoryStateStore.Disk

@Suite struct InMemoryStateStoreTests {
  private let durable: [Event] = [Sample.begin(serial: 0), .intent(Sample.address, .create, Sample.bucket())]
  private let later: [Event] = [.outcome(Sample.address, .create, .done(ValueMap())), .end]

  @Test("A crash keeps all durable events and as many of the others as chosen")
  func crash() async throws {
    let store = InMemoryStateStore(checksFormat: true)
    let lease = try await store.lock(Sample.holder)
    try await lease.append(durable, durable: true)
    try await lease.append(later, durable: false)
    store.kill()
    await #expect(throws: StateFailure.self) { try await lease.append([.end], durable: false) }
    await #expect(throws: StateFailure.self) { try await store.read() }
    for kept in 0...2 {
      let next = InMemoryStateStore(disk: store.disk.afterCrash { uncertain in min(kept, uncertain) })
      #expect(try await next.read().journal == durable + later.prefix(kept))
      _ = try await next.lock(Sample.holder)
    }
    #expect(store.disk.afterCrash { _ in 99 }.journal.count == 4)
    #expect(store.disk.afterCrash { _ in -1 }.journal.count == 2)
  }

  @Test("Death between replacing the state and dropping the journal leaves both; the journal is not counted twice")
  func deathInCommit() async throws {
    let store = InMemoryStateStore { $0 == .dropJournal ? .dies : nil }
    let lease = try await store.lock(Sample.holder)
    try await lease.append(durable, durable: true)
    var next = StateSnapshot.fold(Sample.snapshot(serial: 0), durable)
    next.serial = 1
    await #expect(throws: StateFailure.self) { try await lease.commit(next, replacing: nil) }
    let disk = store.disk.afterCrash { _ in 0 }
    #expect(disk == Disk(snapshot: next, journal: durable))
    let stored = try await InMemoryStateStore(disk: disk).read()
    #expect(StateSnapshot.fold(next, stored.journal) == next)
  }

  @Test(
    "Any operation fails on demand, and nothing is changed by it",
    arguments: [Step.read, .lock, .append(durable: true), .commit])
  private func fails(_ step: Step) async throws {
    let store = InMemoryStateStore { $0 == step ? .diskFull : nil }
    let failure = await #expect(throws: StateFailure.self) {
      _ = try await store.read()
      let lease = try await store.lock(Sample.holder)
      try await lease.append(durable, durable: true)
      try await lease.commit(Sample.snapshot(serial: 1), replacing: nil)
    }
    #expect(failure?.kind == .unavailable)
    #expect(store.disk.snapshot == nil)
    #expect(store.disk.journal == (step == .commit ? durable : []))
  }

  @Test("After a failed sync nothing is appended, but the state can be saved")
  func failedSync() async throws {
    let store = InMemoryStateStore { $0 == .sync ? .diskFull : nil }
    let lease = try await store.lock(Sample.holder)
    await #expect(throws: StateFailure.self) { try await lease.append(durable, durable: true) }
    await #expect(throws: StateFailure.self) { try await lease.append(later, durable: false) }
    #expect(store.disk.afterCrash { _ in 0 }.journal == [])
    try await lease.commit(Sample.snapshot(serial: 1), replacing: nil)
    try await lease.append([Sample.begin(serial: 1)], durable: false)
    #expect(store.disk.journal.count == 1)
  }

  @Test("Locked while a lease is held; the same conflicts as files have")
  func conflicts() async throws {
    let store = InMemoryStateStore()
    let lease = try await store.lock(Sample.holder)
    let refused = await #expect(throws: StateFailure.self) { _ = try await store.lock(Sample.holder) }
    #expect(refused?.kind == .locked(Sample.holder))
    try await lease.commit(Sample.snapshot(serial: 1), replacing: nil)
    for (serial, replacing) in [(2, nil), (2, 3), (1, 1)] as [(Int, Int?)] {
      let failure = await #expect(throws: StateFailure.self) {
        try await lease.commit(Sample.snapshot(serial: serial), replacing: replacing)
      }
      #expect(failure?.kind == .conflict)
    }
    await lease.release()
    #expect(!store.isLocked)
    await #expect(throws: StateFailure.self) { try await lease.append([.end], durable: false) }
  }
}
