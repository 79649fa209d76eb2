import CooperModel
import CooperPlan
import CooperProvider
import CooperSchema
import Testing

/// Past a thousand resources a plan is made in parts, on all processors.
@Suite("Planner: many resources")
struct ManyResourcesTests {
  /// Of every ten one is gone, one has drifted, one isn't recorded but there, one is removed, one can't be read.
  private func world(_ numbers: Range<Int>) -> PlanningWorld {
    var world = PlanningWorld()
    for number in numbers {
      let name = "b\(10_000 + number)"
      let tags: [String: Value] = ["tags": ["n": .string("\(number)")]]
      if number % 10 != 3 { world.declare(name, tags) }
      if number % 10 != 2 { world.record(name, tags) }
      switch number % 10 {
      case 0: world.observe(name, .absent)
      case 1: world.observe(name, .present(region: nil), ["tags": .present(["n": "other"])])
      case 4: world.observe(name, .unknown(CallFailure(.denied, code: "AccessDenied", "no")))
      default: world.observe(name, .present(region: nil), ["tags": .present(["n": .string("\(number)")])])
      }
    }
    return world
  }

  @Test("the plan of 3,000 resources is what the plans of its parts say, in order") func parts() {
    let whole = world(0..<3_000).plan()
    let parts = stride(from: 0, to: 3_000, by: 500).map { world($0..<$0 + 500).plan() }
    #expect(whole.changes == parts.flatMap(\.changes))
    #expect(whole.drift == parts.flatMap(\.drift))
    #expect(whole.blocked == parts.flatMap(\.blocked))
    #expect(whole.unchanged == parts.map(\.unchanged).reduce(0, +))
    #expect(whole.changes.count >= 600 && whole.drift.count >= 600 && whole.blocked.count >= 900)
    #expect(PlanFile.identifier(whole).count == 8)
  }

  @Test("what is out of reach is counted over all parts") func outOfReach() throws {
    var world = PlanningWorld()
    world.type = "aws"
    world.isObserved = false
    for number in 0..<1_200 { world.declare("b\(number)", ["logging": ["bucket": "logs"]]) }
    let note = try #require(world.plan().diagnostics.first { $0.code == "PLN0031" })
    #expect(note.message.hasPrefix("1200 resources have what this version can't write yet (logging)"))
  }

  @Test("a saved plan of 3,000 resources is read back as it was") func saved() throws {
    let plan = world(0..<3_000).plan()
    #expect(try PlanFile.decode(PlanFile.encode(plan)) == plan)
  }
}
