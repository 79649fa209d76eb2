import CooperConfig
import CooperModel
import CooperPlan
import CooperProvider
import CooperSchema
import Testing

@Suite("Kinds that this version can't reach")
struct OutOfReachTests {
  /// A role and a registration next to two buckets, of which one needs the role.
  private func world(isObserved: Bool) -> PlanningWorld {
    var world = PlanningWorld()
    world.isObserved = isObserved
    world.declare("free", ["versioning": "enabled"])
    world.declare("bound", ["versioning": "enabled"])
    let role = Address("identities", "copier")
    world.desired.resources.append(
      ResourceDeclaration(
        address: role, connection: "disk", name: "copier", settings: ["type": "role"],
        facets: [FacetDeclaration(name: "trust", value: [["service": "s3.amazonaws.com"]])]))
    world.desired.graph = ResourceGraph(
      addresses: world.desired.resources.map(\.address),
      edges: [.init(from: PlanningWorld.address("bound"), to: role, reason: .text("arn"), field: "replication")])
    return world
  }

  @Test("Offline they are planned with all they hold, and what depends on what is shown")
  func offline() throws {
    let plan = world(isObserved: false).plan()
    #expect(plan.changes.map(\.address.description) == ["buckets.bound", "buckets.free", "identities.copier"])
    #expect(plan.blocked.isEmpty)
    let role = try #require(plan.changes.last)
    #expect(role.action == .create)
    #expect(role.kind == "identity")
    #expect(role.facets.map(\.name) == ["trust"])
    #expect(role.calls.isEmpty)
    #expect(plan.changes.first?.dependsOn.map(\.description) == ["identities.copier"])
    #expect(plan.diagnostics.map(\.code) == ["PLN0031"])
  }

  @Test("Online they are blocked with what needs them, and the rest goes on")
  func online() {
    let plan = world(isObserved: true).plan()
    #expect(plan.changes.map(\.address.description) == ["buckets.free"])
    #expect(plan.blocked.map(\.address.description) == ["identities.copier", "buckets.bound"])
    #expect(plan.blocked[0].why[0].contains("can't reach identities on connections of type local yet"))
    #expect(plan.blocked[1].why == ["it needs identities.copier, which is blocked"])
  }

  @Test("What is only referred to doesn't stop what needs it")
  func existing() {
    var world = world(isObserved: true)
    for index in world.desired.resources.indices where world.desired.resources[index].address.section == "identities" {
      world.desired.resources[index].origin = .existing
    }
    let plan = world.plan()
    #expect(plan.changes.map(\.address.description) == ["buckets.bound", "buckets.free"])
    #expect(plan.blocked.isEmpty)
    #expect(plan.diagnostics.map(\.code) == ["PLN0032"])
  }

  @Test("A value that is born in apply is shown offline and blocks online")
  func unborn() {
    for isObserved in [false, true] {
      var world = PlanningWorld()
      world.isObserved = isObserved
      world.declare("logs", ["tags": ["name": .unknown("buckets.hk.bucketName")]])
      let plan = world.plan()
      if isObserved {
        #expect(plan.changes.isEmpty)
        #expect(plan.blocked.map(\.facet) == ["tags"])
        #expect(plan.blocked.first?.why[0].contains("buckets.hk.bucketName") ?? false)
      } else {
        #expect(plan.changes.first?.facets.first?.after == ["name": .unknown("buckets.hk.bucketName")])
        #expect(plan.blocked.isEmpty)
      }
    }
  }
}
