/// State in files of this machine: one state file, a journal, a lock and earlier serials; see `FilePaths` for the names.
///
/// Directories are made with mode 0700 and files with 0600: a state names what there is, if no secrets. Relative paths
/// start at `base`. Nothing is made before the first lock.
public struct FileStateStore: StateStore {
  /// How many earlier serials are kept beside the state.
  public static let keptSerials = 50

  public let location: String
  let paths: FilePaths
  private let cooperVersion: String

  /// The default place: `.cooper/state.json` or `.cooper/<environment>/state.json` below a project's directory.
  public init(base: String, environment: String?, cooperVersion: String) {
    location = FilePaths.standard(base: "", environment: environment).state
    paths = FilePaths.standard(base: base, environment: environment)
    self.cooperVersion = cooperVersion
  }

  /// Any file, as `--state FILE` names it; its journal, lock and history lie beside it.
  public init(file: String, base: String, cooperVersion: String) {
    location = file
    paths = FilePaths.beside(FilePaths.join(base, file))
    self.cooperVersion = cooperVersion
  }

  /// Reads state and journal as they stood together, without a lock; a writer in between makes it read again.
  public func read() async throws(StateFailure) -> StoredState {
    let stored = try load()
    if let snapshot = stored.snapshot {
      try StateFormat.check(snapshot, file: location)
    }
    return stored
  }

  /// Like `read`, but of a state that breaks an invariant too, so that it can be mended.
  public func readUnchecked() throws(StateFailure) -> StoredState { try load() }

  /// Fails with `.locked` at once when somebody else writes, in this process or another.
  public func lock(_ holder: LockHolder) async throws(StateFailure) -> any StateLease {
    do throws(SystemError) {
      try SystemCalls.makeDirectories(paths.directory)
    } catch {
      throw error.failure
    }
    let lock = try StateLock(path: paths.lock, holder: holder)
    return FileStateLease(paths: paths, location: location, lock: lock, cooperVersion: cooperVersion)
  }

  /// Who holds the lock as far as its file says; it may be stale when nobody holds it.
  public func lockHolder() throws(StateFailure) -> LockHolder? {
    do throws(SystemError) {
      return StateLock.holder(in: try SystemCalls.contents(of: paths.lock))
    } catch {
      throw error.failure
    }
  }

  /// Serials that are kept beside the state, oldest first, each with its file.
  public func history() throws(StateFailure) -> [(serial: Int, file: String)] {
    do throws(SystemError) {
      return try SystemCalls.names(in: paths.history).compactMap { FilePaths.serial(ofKept: $0) }.sorted()
        .map { ($0, paths.kept(serial: $0)) }
    } catch {
      throw error.failure
    }
  }

  private func load() throws(StateFailure) -> StoredState {
    let (state, journal) = try consistentBytes()
    var stored = StoredState(snapshot: nil)
    if let state {
      do throws(StateFailure) {
        stored.snapshot = try StateFormat.decode(state, file: location)
      } catch {
        throw withNewestKept(error)
      }
    }
    if let journal { stored.journal = try Journal.decode(journal, file: paths.journal).events }
    if let failure = stored.mismatch(stateFile: location, journalFile: paths.journal) { throw failure }
    return stored
  }

  /// A save replaces the state before it drops the journal, so the pair belongs together if the state stayed the same
  /// file while the journal was read.
  private func consistentBytes() throws(StateFailure) -> (state: [UInt8]?, journal: [UInt8]?) {
    do throws(SystemError) {
      for _ in 0..<1000 {
        let before = try SystemCalls.stamp(paths.state)
        let state = try SystemCalls.contents(of: paths.state)
        let journal = try SystemCalls.contents(of: paths.journal)
        if try SystemCalls.stamp(paths.state) == before { return (state, journal) }
      }
    } catch {
      throw error.failure
    }
    throw StateFailure(.unavailable, "\(location) is replaced faster than it can be read")
  }

  private func withNewestKept(_ failure: StateFailure) -> StateFailure {
    guard failure.kind == .corrupt, failure.fix == nil, let newest = try? history().last else { return failure }
    var failure = failure
    failure.fix = "The newest earlier state is \(newest.file); copy it over \(paths.state) to go back to it."
    return failure
  }
}
