public import CooperState
import Synchronization

/// A state store for simulation: no files, no threads, no clock. Every step can fail or kill the process on demand.
///
/// It keeps the promises of `FileStateStore`, no more: after a crash only durable events are certain to be there, a
/// prefix of the others may be, the state is replaced in one step, and the journal may outlive the state it is saved in.
public final class InMemoryStateStore: StateStore {
  /// What a crash leaves.
  public struct Disk: Sendable, Hashable {
    public var snapshot: StateSnapshot?
    public var journal: [Event]
    /// How many events at the journal's start are on the medium; the rest may be lost.
    public var durableEvents: Int

    public init(snapshot: StateSnapshot? = nil, journal: [Event] = [], durableEvents: Int? = nil) {
      self.snapshot = snapshot
      self.journal = journal
      self.durableEvents = durableEvents ?? journal.count
    }

    /// The disk of the next process: `keep` says how many of the events that weren't durable survive, given how many there are.
    public func afterCrash(keep: (Int) -> Int) -> Disk {
      let uncertain = journal.count - durableEvents
      let kept = durableEvents + min(max(keep(uncertain), 0), uncertain)
      return Disk(snapshot: snapshot, journal: Array(journal.prefix(kept)))
    }
  }

  /// Where a fault can be put; each is asked for once, before what it names happens.
  public enum Step: Sendable, Hashable {
    case read
    case lock
    /// Before anything is written: a failure is a full disk.
    case append(durable: Bool)
    /// Written but not synced: a failure is a failed fdatasync, after which nothing more can be appended.
    case sync
    case commit
    /// The state is replaced, the journal still there.
    case dropJournal
  }

  public enum Fault: Sendable, Hashable {
    case fails(StateFailure)
    /// The process dies here; every operation from now on fails.
    case dies

    public static let diskFull = Fault.fails(StateFailure(.unavailable, "can't write: No space left on device"))
  }

  private struct Contents {
    var disk: Disk
    var holder: LockHolder?
    var isDead = false
    var isBroken = false
    var mustDropJournal = false
  }

  public let location: String
  private let contents: Mutex<Contents>
  private let fault: @Sendable (Step) -> Fault?
  private let checksFormat: Bool

  /// With `checksFormat` everything goes through the text of the file formats too, which is slower and finds more.
  public init(
    disk: Disk = Disk(), location: String = "memory", checksFormat: Bool = false,
    fault: @escaping @Sendable (Step) -> Fault? = { _ in nil }
  ) {
    contents = Mutex(Contents(disk: disk))
    self.location = location
    self.checksFormat = checksFormat
    self.fault = fault
  }

  public var disk: Disk { contents.withLock { $0.disk } }
  public var isLocked: Bool { contents.withLock { $0.holder != nil } }

  /// Kills the process: the lock is gone, and every operation of leases that are left fails.
  public func kill() {
    contents.withLock {
      $0.isDead = true
      $0.holder = nil
    }
  }

  public func read() async throws(StateFailure) -> StoredState {
    try pass(.read)
    let disk = disk
    let stored = StoredState(snapshot: disk.snapshot, journal: disk.journal)
    if let snapshot = stored.snapshot { try StateFormat.check(snapshot, file: location) }
    if let failure = stored.mismatch(stateFile: location, journalFile: location + ".journal") { throw failure }
    return stored
  }

  public func lock(_ holder: LockHolder) async throws(StateFailure) -> any StateLease {
    try pass(.lock)
    let other = contents.withLock { contents in
      if let other = contents.holder { return LockHolder?.some(other) }
      contents.holder = holder
      return nil
    }
    if let other { throw StateFailure(.locked(other), "\(location) is locked by \(other.owner)") }
    return Lease(store: self)
  }

  /// Asks for a fault and carries it out.
  private func pass(_ step: Step) throws(StateFailure) {
    let dead = StateFailure(.unavailable, "the simulated process is dead")
    if contents.withLock({ $0.isDead }) { throw dead }
    switch fault(step) {
    case .fails(let failure): throw failure
    case .dies:
      kill()
      throw dead
    case nil: return
    }
  }

  fileprivate func append(_ events: [Event], durable: Bool) throws(StateFailure) {
    try pass(.append(durable: durable))
    if contents.withLock({ $0.mustDropJournal }) { try dropJournal() }
    if contents.withLock({ $0.isBroken }) { throw StateFailure(.unavailable, "an earlier sync failed") }
    if checksFormat {
      let read = try Journal.decode(Journal.encode(events), file: location + ".journal")
      guard read.events == events else { throw StateFailure(.corrupt, "events change in their format: \(events)") }
    }
    contents.withLock { $0.disk.journal += events }
    guard durable else { return }
    do throws(StateFailure) {
      try pass(.sync)
    } catch {
      contents.withLock { $0.isBroken = true }
      throw error
    }
    contents.withLock { $0.disk.durableEvents = $0.disk.journal.count }
  }

  fileprivate func commit(_ snapshot: StateSnapshot, replacing serial: Int?) throws(StateFailure) {
    try pass(.commit)
    try StateFormat.check(snapshot, file: location)
    if checksFormat {
      let text = StateFormat.encode(snapshot, cooperVersion: "test")
      guard try StateFormat.decode(text, file: location) == snapshot else {
        throw StateFailure(.corrupt, "the state changes in its format")
      }
    }
    let disk = disk
    let hasUnnumberedJournal = serial == nil && snapshot.serial == 0 && !disk.journal.isEmpty
    guard disk.snapshot?.serial == serial, snapshot.serial > serial ?? -1, !hasUnnumberedJournal else {
      let found = disk.snapshot.map { String($0.serial) } ?? "none"
      let read = serial.map { String($0) } ?? "none"
      throw StateFailure(.conflict, "serial \(found) is there, \(read) was read, \(snapshot.serial) should follow")
    }
    if let known = disk.snapshot, known.lineage != snapshot.lineage {
      throw StateFailure(.incompatible, "the state has another lineage")
    }
    contents.withLock {
      $0.disk.snapshot = snapshot
      $0.mustDropJournal = true
    }
    try dropJournal()
  }

  private func dropJournal() throws(StateFailure) {
    try pass(.dropJournal)
    contents.withLock {
      $0.disk.journal = []
      $0.disk.durableEvents = 0
      $0.mustDropJournal = false
      $0.isBroken = false
    }
  }

  fileprivate func release() { contents.withLock { $0.holder = nil } }

  private final class Lease: StateLease {
    private let store: InMemoryStateStore
    private let isReleased = Mutex(false)

    init(store: InMemoryStateStore) { self.store = store }

    private func demandLock() throws(StateFailure) {
      if isReleased.withLock({ $0 }) { throw StateFailure(.unavailable, "the lock was released") }
    }

    func append(_ events: [Event], durable: Bool) async throws(StateFailure) {
      try demandLock()
      try store.append(events, durable: durable)
    }

    func commit(_ snapshot: StateSnapshot, replacing serial: Int?) async throws(StateFailure) {
      try demandLock()
      try store.commit(snapshot, replacing: serial)
    }

    func release() async {
      let wasReleased = isReleased.withLock { released in
        defer { released = true }
        return released
      }
      if !wasReleased { store.release() }
    }
  }
}
