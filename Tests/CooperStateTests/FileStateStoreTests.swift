import CooperModel
import CooperSchema
import Foundation
import Testing

@testable import CooperState

@Suite struct FileStateStoreTests {
  let directory: TemporaryDirectory
  let store: FileStateStore

  init() throws {
    directory = try TemporaryDirectory()
    store = FileStateStore(base: directory.path, environment: "prod", cooperVersion: "0.1.0")
  }

  /// The store after saves of the serials up to and including `last`.
  private func saved(upTo last: Int) async throws {
    let lease = try await store.lock(Sample.holder)
    for serial in 1...last {
      try await lease.commit(Sample.snapshot(serial: serial), replacing: serial == 1 ? nil : serial - 1)
    }
    await lease.release()
  }

  @Test("Nothing is made before the first lock, and an empty place reads as no state")
  func emptyPlace() async throws {
    #expect(try await store.read() == StoredState(snapshot: nil))
    #expect(directory.names() == [])
    #expect(store.location == ".cooper/prod/state.json")
  }

  @Test("A run: events are there while it goes on, the state after it, for this user only")
  func run() async throws {
    let lease = try await store.lock(Sample.holder)
    let events: [Event] = [Sample.begin(serial: 0), .intent(Sample.address, .create, Sample.bucket())]
    try await lease.append(events, durable: true)
    try await lease.append([.outcome(Sample.address, .create, .done(ValueMap()))], durable: false)
    #expect(try await store.read().journal.count == 3)
    let folded = StateSnapshot.fold(Sample.snapshot(serial: 0), try await store.read().journal)
    var next = folded
    next.serial = 1
    try await lease.commit(next, replacing: nil)
    #expect(try await store.read() == StoredState(snapshot: next))
    #expect(StateSnapshot.fold(next, try await store.read().journal) == next)
    await lease.release()
    #expect(directory.names(".cooper/prod") == ["lock", "state.json"])
    for name in [".cooper", ".cooper/prod"] { #expect(try directory.mode(name) == 0o700) }
    for name in [".cooper/prod/lock", ".cooper/prod/state.json"] { #expect(try directory.mode(name) == 0o600) }
  }

  @Test("--state FILE: journal, lock and history lie beside it under names of its own")
  func besideFile() async throws {
    let store = FileStateStore(file: "deep/my.json", base: directory.path, cooperVersion: "0.1.0")
    let lease = try await store.lock(Sample.holder)
    try await lease.commit(Sample.snapshot(serial: 1), replacing: nil)
    try await lease.commit(Sample.snapshot(serial: 2), replacing: 1)
    try await lease.append([Sample.begin(serial: 2)], durable: false)
    #expect(directory.names("deep") == ["my.json", "my.json.history", "my.json.journal", "my.json.lock"])
    #expect(directory.names("deep/my.json.history") == ["000001.json"])
    #expect(store.location == "deep/my.json")
    await lease.release()
  }

  @Test("A save refuses when the serial on the disk is another, or does not grow, or the lineage is another")
  func conflicts() async throws {
    try await saved(upTo: 2)
    let lease = try await store.lock(Sample.holder)
    for (serial, replacing) in [(3, 1), (3, nil), (2, 2), (1, 2)] as [(Int, Int?)] {
      let failure = await #expect(throws: StateFailure.self) {
        try await lease.commit(Sample.snapshot(serial: serial), replacing: replacing)
      }
      #expect(failure?.kind == .conflict)
    }
    let foreign = StateSnapshot(lineage: "other", serial: 3, project: "acme")
    let failure = await #expect(throws: StateFailure.self) { try await lease.commit(foreign, replacing: 2) }
    #expect(failure?.kind == .incompatible)
    #expect(try await store.read().snapshot?.serial == 2)
    await lease.release()
  }

  @Test("A state that breaks an invariant is neither saved nor read, but can be looked at to mend it")
  func invariants() async throws {
    let twice = Sample.snapshot(serial: 1, [Sample.address: Sample.bucket(), Address("buckets", "b"): Sample.bucket()])
    let lease = try await store.lock(Sample.holder)
    let refused = await #expect(throws: StateFailure.self) { try await lease.commit(twice, replacing: nil) }
    #expect(refused?.kind == .corrupt)
    #expect(refused?.message.contains("buckets.b: buckets.a is the same bucket, acme-a") == true)
    try directory.write(StateFormat.encode(twice, cooperVersion: "0"), ".cooper/prod/state.json")
    let failure = await #expect(throws: StateFailure.self) { try await store.read() }
    #expect(failure?.kind == .corrupt)
    #expect(failure?.fix?.contains("cooper state forget buckets.b") == true)
    #expect(try store.readUnchecked().snapshot == twice)
    await lease.release()
  }

  @Test("A broken state file names its place, and the newest earlier state as the way back")
  func brokenState() async throws {
    try await saved(upTo: 3)
    try directory.write(Array("{\n".utf8), ".cooper/prod/state.json")
    let failure = await #expect(throws: StateFailure.self) { try await store.read() }
    #expect(failure?.kind == .corrupt)
    #expect(failure?.message.hasPrefix(".cooper/prod/state.json:2:1 is not a state") == true)
    #expect(failure?.fix?.contains("history/000002.json") == true)
  }

  @Test("The last 50 earlier serials are kept, each as it was")
  func history() async throws {
    try await saved(upTo: 60)
    let history = try store.history()
    #expect(history.map(\.serial) == Array(10...59))
    let kept = try StateFormat.decode(#require(directory.bytes(".cooper/prod/history/000042.json")), file: "f")
    #expect(kept == Sample.snapshot(serial: 42))
  }

  @Test("Death between the steps of a save: whatever is left is one whole state, and the next run saves again")
  func deathInSave() async throws {
    try await saved(upTo: 4)
    let events: [Event] = [Sample.begin(serial: 4), .recorded(Sample.address, Sample.bucket())]
    let after = Sample.snapshot(serial: 5, [Sample.address: Sample.bucket()])
    let text = StateFormat.encode(after, cooperVersion: "0.1.0")
    let earlier = try #require(directory.bytes(".cooper/prod/state.json"))
    func folded() async throws -> StateSnapshot {
      let stored = try await store.read()
      return StateSnapshot.fold(try #require(stored.snapshot), stored.journal)
    }
    // While the temporary file is being written, at any length of it.
    try directory.write(Journal.encode(events), ".cooper/prod/journal.jsonl")
    for length in [0, 1, text.count / 2, text.count] {
      try directory.write(text.prefix(length), ".cooper/prod/state.json.new")
      #expect(try await folded().resources == after.resources)
    }
    // After the link into the history, before the rename.
    try directory.write(earlier, ".cooper/prod/history/000004.json")
    #expect(try await folded().resources == after.resources)
    // After the rename, before the journal is removed: its events are not counted twice.
    try directory.write(Array(text), ".cooper/prod/state.json")
    #expect(try await folded() == after)
    let lease = try await store.lock(Sample.holder)
    try await lease.append([Sample.begin(serial: 5), .forgotten(Sample.address)], durable: true)
    #expect(try await folded().resources.isEmpty)
    try await lease.commit(Sample.snapshot(serial: 6), replacing: 5)
    #expect(try await store.read() == StoredState(snapshot: Sample.snapshot(serial: 6)))
    await lease.release()
  }

  @Test("A journal of a later serial or another lineage is never dropped or folded silently")
  func foreignJournal() async throws {
    try await saved(upTo: 2)
    try directory.write(Journal.encode([Sample.begin(serial: 3)]), ".cooper/prod/journal.jsonl")
    let later = await #expect(throws: StateFailure.self) { try await store.read() }
    #expect(later?.kind == .corrupt)
    #expect(later?.message.contains("serial 3") == true)
    let other = Event.begin(run: "r", command: "apply", at: 0, lineage: "m", serial: 2)
    try directory.write(Journal.encode([other]), ".cooper/prod/journal.jsonl")
    let foreign = await #expect(throws: StateFailure.self) { try await store.read() }
    #expect(foreign?.kind == .incompatible)
  }

  @Test("A first state of serial 0 is refused over a journal that builds on serial 0: its events would count twice")
  func firstStateOverJournal() async throws {
    let lease = try await store.lock(Sample.holder)
    try await lease.append([Sample.begin(serial: 0)], durable: true)
    let failure = await #expect(throws: StateFailure.self) {
      try await lease.commit(Sample.snapshot(serial: 0), replacing: nil)
    }
    #expect(failure?.kind == .conflict)
    try await lease.commit(Sample.snapshot(serial: 1), replacing: nil)
    await lease.release()
  }

  @Test("Many durable appends at once are all there, in whole lines")
  func concurrentAppends() async throws {
    let lease = try await store.lock(Sample.holder)
    try await lease.append([Sample.begin(serial: 0)], durable: true)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<200 {
        group.addTask {
          let address = Address("buckets", "b\(index)")
          try await lease.append([.intent(address, .create, Sample.bucket("n\(index)"))], durable: true)
        }
      }
      try await group.waitForAll()
    }
    let folded = StateSnapshot.fold(Sample.snapshot(serial: 0), try await store.read().journal)
    #expect(folded.openIntents.count == 200)
    await lease.release()
  }

  @Test("A released lease writes nothing")
  func released() async throws {
    let lease = try await store.lock(Sample.holder)
    await lease.release()
    await #expect(throws: StateFailure.self) { try await lease.append([.end], durable: false) }
    await #expect(throws: StateFailure.self) { try await lease.commit(Sample.snapshot(serial: 1), replacing: nil) }
  }
}
