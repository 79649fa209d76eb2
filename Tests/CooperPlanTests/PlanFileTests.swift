import CooperModel
import CooperPlan
import CooperSchema
import CooperTestSupport
import Testing

@Suite("The plan file")
struct PlanFileTests {
  @Test("reads back every plan without loss", arguments: 0..<150)
  func roundTrip(seed: Int) throws {
    var generator = PlanGenerator(seed: seed)
    let plan = generator.plan()
    #expect(try Plan(value: plan.value) == plan)
    let bytes = PlanFile.encode(plan)
    #expect(try PlanFile.decode(bytes) == plan)
    #expect(PlanFile.encode(plan) == bytes)
  }

  @Test("keeps absent, null and empty apart")
  func threeAbsences() throws {
    var plan = Self.small
    let values: [Value?] = [nil, .null, .map(ValueMap()), .list([]), .string("")]
    plan.changes[0].facets = values.map {
      FacetPlan(name: "cors", action: .set, reason: .declared, before: $0, after: $0)
    }
    plan.drift = values.map { Drift(address: plan.changes[0].address, facet: "cors", recorded: $0, observed: $0) }
    let read = try PlanFile.decode(PlanFile.encode(plan))
    #expect(read.changes[0].facets.map(\.before) == values)
    #expect(read.changes[0].facets.map(\.after) == values)
    #expect(read.drift.map(\.observed) == values)
  }

  @Test("is refused when any one byte of it differs")
  func everyByteCounts() {
    let bytes = PlanFile.encode(Self.small)
    for index in bytes.indices {
      for mask: UInt8 in [0x01, 0x20, 0x80] {
        var edited = bytes
        edited[index] ^= mask
        #expect(throws: PlanFileProblem.self, "byte \(index) of \(bytes.count), mask \(mask)") {
          try PlanFile.decode(edited)
        }
      }
    }
    for index in bytes.indices {
      var cut = bytes
      cut.remove(at: index)
      #expect(throws: PlanFileProblem.self, "without byte \(index)") { try PlanFile.decode(cut) }
    }
  }

  @Test("is refused when white space or a key was added, although its digest still fits")
  func spellingCounts() throws {
    let bytes = PlanFile.encode(Self.small)
    #expect(throws: PlanFileProblem.edited) { try PlanFile.decode(bytes + [0x0A]) }
    var map = try #require(ValueJSON.decode(bytes).map)
    #expect(throws: PlanFileProblem.edited) { try PlanFile.decode(ValueJSON.encode(.map(map), pretty: false)) }
    map["surprise"] = true
    map["digest"] = nil
    map["digest"] = .string(Digest.sha256Hex(ValueJSON.encode(.map(map), pretty: false)))
    #expect(throws: PlanFileProblem.edited) { try PlanFile.decode(ValueJSON.encode(.map(map), pretty: true)) }
  }

  @Test("says what is wrong with a file that is no plan")
  func otherFiles() {
    #expect(throws: PlanFileProblem.notAPlan("it has no formatVersion")) { try PlanFile.decode(Array("{}".utf8)) }
    #expect(throws: PlanFileProblem.newerFormat(2)) { try PlanFile.decode(Array(#"{"formatVersion": 2}"#.utf8)) }
    #expect(throws: PlanFileProblem.self) { try PlanFile.decode([]) }
    #expect(PlanFileProblem.newerFormat(2).description == "the plan has format 2, and this Cooper reads format 1")
  }

  @Test("names a plan by the first digits of its digest")
  func identifier() throws {
    let digest = try #require(ValueJSON.decode(PlanFile.encode(Self.small))["digest"]?.string)
    #expect(digest.hasPrefix(PlanFile.identifier(Self.small)) && PlanFile.identifier(Self.small).count == 8)
    var other = Self.small
    other.createdAt += 1
    #expect(PlanFile.identifier(other) != PlanFile.identifier(Self.small))
  }

  static var small: Plan {
    var world = PlanningWorld()
    world.declare("new", ["tags": ["a": "b"]])
    world.observe("new", .absent)
    return world.plan()
  }
}
