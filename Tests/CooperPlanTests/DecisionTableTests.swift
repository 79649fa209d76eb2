import CooperConfig
import CooperModel
import CooperPlan
import CooperProvider
import CooperProviders
import CooperSchema
import CooperState
import Testing

/// Rows of the decision table: desired / recorded / observed.
@Suite("Planner: decision table")
struct DecisionTableTests {
  let a = PlanningWorld.address("a")

  @Test("y/n/n: declared, not recorded, not there → create")
  func create() throws {
    var world = PlanningWorld()
    world.declare("a", ["tags": ["team": "x"]])
    world.observe("a", .absent)
    let plan = world.plan()
    let change = try #require(plan.changes.first)
    #expect(change.action == .create)
    #expect(change.reasons == [.declared])
    #expect(change.facets.map(\.action) == [.set])
    #expect(change.calls.map(\.method) == ["PUT", "PUT"])
    #expect(plan.summary.create == 1 && plan.blocked.isEmpty)
  }

  @Test("y/n/y: there but not recorded → blocked with the line that adopts it")
  func existsUnrecorded() throws {
    var world = PlanningWorld()
    world.declare("a")
    world.observe("a")
    let plan = world.plan()
    #expect(plan.changes.isEmpty)
    let blocked = try #require(plan.blocked.first)
    #expect(blocked.action == .adopt)
    #expect(blocked.consent == ["adopted: { buckets.a: a }"])
  }

  @Test("y/n/y with adopted: → adopt, and facets over others' settings say so")
  func adopt() throws {
    var world = PlanningWorld()
    world.declare("a", ["tags": ["team": "x"]])
    world.desired.adopted = [Adoption(address: a, name: "a")]
    world.observe("a", .present(region: nil), ["tags": .present(["old": "y"])])
    let change = try #require(world.plan().changes.first)
    #expect(change.action == .adopt)
    #expect(change.facets.first?.reason == .newlyManaged)
    #expect(change.facets.first?.before == ["old": "y"])
    #expect(change.risks.map(\.kind).contains(.overwrites))
  }

  @Test("adopted: of something that doesn't exist is an error")
  func adoptMissing() {
    var world = PlanningWorld()
    world.declare("a")
    world.desired.adopted = [Adoption(address: a, name: "a")]
    world.observe("a", .absent)
    let plan = world.plan()
    #expect(plan.changes.isEmpty)
    #expect(plan.diagnostics.map(\.code) == ["PLN0011"])
  }

  @Test("y/creating/y: the interrupted run made it → this run goes on")
  func resume() throws {
    var world = PlanningWorld()
    world.declare("a", ["tags": ["team": "x"]])
    world.record("a", status: .creating)
    world.observe("a", .present(region: nil), ["tags": .absent])
    let plan = world.plan()
    let change = try #require(plan.changes.first)
    #expect(change.action == .adopt && change.reasons.first == .interrupted)
    #expect(plan.openIntents.map(\.operation) == ["create"])
  }

  @Test("renamed and vanished, or renamed and destroyed: the record under the earlier address goes along")
  func movedAndGone() {
    var world = PlanningWorld()
    world.declare("b", bucketName: "a", deletion: .allow)
    world.record("a", deletion: .allow)
    world.desired.moved = [Move(from: PlanningWorld.address("a"), to: PlanningWorld.address("b"))]
    world.observe("b", .absent)
    #expect(world.plan().changes.map(\.action) == [.create])
    #expect(world.plan().changes.first?.movedFrom == PlanningWorld.address("a"))
    world.destroysAll = true
    world.observe("b", .present(region: nil), holding: 0)
    #expect(world.plan().changes.map(\.action) == [.delete])
    #expect(world.plan().changes.first?.movedFrom == PlanningWorld.address("a"))
  }

  @Test("y/y/n: vanished → created again, told as drift and with a warning")
  func vanished() throws {
    var world = PlanningWorld()
    world.declare("a")
    world.record("a")
    world.observe("a", .absent)
    let plan = world.plan()
    #expect(plan.changes.first?.action == .create)
    #expect(plan.changes.first?.reasons == [.vanished])
    #expect(plan.drift.count == 1 && plan.isDriftOnly)
    #expect(plan.diagnostics.map(\.code) == ["PLN0012"])
  }

  @Test("y/y/y equal → unchanged and empty")
  func unchanged() {
    var world = PlanningWorld()
    world.declare("a", ["tags": ["team": "x"]])
    world.record("a", ["tags": ["team": "x"]])
    world.observe("a", .present(region: nil), ["tags": .present(["team": "x"])])
    let plan = world.plan()
    #expect(plan.isEmpty && plan.unchanged == 1)
  }

  @Test("y/?/unknown: a denied read blocks, it is never absence")
  func deniedRead() {
    var world = PlanningWorld()
    let failure = CallFailure(.denied, code: "AccessDenied", "no", permission: Permission("read", on: "x"))
    world.declare("a", ["tags": ["team": "x"]])
    world.record("a", ["tags": ["team": "y"]])
    world.observe("a", .present(region: nil), ["tags": .unknown(failure)])
    let plan = world.plan()
    #expect(plan.changes.isEmpty)
    #expect(plan.blocked.map(\.facet) == ["tags"])
    #expect(plan.diagnostics.map(\.code) == ["PLN0403"])
  }

  @Test("a foreign bucket of that name → blocked")
  func foreign() {
    var world = PlanningWorld()
    world.declare("a")
    world.observe("a", .foreign("another account"))
    let plan = world.plan()
    #expect(plan.changes.isEmpty && plan.blocked.count == 1)
  }

  @Test("a changed native name is never a replacement: blocked")
  func rename() {
    var world = PlanningWorld()
    world.declare("a", bucketName: "new")
    world.record("a", bucketName: "old")
    world.observe("a", .absent)
    let plan = world.plan()
    #expect(plan.changes.isEmpty)
    #expect(plan.blocked.map(\.action) == [.replace])
  }

  @Test("another region than declared → blocked")
  func region() {
    var world = PlanningWorld()
    world.declare("a", region: "eu-west-1")
    world.record("a")
    world.observe("a", .present(region: "us-east-1"))
    #expect(world.plan().blocked.first?.consent == ["region: us-east-1"])
  }

  @Test("another region than recorded → blocked, where the listing doesn't name it (moto)")
  func recordedRegion() {
    var world = PlanningWorld()
    world.declare("a", region: "us-east-1")
    world.record("a")
    world.recorded.resources[PlanningWorld.address("a")]?.region = "eu-west-1"
    world.observe("a", .present(region: nil))
    #expect(world.plan().blocked.first?.consent == ["region: eu-west-1"])
  }

  @Test("a connection that fails is named, once", arguments: ["no connection to host", "connection \"disk\": no key"])
  func connectionFailure(message: String) {
    var world = PlanningWorld()
    world.declare("a")
    let failure = CallFailure(.unavailable, code: "ConnectFailed", message)
    world.observations.connections["disk"] = ObservedConnection(site: world.site, failure: failure)
    let plan = world.plan()
    let said = plan.diagnostics.map(\.message)
    #expect(said.count == 1 && said[0].hasPrefix("connection \"disk\": no "))
    #expect(plan.changes.isEmpty)
  }

  @Test("declared as recorded, a plan shows drift and no edits, also of what is no longer declared")
  func asRecorded() {
    var world = PlanningWorld()
    world.declare("a", ["tags": ["team": "edited"]])
    world.record("a", ["tags": ["team": "x"]])
    world.record("b", ["tags": nil])
    world.observe("a", .present(region: nil), ["tags": .present(["team": "x"])])
    world.observe("b", .present(region: nil), ["tags": .present(["team": "foreign"])])
    world.desired = world.desired.asRecorded(world.recorded, AllProviders.registry)
    #expect(world.plan().drift.map(\.address.description) == ["buckets.b"])
    world.observe("b", .absent)
    let gone = world.plan()
    #expect(gone.drift.map(\.facet) == [nil])
    #expect(gone.blocked.isEmpty)
  }

  @Test("origin: existing is adopted, never created")
  func existing() {
    var world = PlanningWorld()
    world.declare("a", origin: .existing)
    world.observe("a", .absent)
    #expect(world.plan().diagnostics.map(\.code) == ["PLN0010"])
    world.observe("a")
    let plan = world.plan()
    #expect(plan.changes.map(\.action) == [.adopt])
    #expect(plan.changes.first?.refersOnly == true)
  }

  @Test("moved: the record follows the new address; without other changes it is a move")
  func moved() {
    var world = PlanningWorld()
    world.declare("b", bucketName: "a")
    world.record("a")
    world.desired.moved = [Move(from: a, to: PlanningWorld.address("b"))]
    world.observe("b")
    let plan = world.plan()
    #expect(plan.changes.map(\.action) == [.move])
    #expect(plan.changes.first?.movedFrom == a)
  }

  @Test("moved: without effect is a note; both ends recorded is an error")
  func movedWithoutEffect() {
    var world = PlanningWorld()
    world.desired.moved = [Move(from: PlanningWorld.address("x"), to: PlanningWorld.address("y"))]
    #expect(world.plan().diagnostics.map(\.code) == ["PLN0002"])
    world.record("x")
    world.record("y")
    #expect(world.plan().diagnostics.map(\.code).contains("PLN0001"))
  }
}
