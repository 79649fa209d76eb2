import CooperConfig
import CooperModel
import CooperProvider
import CooperSchema
import CooperState
import Testing

@testable import CooperPlan

@Suite("Planner: facets")
struct FacetComparisonTests {
  func world(desired: Value?, recorded: Value??, observed: Value?, shared: Bool = false) -> PlanningWorld {
    var world = PlanningWorld()
    world.declare("a", desired.map { ["tags": $0] } ?? [:], shared: shared ? ["tags"] : [])
    world.record("a", recorded.map { ["tags": $0] } ?? [:])
    world.observe("a", .present(region: nil), ["tags": observed.map { .present($0) } ?? .absent])
    return world
  }

  @Test("recorded = observed, desired differs → configuration changed, no drift")
  func edited() throws {
    let plan = world(desired: ["t": "2"], recorded: ["t": "1"], observed: ["t": "1"]).plan()
    let facet = try #require(plan.changes.first?.facets.first)
    #expect(facet.action == .set && facet.reason == .configurationChanged)
    #expect(facet.before == ["t": "1"] && facet.after == ["t": "2"])
    #expect(plan.drift.isEmpty && !plan.isDriftOnly)
  }

  @Test("recorded = desired, observed differs → drifted")
  func drifted() throws {
    let plan = world(desired: ["t": "1"], recorded: ["t": "1"], observed: ["t": "9"]).plan()
    #expect(plan.changes.first?.facets.first?.reason == .drifted)
    #expect(plan.drift.map(\.facet) == ["tags"] && plan.isDriftOnly)
  }

  @Test("observed = desired, recorded differs → only recorded, the plan is empty")
  func caughtUp() {
    let plan = world(desired: ["t": "2"], recorded: ["t": "1"], observed: ["t": "2"]).plan()
    #expect(plan.isEmpty && plan.recordings.count == 1)
  }

  @Test("present and empty is managed and cleared")
  func cleared() throws {
    let plan = world(desired: [:], recorded: ["t": "1"], observed: ["t": "1"]).plan()
    let facet = try #require(plan.changes.first?.facets.first)
    #expect(facet.action == .clear && facet.after == nil)
    let done = world(desired: [:], recorded: .some(nil), observed: nil).plan()
    #expect(done.isEmpty)
  }

  @Test("absent but recorded → released: nothing is written, what stays active is shown")
  func released() throws {
    let plan = world(desired: nil, recorded: ["t": "1"], observed: ["t": "1"]).plan()
    let change = try #require(plan.changes.first)
    #expect(change.action == .release && change.calls.isEmpty)
    #expect(change.facets.first?.before == ["t": "1"])
  }

  @Test("absent and not recorded → not managed, whatever is there")
  func unmanaged() {
    #expect(world(desired: nil, recorded: nil, observed: ["t": "1"]).plan().isEmpty)
  }

  @Test("keys under safety.ignoreTags are others': not compared, and carried through a write")
  func ignoredTags() throws {
    var same = world(desired: ["t": "1"], recorded: ["t": "1"], observed: ["t": "1", "kubernetes.io/x": "y"])
    same.desired.safety.ignoreTags = ["kubernetes.io/"]
    #expect(same.plan().isEmpty)
    var edited = world(desired: ["t": "2"], recorded: ["t": "1"], observed: ["t": "1", "kubernetes.io/x": "y"])
    edited.desired.safety.ignoreTags = ["kubernetes.io/"]
    let facet = try #require(edited.plan().changes.first?.facets.first)
    #expect(facet.after == ["t": "2", "kubernetes.io/x": "y"] && facet.owned == ["t": "2"])
    let strict = world(desired: ["t": "1"], recorded: ["t": "1"], observed: ["t": "1", "kubernetes.io/x": "y"])
    #expect(!strict.plan().isEmpty)
  }

  @Test("shared: [tags] owns only the entries written here, and removes only its own")
  func sharedTags() throws {
    let quiet = world(desired: ["t": "1"], recorded: ["t": "1"], observed: ["t": "1", "o": "y"], shared: true)
    #expect(quiet.plan().isEmpty)
    let removing = world(desired: ["u": "1"], recorded: ["t": "1"], observed: ["t": "1", "o": "y"], shared: true)
    let facet = try #require(removing.plan().changes.first?.facets.first)
    #expect(facet.after == ["u": "1", "o": "y"])
  }

  @Test("unsupported by the endpoint → listed, not written, the rest goes on")
  func unsupported() {
    var world = PlanningWorld()
    world.declare("a", ["tags": ["t": "1"], "versioning": "enabled"])
    world.record("a", ["tags": nil])
    world.observe("a", .present(region: nil), ["versioning": .unsupported("501"), "tags": .absent])
    let plan = world.plan()
    #expect(plan.unsupported.map(\.facet) == ["versioning"])
    #expect(plan.changes.first?.facets.map(\.name) == ["tags"])
  }

  @Test("the basis holds a digest of every observed facet of what changes")
  func basis() {
    let plan = world(desired: ["t": "2"], recorded: ["t": "1"], observed: ["t": "1"]).plan()
    let digests = plan.basis.observed[PlanningWorld.address("a")]
    #expect(digests?.keys.sorted() == ["", "tags"])
    #expect(digests?[""] == "present")
  }

  @Test("shared policy: a statement without Sid at the place of one of ours is somebody else's and stays")
  func statementsWithoutSid() throws {
    func policy(_ actions: [String]) -> Value {
      ["Statement": .list(actions.map { ["Effect": "Deny", "Action": .string($0)] })]
    }
    let schema = FacetSchema(name: "policy", shape: .document(.iamPolicy), summary: "A policy.")
    let ownership = Ownership(schema: schema, isShared: true, ignoredPrefixes: [])
    let merged = ownership.merged(
      desired: policy(["s3:PutObject"]), observed: policy(["s3:GetObject"]), recorded: nil)
    #expect(merged?["Statement"]?.list?.count == 2)
  }
}
