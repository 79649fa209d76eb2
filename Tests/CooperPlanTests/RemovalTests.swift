import CooperConfig
import CooperModel
import CooperPlan
import CooperProvider
import CooperState
import Testing

/// Promise 1: nothing is lost without a named consent.
@Suite("Planner: removal and consent")
struct RemovalTests {
  let a = PlanningWorld.address("a")

  func world(holding objects: Int, deletion: DeletionPolicy = .protect, _ removal: Removal? = nil) -> PlanningWorld {
    var world = PlanningWorld()
    world.record("a", deletion: deletion)
    world.observe("a", .present(region: nil), holding: objects)
    world.desired.removed = removal.map { [$0] } ?? []
    return world
  }

  @Test("n/y/y without consent → blocked, with what it holds and both ways out")
  func blocked() throws {
    let plan = world(holding: 18_204).plan()
    #expect(plan.changes.isEmpty)
    let blocked = try #require(plan.blocked.first)
    #expect(blocked.why.joined().contains("18,204 objects"))
    #expect(blocked.consent.map { $0.contains("forget") } == [true, false])
    #expect(blocked.consent.last?.contains("purge") == true)
    #expect(blocked.origin == Origin(file: "cooper.yaml", line: 9))
  }

  @Test("removed: forget → the bucket stays, only the record goes")
  func forget() {
    let plan = world(holding: 5, Removal(address: a, action: .forget)).plan()
    #expect(plan.changes.map(\.action) == [.forget])
    #expect(plan.changes.first?.calls.isEmpty == true)
  }

  @Test("removed: delete covers an empty bucket only")
  func delete() {
    #expect(world(holding: 0, Removal(address: a, action: .delete)).plan().changes.map(\.action) == [.delete])
    let full = world(holding: 1, Removal(address: a, action: .delete)).plan()
    #expect(full.changes.isEmpty && full.blocked.count == 1)
  }

  @Test("removed: purge states what it destroys")
  func purge() throws {
    let change = try #require(world(holding: 3, Removal(address: a, action: .purge)).plan().changes.first)
    #expect(change.action == .delete && change.purges)
    #expect(change.risks.map(\.message) == ["destroys 3 objects, 2.9 KiB"])
  }

  @Test("a consent whose day has passed holds no longer", arguments: [("2026-11-20", 0), ("2026-11-21", 1)])
  func until(day: String, changes: Int) {
    let plan = world(holding: 0, Removal(address: a, action: .delete, until: day)).plan()
    #expect(plan.changes.count == changes)
  }

  @Test("the recorded deletion: survives the removal of the block")
  func recordedConsent() {
    #expect(world(holding: 0, deletion: .allow).plan().changes.map(\.action) == [.delete])
    #expect(world(holding: 1, deletion: .allow).plan().blocked.count == 1)
    #expect(world(holding: 1, deletion: .purge).plan().changes.first?.purges == true)
  }

  @Test("n/y/n: gone already → forget")
  func gone() {
    var world = world(holding: 0)
    world.observe("a", .absent)
    #expect(world.plan().changes.map(\.action) == [.forget])
  }

  @Test("n/y/unknown: what can't be read is not deleted")
  func unreadable() {
    var world = world(holding: 0, deletion: .purge)
    world.observe("a", .unknown(CallFailure(.denied, code: "AccessDenied", "no")))
    let plan = world.plan()
    #expect(plan.changes.isEmpty && plan.blocked.count == 1)
  }

  @Test("origin: existing that leaves the YAML is forgotten without a question")
  func existing() {
    var world = PlanningWorld()
    world.record("a", origin: .existing)
    world.observe("a", .present(region: nil), holding: 9)
    #expect(world.plan().changes.map(\.action) == [.forget])
  }

  @Test("destroy removes what may go and blocks the rest")
  func destroy() {
    var world = PlanningWorld()
    world.destroysAll = true
    for (name, deletion) in [("a", DeletionPolicy.allow), ("b", .protect)] {
      world.declare(name, deletion: deletion)
      world.record(name, deletion: deletion)
      world.observe(name, .present(region: nil), holding: 0)
    }
    let plan = world.plan()
    #expect(plan.changes.map(\.address.name) == ["a"])
    #expect(plan.blocked.map(\.address.name) == ["b"])
  }

  @Test("safety.maxDestroy blocks all destroying changes, by count and by percent")
  func thresholds() {
    var world = PlanningWorld()
    for index in 0..<10 {
      world.record("b\(index)", deletion: .allow)
      world.observe("b\(index)", .present(region: nil), holding: 0)
    }
    world.desired.safety.maxDestroyCount = 3
    let counted = world.plan()
    #expect(counted.changes.isEmpty && counted.blocked.count == 10)
    world.desired.safety = Safety(maxDestroyPercent: 100)
    #expect(world.plan().changes.count == 10)
    world.desired.safety = Safety(maxDestroyPercent: 50)
    #expect(world.plan().changes.isEmpty)
    world.desired.safety = Safety(maxDestroyPercent: 50, maxDestroyMinimum: 11)
    #expect(world.plan().changes.count == 10)
  }

  @Test("the connection leads elsewhere by now: what has the name there is not deleted, whatever consent there is")
  func elsewhere() throws {
    var world = world(holding: 3, deletion: .purge, Removal(address: a, action: .purge))
    world.leadsTo = "/srv/other"
    let plan = world.plan()
    #expect(plan.changes.isEmpty)
    let why = try #require(plan.blocked.first).why.joined()
    #expect(why.contains(PlanningWorld.endpoint) && why.contains("/srv/other"))
    world.desired.removed = [Removal(address: a, action: .forget)]
    #expect(world.plan().changes.map(\.action) == [.forget])
  }

  @Test("a consent to forget that ended doesn't hold where the connection is gone either")
  func orphanUntil() {
    var world = world(holding: 0, Removal(address: a, action: .forget, until: "2026-11-20"))
    world.recorded.resources[a]?.connection = "gone"
    world.targetless = [a]
    #expect(world.plan().changes.isEmpty && world.plan().blocked.count == 1)
    world.desired.removed = [Removal(address: a, action: .forget, until: "2026-11-21")]
    #expect(world.plan().changes.map(\.action) == [.forget])
  }
}
