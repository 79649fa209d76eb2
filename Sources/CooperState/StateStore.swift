/// What a store holds: the folded state, and events of a run that didn't get to fold them.
public struct StoredState: Sendable, Hashable {
  public var snapshot: StateSnapshot?
  public var journal: [Event]

  public init(snapshot: StateSnapshot?, journal: [Event] = []) {
    self.snapshot = snapshot
    self.journal = journal
  }
}

/// Who holds a lock, as others are told.
public struct LockHolder: Sendable, Hashable {
  public var owner: String
  public var host: String
  public var process: Int32
  public var command: String
  /// Seconds since 1970.
  public var since: Int64

  public init(owner: String, host: String, process: Int32, command: String, since: Int64) {
    self.owner = owner
    self.host = host
    self.process = process
    self.command = command
    self.since = since
  }
}

public struct StateFailure: Error, Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    case locked(LockHolder?)
    /// The file is not a state, or breaks an invariant.
    case corrupt
    /// Written by a newer version, or of another lineage.
    case incompatible
    /// Somebody saved in between.
    case conflict
    /// The disk or store failed; what was recorded before is safe.
    case unavailable
  }

  public var kind: Kind
  public var message: String
  public var fix: String?

  public init(_ kind: Kind, _ message: String, fix: String? = nil) {
    self.kind = kind
    self.message = message
    self.fix = fix
  }
}

/// A place where state is kept: a directory, later a bucket.
public protocol StateStore: Sendable {
  /// For messages, e.g. `.cooper/prod/state.json`.
  var location: String { get }
  func read() async throws(StateFailure) -> StoredState
  /// Fails with `.locked` at once when somebody else writes.
  func lock(_ holder: LockHolder) async throws(StateFailure) -> any StateLease
}

/// The right to write, held until it is released or the process dies.
public protocol StateLease: Sendable {
  /// Appends to the journal; when `durable`, it is on the medium before this returns.
  func append(_ events: [Event], durable: Bool) async throws(StateFailure)
  /// Replaces the state in one atomic step and drops the journal, whose events the snapshot contains.
  func commit(_ snapshot: StateSnapshot, replacing serial: Int?) async throws(StateFailure)
  func release() async
}
