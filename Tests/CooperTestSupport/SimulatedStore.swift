public import CooperEngine
public import CooperModel
public import CooperProvider
private import Synchronization

/// What goes wrong in a simulated run, in percent of calls.
public struct FaultPlan: Sendable {
  /// The request is lost before it arrives.
  public var lost = 0
  /// The request is carried out and its reply is lost.
  public var replyLost = 0
  /// 503 SlowDown without effect.
  public var throttled = 0
  /// 500 without effect.
  public var broken = 0
  /// 409 OperationAborted without effect.
  public var conflict = 0
  /// A read shortly after a write shows what was there before.
  public var stale = 0
  /// An append to the journal or a save of the state finds the disk full.
  public var diskFull = 0
  /// Ctrl-C comes at this step; nil: never.
  public var stopAtStep: Int?
  /// The process dies at this step of all steps (calls and journal writes); nil: never.
  public var crashAtStep: Int?

  public init() {}
}

/// An S3 endpoint in memory, at the level of calls: it keeps the documents it is given and answers as S3 does.
///
/// It outlives the simulated processes that use it, so that one run's crash is the next run's start.
public final class SimulatedStore: Sendable {
  public struct Bucket: Sendable, Hashable {
    public var region: String
    /// Documents by sub-resource name.
    public var documents: [String: [UInt8]]
    public var objects: Int
    /// Made by a call, not planted by the test.
    public var wasCreated: Bool

    public init(region: String, documents: [String: [UInt8]] = [:], objects: Int = 0, wasCreated: Bool = false) {
      self.region = region
      self.documents = documents
      self.objects = objects
      self.wasCreated = wasCreated
    }
  }

  struct Write {
    var before: [UInt8]?
    var at: Double
  }

  struct State {
    var stop: StopSignal?
    var createdAt: [String: Double] = [:]
    var removedOutside: [String: Int] = [:]
    var buckets: [String: Bucket] = [:]
    var writes: [String: Write] = [:]
    var log: [String] = []
    var creates: [String: Int] = [:]
    var destroyedObjects = 0
    var steps = 0
    var isDead = false
    var faults = FaultPlan()
    var random: SplitMix64
    var underWrite: Set<String> = []
    var broken: [String] = []
    var released: Set<String> = []
  }

  private let state: Mutex<State>

  public init(seed: UInt64) { state = Mutex(State(random: SplitMix64(seed: seed))) }

  func withState<R: Sendable>(_ body: (inout State) -> R) -> R { state.withLock { state in body(&state) } }

  public var buckets: [String: Bucket] { withState { $0.buckets } }
  /// One line for each call that had an effect or an answer, e.g. `PUT b?cors`.
  public var log: [String] { withState { $0.log } }
  public var creates: [String: Int] { withState { $0.creates } }
  public var destroyedObjects: Int { withState { $0.destroyedObjects } }
  /// Promises that a call broke, e.g. two writes to one bucket at once.
  public var brokenPromises: [String] { withState { $0.broken } }
  public var steps: Int { withState { $0.steps } }
  public var isDead: Bool { withState { $0.isDead } }

  /// Starts a process with its own faults.
  public func startProcess(_ faults: FaultPlan, stop: StopSignal? = nil) {
    withState { state in
      state.stop = stop
      state.faults = faults
      state.steps = 0
      state.isDead = false
      state.underWrite = []
      state.log = []
    }
  }

  public func plant(_ name: String, _ bucket: Bucket) { withState { $0.buckets[name] = bucket } }

  public func change(_ name: String, _ document: String, to bytes: [UInt8]?) {
    withState { state in
      state.buckets[name]?.documents[document] = bytes
      state.writes["\(name)?\(document)"] = nil
    }
  }

  /// Objects arrive from somewhere else.
  public func putObjects(_ count: Int, in name: String) { withState { $0.buckets[name]?.objects += count } }

  /// Names that a plan forgot: they may stay without being recorded.
  public var released: Set<String> { withState { $0.released } }
  public func release(_ name: String) { withState { _ = $0.released.insert(name) } }

  /// How often a bucket was removed outside Cooper, so that it may be made that many times more.
  public var removedOutside: [String: Int] { withState { $0.removedOutside } }
  public func remove(_ name: String) {
    withState { state in
      state.buckets[name] = nil
      state.removedOutside[name, default: 0] += 1
      state.writes = state.writes.filter { !$0.key.hasPrefix(name + "?") }
    }
  }

  /// Counts one step; false when the process is dead or dies right here.
  public func step() -> Bool {
    withState { state in
      if state.isDead { return false }
      state.steps += 1
      if let stop = state.faults.stopAtStep, state.steps >= stop { state.stop?.stop() }
      if let crash = state.faults.crashAtStep, state.steps >= crash {
        state.isDead = true
        return false
      }
      return true
    }
  }

  func roll() -> UInt64 { withState { $0.random.next() } }
}

/// A connection to a simulated store; its site says which dialect the real codecs shall speak.
public struct SimulatedConnection: Connection {
  public let site: Site
  public let declaredAccount: String?
  let signedIn: SignedInIdentity?
  let store: SimulatedStore
  let scheduler: SeededScheduler

  /// With `signedIn` the account comes from that identity, and isn't declared.
  public init(
    site: Site, store: SimulatedStore, scheduler: SeededScheduler, signedIn: SignedInIdentity? = nil
  ) {
    self.site = site
    self.signedIn = signedIn
    declaredAccount = signedIn == nil ? site.account : nil
    self.store = store
    self.scheduler = scheduler
  }

  static let killed = CallFailure(.unavailable, code: "Killed", "the process is dead", mayHaveHappened: true)

  public func identify() -> (any Procedure<SignedInIdentity>)? { signedIn.map { KnownIdentity(identity: $0) } }
  public func url(for call: Call) -> String { SimulatedStore.line(call) }
  public func identity(of name: String) -> PhysicalIdentity {
    PhysicalIdentity(endpoint: site.endpoint, account: site.account, name: name)
  }

  public func transientFailure(_ reply: Reply, to call: Call) -> CallFailure? {
    switch reply.status {
    case 503: CallFailure(.throttled(retryAfter: nil), code: "SlowDown", "slow down", status: 503)
    case 500: CallFailure(.unavailable, code: "InternalError", "internal error", status: 500)
    case 409 where String(decoding: reply.body, as: UTF8.self).contains("OperationAborted"):
      CallFailure(.conflict, code: "OperationAborted", "another operation is under way", status: 409)
    default: nil
    }
  }

  public func attempt(_ call: Call) async throws(CallFailure) -> Reply {
    guard store.step() else { throw Self.killed }
    await scheduler.sleep(.milliseconds(1 + Int(store.roll() % 20)))
    guard !store.isDead else { throw Self.killed }
    let faults = store.withState { $0.faults }
    var dice = SplitMix64(seed: store.roll())
    if dice.chance(faults.lost) { throw CallFailure(.unavailable, code: "ConnectFailed", "connection refused") }
    if dice.chance(faults.throttled) { return SimulatedStore.error(503, "SlowDown") }
    if dice.chance(faults.broken) { return SimulatedStore.error(500, "InternalError") }
    if !call.reads, dice.chance(faults.conflict) { return SimulatedStore.error(409, "OperationAborted") }
    if !call.reads { beginWrite(call) }
    let stale = call.reads && dice.chance(faults.stale)
    let reply = store.answer(call, at: scheduler.now, stale: stale)
    await scheduler.sleep(.milliseconds(1 + Int(store.roll() % 20)))
    if !call.reads { endWrite(call) }
    guard !store.isDead else { throw Self.killed }
    if dice.chance(faults.replyLost) {
      throw CallFailure(.unavailable, code: "CutShort", "the reply was cut short", mayHaveHappened: true)
    }
    return reply
  }

  /// Two writes to one bucket at once are what S3 answers with OperationAborted; the engine must never send them.
  private func beginWrite(_ call: Call) {
    let bucket = call.bucket ?? ""
    store.withState { state in
      if !state.underWrite.insert(bucket).inserted { state.broken.append("two writes at once to \(bucket)") }
    }
  }

  private func endWrite(_ call: Call) { store.withState { _ = $0.underWrite.remove(call.bucket ?? "") } }
}

/// Tells an identity without a call.
private struct KnownIdentity: Procedure {
  let identity: SignedInIdentity
  var plannedCalls: [Call] { [] }
  mutating func next(_ reply: Reply?) -> Step<SignedInIdentity> { .done(identity) }
}
