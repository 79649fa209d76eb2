import CooperConfig
import CooperEngine
import CooperModel
import CooperPlan
import CooperProvider
import CooperSchema
import CooperState
import CooperTestSupport
import Testing

/// Facets are ordered over resources, not resources: what names others waits until all of them are made.
@Suite("Engine: facets that name other resources")
struct NamingOthersTests {
  /// Buckets `a` and `b` that log into each other, and `c` that does neither.
  private func world() -> SmallWorld {
    var world = SmallWorld()
    world.declare("a", ["logging": ["bucket": "b"], "versioning": "enabled"])
    world.declare("b", ["logging": ["bucket": "a"], "tags": ["t": "1"]])
    world.declare("c", ["tags": ["t": "1"]])
    let (a, b) = (SmallWorld.address("a"), SmallWorld.address("b"))
    world.configuration.graph = ResourceGraph(
      addresses: [a, b, SmallWorld.address("c")],
      edges: [
        ResourceGraph.Edge(from: a, to: b, reason: .names, field: "logging"),
        ResourceGraph.Edge(from: b, to: a, reason: .names, field: "logging"),
      ])
    return world
  }

  @Test("two buckets that name each other are made first, even one after the other", arguments: [1, 4])
  func mutual(parallelism: Int) throws {
    let world = world()
    let states = InMemoryStateStore()
    let looked = try #require(world.look(states))
    let report = try #require(world.apply(looked, states, parallelism: parallelism)).get()
    #expect(report.finished.count == 3 && report.failed.isEmpty)
    let log = world.store.log
    let made = try #require(["PUT a", "PUT b", "PUT c"].compactMap { log.firstIndex(of: $0) }.max())
    let named = try #require(["PUT a?logging", "PUT b?logging"].compactMap { log.firstIndex(of: $0) }.min())
    let versions = try #require(log.firstIndex(of: "PUT a?versioning"))
    #expect(made < named && versions < named, "\(log)")
    #expect(log.filter { $0 == "PUT a" }.count == 1)
    let again = try #require(world.look(states))
    #expect(again.plan.isEmpty)
    #expect(again.recorded.resources.values.allSatisfy { $0.status == .complete })
  }

  @Test("what needs something that failed is not written; the next apply goes on with both")
  func failedNeed() throws {
    let world = world()
    let states = InMemoryStateStore()
    let looked = try #require(world.look(states))
    // The name `b` is taken between the plan and its run.
    world.store.plant("b", SimulatedStore.Bucket(region: "eu-west-1"))
    let report = try #require(world.apply(looked, states)).get()
    #expect(report.failed.map { $0.1.failure.code } == ["ENG0002"])
    #expect(report.skipped.map(\.address.name) == ["a"])
    #expect(!world.store.log.contains("PUT a?logging"))
    world.store.remove("b")
    let next = try #require(world.look(states))
    #expect(next.plan.changes.map(\.address.name).sorted() == ["a", "b"])
    let second = try #require(world.apply(next, states)).get()
    #expect(second.failed.isEmpty && world.store.log.contains("PUT a?logging"))
    let last = try #require(world.look(states))
    #expect(last.plan.isEmpty && last.plan.unsupported.isEmpty)
  }
}
