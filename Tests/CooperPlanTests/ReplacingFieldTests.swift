import CooperModel
import CooperPlan
import CooperProvider
import CooperSchema
import CooperState
import Testing

@Suite("Planner: fields that only the making of a resource gives")
struct ReplacingFieldTests {
  private func world(recorded: Value, observed: Value, desired: Value) -> PlanningWorld {
    var world = PlanningWorld()
    world.type = "kubernetes"
    world.declare("a", ["cozystack": desired])
    world.record("a", ["cozystack": recorded])
    world.observe("a", .present(region: nil), ["cozystack": .present(observed)])
    return world
  }

  @Test("one that changed is a replacement, which is blocked with the way out, and no write in place")
  func changed() throws {
    let was: Value = ["namespace": "tenant-acme", "storagePool": "fast"]
    let plan = world(
      recorded: was, observed: was, desired: ["namespace": "tenant-acme", "storagePool": "slow", "locking": true]
    ).plan()
    #expect(plan.changes.isEmpty)
    let blocked = try #require(plan.blocked.first)
    #expect(blocked.action == .replace && blocked.facet == "cozystack")
    #expect(blocked.why.contains { $0.hasPrefix("cozystack.storagePool is fast, and the YAML says slow; the class") })
    #expect(blocked.why.contains { $0.hasPrefix("cozystack.locking is not set, and the YAML says true") })
    #expect(blocked.why.contains { $0.contains("copy the data") })
    #expect(blocked.consent.first?.hasPrefix("removed: { buckets.a: forget }") == true)
  }

  @Test("drift in one is blocked too: writing it back would fail")
  func drifted() {
    let was: Value = ["namespace": "tenant-acme", "storagePool": "fast"]
    let plan = world(recorded: was, observed: ["namespace": "tenant-acme", "storagePool": "slow"], desired: was).plan()
    #expect(plan.changes.isEmpty && plan.blocked.map(\.action) == [.replace])
  }

  @Test("other fields of the same facet are written in place")
  func others() {
    let was: Value = ["namespace": "tenant-acme", "storagePool": "fast"]
    let plan = world(
      recorded: was, observed: was, desired: ["namespace": "tenant-acme", "storagePool": "fast", "users": ["v": [:]]]
    ).plan()
    #expect(plan.blocked.isEmpty && plan.changes.first?.action == .update)
  }

  @Test("a default that is not written is no change, and lists are not looked into")
  func defaults() {
    let shape = Shape.object(
      ObjectShape(
        "Thing", summary: "A thing.",
        fields: [
          FieldShape(
            "class", .string(.any), presence: .defaulted("a"), mutability: .replaces(because: "so"), summary: ""),
          FieldShape(
            "parts",
            .list(
              .object(
                ObjectShape(
                  "Part", summary: "",
                  fields: [
                    FieldShape("kind", .string(.any), mutability: .replaces(because: "so"), summary: "")
                  ]))), summary: ""),
        ]))
    #expect(replacingFields(from: ["class": "a"], to: [:], shape) == [])
    #expect(replacingFields(from: [:], to: ["class": "b"], shape).map(\.path) == ["class"])
    #expect(replacingFields(from: ["parts": [["kind": "x"]]], to: ["parts": [["kind": "y"]]], shape) == [])
    let map = Shape.map(shape, keys: .any)
    #expect(replacingFields(from: ["k": ["class": "b"]], to: ["k": [:]], map).map(\.path) == ["k.class"])
    #expect(replacingFields(from: ["k": [:]], to: ["l": ["class": "b"]], map) == [])
  }
}
