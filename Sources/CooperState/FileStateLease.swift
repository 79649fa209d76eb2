#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The right to write one state's files, and the order of steps that makes a death at any of them harmless.
actor FileStateLease: StateLease {
  private let paths: FilePaths
  private let location: String
  private let cooperVersion: String
  private var lock: StateLock?
  private var journal: JournalFile
  /// A saved state whose journal could not be removed: nothing may be appended before it is.
  private var mustDropJournal = false

  init(paths: FilePaths, location: String, lock: StateLock, cooperVersion: String) {
    self.paths = paths
    self.location = location
    self.lock = lock
    self.cooperVersion = cooperVersion
    journal = JournalFile(path: paths.journal)
  }

  deinit {
    journal.close()
    lock?.release()
  }

  /// One write(2) for all events; durable ones that arrive together share one fdatasync.
  func append(_ events: [Event], durable: Bool) async throws(StateFailure) {
    try demandLock()
    do throws(SystemError) {
      if mustDropJournal { try dropJournal() }
      if !events.isEmpty { try journal.append(Journal.encode(events)) }
      guard durable else { return }
      let end = journal.size
      let generation = generation
      // Lets those who wait for this actor write too; the first to come back syncs for all.
      await Task.yield()
      if generation == self.generation && journal.syncedSize < end { try journal.sync() }
    } catch {
      throw error.failure
    }
  }

  /// Grows with each journal that was dropped; its events are in the state, which is synced.
  private var generation = 0

  /// Steps: write `state.json.new` and sync it; link the state that is there into the history; rename over the state;
  /// sync the directory; remove the journal. Before the rename the earlier state and the journal are whole. After it
  /// the journal's `begin` names an earlier serial, so readers know that it is saved.
  func commit(_ snapshot: StateSnapshot, replacing serial: Int?) async throws(StateFailure) {
    try demandLock()
    try StateFormat.check(snapshot, file: location)
    try demandSuccession(of: snapshot, replacing: serial)
    do throws(SystemError) {
      try writeTemporary(StateFormat.encode(snapshot, cooperVersion: cooperVersion))
      if let serial { try keep(serial: serial) }
      try SystemCalls.replace(paths.state, with: paths.temporary)
      mustDropJournal = true
      try SystemCalls.syncDirectory(paths.directory)
      try dropJournal()
      if serial != nil { try prune() }
    } catch {
      throw error.failure
    }
  }

  func release() async {
    journal.close()
    lock?.release()
    lock = nil
  }

  private func demandLock() throws(StateFailure) {
    if lock == nil { throw StateFailure(.unavailable, "the lock on \(location) was released") }
  }

  /// Compares with what is on the disk now; the lock is advisory, and somebody may have put another file there.
  private func demandSuccession(of snapshot: StateSnapshot, replacing serial: Int?) throws(StateFailure) {
    guard snapshot.serial > serial ?? -1 else {
      throw StateFailure(
        .conflict, "serial \(snapshot.serial) can't follow serial \(serial ?? -1); each saved change has a higher one")
    }
    let bytes: [UInt8]?
    let hasJournal: Bool
    do throws(SystemError) {
      bytes = try SystemCalls.contents(of: paths.state)
      hasJournal = try SystemCalls.stamp(paths.journal).map { $0.size > 0 } ?? false
    } catch {
      throw error.failure
    }
    if serial == nil, snapshot.serial == 0, hasJournal {
      throw StateFailure(.conflict, "a first state that holds a journal's events needs a serial above the journal's, 0")
    }
    let found = try bytes.map { bytes throws(StateFailure) in try StateFormat.decode(bytes, file: location) }
    guard found?.serial == serial else {
      throw StateFailure(
        .conflict,
        "\(location) \(found.map { "has serial \($0.serial)" } ?? "is not there"); "
          + (serial.map { "serial \($0) was read" } ?? "it was not there before"),
        fix: "Somebody saved in between. Plan again.")
    }
    if let found, found.lineage != snapshot.lineage {
      throw StateFailure(.incompatible, "\(location) has another lineage, \(found.lineage)")
    }
  }

  private func writeTemporary(_ bytes: [UInt8]) throws(SystemError) {
    let path = paths.temporary
    // What a run that died left there goes, with whatever mode it has.
    try SystemCalls.remove(path)
    let descriptor = try SystemCalls.openFile(path, O_WRONLY | O_CREAT | O_EXCL)
    defer { SystemCalls.closeFile(descriptor) }
    do throws(SystemError) {
      try SystemCalls.writeAll(descriptor, bytes, path)
      try SystemCalls.sync(descriptor, path)
    } catch {
      try? SystemCalls.remove(path)
      throw error
    }
  }

  private func keep(serial: Int) throws(SystemError) {
    let target = paths.kept(serial: serial)
    try SystemCalls.makeDirectories(paths.history)
    try SystemCalls.remove(target)
    do throws(SystemError) {
      try SystemCalls.keepCopy(of: paths.state, as: target)
    } catch {
      // Some file systems have no links.
      guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(error.code) else { throw error }
      try copy(paths.state, to: target)
    }
    try SystemCalls.syncDirectory(paths.history)
  }

  private func copy(_ path: String, to target: String) throws(SystemError) {
    let bytes = try SystemCalls.contents(of: path) ?? []
    let descriptor = try SystemCalls.openFile(target, O_WRONLY | O_CREAT | O_EXCL)
    defer { SystemCalls.closeFile(descriptor) }
    try SystemCalls.writeAll(descriptor, bytes, target)
    try SystemCalls.sync(descriptor, target)
  }

  private func dropJournal() throws(SystemError) {
    try journal.drop()
    mustDropJournal = false
    generation += 1
  }

  private func prune() throws(SystemError) {
    let serials = try SystemCalls.names(in: paths.history).compactMap { FilePaths.serial(ofKept: $0) }.sorted()
    for serial in serials.dropLast(FileStateStore.keptSerials) {
      try SystemCalls.remove(paths.kept(serial: serial))
    }
  }
}
