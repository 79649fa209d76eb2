import CooperConfig
import CooperDiagnostics
import CooperModel
import CooperPlan
import CooperProvider
import CooperState
import Testing

/// `moved:`, `adopted:` and `consents:` where the state decides what they mean.
@Suite("Planner: moves, adoptions and consents in this state")
struct MovesTests {
  private func move(_ from: String, _ to: String) -> Move {
    Move(from: PlanningWorld.address(from), to: PlanningWorld.address(to))
  }

  /// Every order of three things.
  private static let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]

  @Test("A chain of moves is one way, whatever its order and wherever the state stands", arguments: orders)
  func chain(order: [Int]) {
    let moves = [move("a", "b"), move("b", "c"), move("c", "d")]
    for (recorded, notes) in [("a", 0), ("b", 1), ("c", 2)] {
      var world = PlanningWorld()
      world.declare("d", bucketName: recorded)
      world.record(recorded)
      world.observe("d")
      world.desired.moved = order.map { moves[$0] }
      let plan = world.plan()
      #expect(plan.changes.map(\.action) == [.move])
      #expect(plan.changes.first?.movedFrom == PlanningWorld.address(recorded))
      #expect(plan.diagnostics.map(\.code) == Array(repeating: "PLN0002", count: notes))
    }
  }

  @Test("A move onto another's record is an error, also at the end of a chain; nothing is renamed", arguments: orders)
  func ontoAnother(order: [Int]) {
    let moves = [move("a", "b"), move("b", "c"), move("x", "y")]
    var world = PlanningWorld()
    world.declare("c")
    world.record("a")
    world.record("c")
    world.observe("c")
    world.desired.moved = order.map { moves[$0] }
    let plan = world.plan()
    #expect(plan.diagnostics.map(\.code).sorted() == ["PLN0001", "PLN0002"])
    #expect(
      plan.diagnostics.first { $0.code == "PLN0001" }?.message == "moved: both buckets.a and buckets.c are recorded")
    #expect(!plan.changes.contains { $0.action == .move })
  }

  @Test("Two records that lead to one address: the second is an error")
  func twoToOne() {
    var world = PlanningWorld()
    world.declare("c", bucketName: "a")
    world.record("a")
    world.record("b")
    world.observe("c")
    world.desired.moved = [move("a", "b"), move("b", "c")]
    #expect(world.plan().diagnostics.map(\.code).contains("PLN0001"))
  }

  @Test("A circle ends; the configuration's own rule refuses it before")
  func circle() {
    var world = PlanningWorld()
    world.record("a")
    world.desired.moved = [move("a", "b"), move("b", "a")]
    #expect(!world.plan().changes.contains { $0.action == .move })
  }

  @Test("adopted: what doesn't exist is an error, what is recorded a note")
  func adopted() {
    var world = PlanningWorld()
    world.declare("a")
    world.observe("a", .absent)
    world.desired.adopted = [Adoption(address: PlanningWorld.address("a"), name: "a")]
    #expect(world.plan().diagnostics.map(\.code) == ["PLN0011"])
    world.record("a")
    world.observe("a")
    #expect(world.plan().diagnostics.map(\.code) == ["PLN0004"])
  }

  @Test("A removal without effect is a note, whatever its day")
  func removal() {
    var world = PlanningWorld()
    world.desired.removed = [Removal(address: PlanningWorld.address("a"), action: .purge, until: "2020-01-01")]
    #expect(world.plan().diagnostics.map(\.code) == ["PLN0003"])
  }

  @Test("A consent whose last day is over is a note", arguments: [("2026-11-20", 1), ("2026-11-21", 0)])
  func ended(day: String, notes: Int) {
    var world = PlanningWorld()
    world.declare("a")
    world.record("a")
    world.observe("a")
    world.desired.consents = [Consent(address: PlanningWorld.address("a"), risk: "losesData", until: day)]
    let plan = world.plan()
    #expect(plan.diagnostics.map(\.code) == Array(repeating: "PLN0005", count: notes))
    #expect(plan.diagnostics.allSatisfy { $0.severity == .note })
  }
}
