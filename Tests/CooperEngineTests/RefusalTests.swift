import CooperConfig
import CooperEngine
import CooperModel
import CooperPlan
import CooperProvider
import CooperSchema
import CooperState
import CooperTestSupport
import Synchronization
import Testing

/// Promise 2: what was reviewed is what runs, where it was reviewed for.
@Suite("Engine: what is refused")
struct RefusalTests {
  /// A bucket `a` that is made, recorded and holds three objects.
  func settled(_ world: inout SmallWorld, deletion: DeletionPolicy = .protect) throws -> InMemoryStateStore {
    world.declare("a", ["tags": ["t": "1"]], deletion: deletion)
    let states = InMemoryStateStore()
    let looked = try #require(world.look(states))
    _ = try #require(world.apply(looked, states)).get()
    world.store.putObjects(3, in: "a")
    return states
  }

  @Test("signed in to another account than the recorded one: nothing is read, nothing is planned, no bucket is made")
  func otherAccount() throws {
    var world = SmallWorld()
    let states = try settled(&world)
    world.declare("b")
    world.account = "999900001111"
    world.store.startProcess(FaultPlan())
    let looked = try #require(world.look(states))
    #expect(looked.plan.isEmpty)
    #expect(looked.plan.diagnostics.map(\.code) == [Observer.wrongAccountCode])
    let message = looked.plan.diagnostics.first?.message ?? ""
    #expect(message.contains("999900001111") && message.contains(SmallWorld.mine))
    #expect(world.store.log.isEmpty)
  }

  @Test("the connection leads to another endpoint: a bucket of that name there is neither looked at nor purged")
  func otherEndpoint() throws {
    var world = SmallWorld()
    let states = try settled(&world, deletion: .purge)
    world.configuration.resources = []
    world.endpoint = "https://s3.other.example"
    world.store.startProcess(FaultPlan())
    let looked = try #require(world.look(states))
    #expect(looked.plan.changes.isEmpty)
    #expect(looked.plan.blocked.map(\.address) == [SmallWorld.address("a")])
    #expect(world.store.log == ["GET ?max-buckets=10000"])
  }

  @Test("a saved plan is for the account it was made for")
  func savedForAnotherAccount() throws {
    var world = SmallWorld()
    world.declare("a")
    let states = InMemoryStateStore()
    let saved = try #require(world.look(states))
    world.account = "999900001111"
    let now = try #require(world.look(states))
    #expect(Staleness.movements(saved.plan, now.observations).isEmpty)
    let lines = Staleness.movements(saved.plan, plannedNow: now.plan)
    #expect(lines.contains { $0.contains("999900001111") && $0.contains(SmallWorld.mine) })
  }

  @Test("a saved purge is for what the bucket held; a saved plan that still fits is no different from a new one")
  func savedPurge() throws {
    var world = SmallWorld()
    let states = try settled(&world, deletion: .purge)
    world.configuration.resources = []
    let saved = try #require(world.look(states))
    let same = try #require(world.look(states))
    #expect(Staleness.movements(saved.plan, plannedNow: same.plan).isEmpty)
    world.store.putObjects(1, in: "a")
    let now = try #require(world.look(states))
    #expect(
      Staleness.movements(saved.plan, plannedNow: now.plan)
        == ["buckets.a: it holds 4 objects; 3 when the plan was made"])
  }

  @Test("the state of another project is refused before anything is done with it")
  func otherProject() throws {
    var world = SmallWorld()
    let states = try settled(&world)
    world.configuration.project = "other"
    world.declare("b")
    var looked = try #require(world.look(states))
    looked.plan.project = "other"
    guard case .failure(.state(let failure)) = try #require(world.apply(looked, states)) else {
      Issue.record("applied over another project's state")
      return
    }
    #expect(failure.kind == .incompatible && failure.message.contains("small") && failure.message.contains("other"))
    #expect(world.store.buckets["b"] == nil)
  }

  @Test("a run that died since the plan was made makes the plan stale, although the serial is the same")
  func diedInBetween() throws {
    var world = SmallWorld()
    let states = try settled(&world)
    world.configuration.resources = []
    world.declare("a", ["tags": ["t": "2"]])
    let mine = try #require(world.look(states))
    let snapshot = try #require(states.disk.snapshot)
    let begin = Event.begin(run: "bob", command: "apply", at: 0, lineage: snapshot.lineage, serial: snapshot.serial)
    let died = InMemoryStateStore(
      disk: InMemoryStateStore.Disk(snapshot: snapshot, journal: [begin, .forgotten(SmallWorld.address("a"))]))
    world.store.startProcess(FaultPlan())
    guard case .failure(.stale) = try #require(world.apply(mine, died)) else {
      Issue.record("applied over a run that died in between")
      return
    }
    #expect(world.store.log.isEmpty)
  }

  @Test(
    "goes on with an interrupted run's bucket: an expiry rule over objects that came since needs consent",
    arguments: [(0, 0), (2, 1)])
  func interruptedAndFilled(objects: Int, blocked: Int) throws {
    var world = SmallWorld()
    world.declare("a", ["lifecycle": ["trim": ["expiration": ["after": "1d"]]]])
    let identity = PhysicalIdentity(
      endpoint: world.endpoint, account: SmallWorld.mine, name: "a")
    var entry = RecordedResource(kind: "bucket", connection: "aws", identity: identity, region: "eu-west-1")
    entry.status = .creating
    let snapshot = StateSnapshot(lineage: "l", project: "small", resources: [SmallWorld.address("a"): entry])
    world.store.plant(
      "a", SimulatedStore.Bucket(region: "eu-west-1", documents: [:], objects: objects, wasCreated: true))
    let looked = try #require(world.look(InMemoryStateStore(disk: InMemoryStateStore.Disk(snapshot: snapshot))))
    #expect(looked.plan.blocked.count == blocked)
    #expect(looked.plan.changes.count == 1 - blocked)
  }

  @Test("after a failed journal write no call is made that changes anything")
  func fullDisk() throws {
    var world = SmallWorld()
    let states = try settled(&world)
    world.configuration.resources = []
    world.declare("_new")
    world.declare("a", ["tags": ["t": "2"]])
    let appends = Counter()
    let full = InMemoryStateStore(
      disk: states.disk,
      fault: { step in
        // The `begin` of the run still fits; the intent of the first create doesn't.
        step == .append(durable: true) && appends.next() > 1 ? .diskFull : nil
      })
    let looked = try #require(world.look(full))
    #expect(looked.plan.changes.map(\.address.name) == ["_new", "a"])
    world.store.startProcess(FaultPlan())
    guard case .failure(.state) = try #require(world.apply(looked, full)) else {
      Issue.record("a full disk was not reported")
      return
    }
    #expect(world.store.log.filter { $0.hasPrefix("PUT") || $0.hasPrefix("DELETE") }.isEmpty)
    #expect(!full.isLocked)
  }
}

private final class Counter: Sendable {
  private let value = Mutex(0)

  func next() -> Int {
    value.withLock { value in
      value += 1
      return value
    }
  }
}
