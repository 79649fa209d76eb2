import CooperModel
import CooperPlan
import CooperProvider
import CooperSchema
import S3Provider
import Testing

/// S3 as if its access logging could not be written yet.
private struct WithoutLogging: Provider {
  private let whole = S3Provider()

  var name: String { whole.name }
  var connectionTypes: [ConnectionType] { whole.connectionTypes }
  var kindSchemas: [KindSchema] { whole.kindSchemas }
  var kinds: [Kind] {
    whole.kinds.map { kind in
      var kind = kind
      kind.facets.removeAll { $0.name == "logging" }
      return kind
    }
  }

  func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    try whole.connect(declaration, environment: environment)
  }
}

/// Facets that the language knows and this version can't write.
@Suite("Planner: facets without a codec")
struct DeclaredOnlyTests {
  private static let logging: Value = ["bucket": "logs"]

  private func world(isObserved: Bool) -> PlanningWorld {
    var world = PlanningWorld()
    world.type = "aws"
    world.registry = ProviderRegistry([WithoutLogging()])
    world.isObserved = isObserved
    world.declare("a", ["logging": Self.logging, "tags": ["team": "x"]])
    return world
  }

  @Test("online the address is blocked, with a word why, and nothing of it is written")
  func online() throws {
    var world = world(isObserved: true)
    world.record("a", ["tags": ["team": "y"]])
    world.observe("a", .present(region: nil), ["tags": .present(["team": "y"])])
    let plan = world.plan()
    #expect(plan.changes.isEmpty && plan.unchanged == 0)
    let blocked = try #require(plan.blocked.first)
    #expect(blocked.facet == "logging" && blocked.consent.isEmpty)
    #expect(blocked.why.first == "this version can't write logging yet, so nothing of buckets.a is changed")
  }

  @Test("online a bucket with such a facet is not even made")
  func creation() {
    var world = world(isObserved: true)
    world.observe("a", .absent)
    let plan = world.plan()
    #expect(plan.changes.isEmpty && plan.blocked.map(\.facet) == ["logging"])
  }

  @Test("offline it is planned with the others, without a call of its own")
  func offline() throws {
    let plan = world(isObserved: false).plan()
    let change = try #require(plan.changes.first)
    #expect(change.action == .create && plan.blocked.isEmpty)
    #expect(change.facets.map(\.name) == ["tags", "logging"])
    #expect(change.facets.last?.after == Self.logging)
    #expect(change.calls.count == 2)
    let note = try #require(plan.diagnostics.first)
    #expect(note.code == "PLN0031")
    #expect(note.message.hasPrefix("1 resource has what this version can't write yet (logging)"))
  }

  @Test("offline the recorded value is compared with the declared one")
  func offlineAgain() {
    var world = world(isObserved: false)
    world.record("a", ["tags": ["team": "x"], "logging": Self.logging])
    world.observe("a", .present(region: nil), ["tags": .present(["team": "x"]), "logging": .present(Self.logging)])
    #expect(world.plan().isEmpty)
    let other: Value = ["bucket": "old"]
    world.observe("a", .present(region: nil), ["tags": .present(["team": "x"]), "logging": .present(other)])
    #expect(world.plan().changes.first?.facets.map(\.name) == ["logging"])
  }

  @Test("what the type of connection can't hold at all is unsupported, with the provider's reason")
  func unsupported() {
    var world = PlanningWorld()
    world.type = "minio"
    world.declare("a", ["logging": Self.logging])
    world.observe("a", .absent)
    let plan = world.plan()
    #expect(plan.unsupported.map(\.facet) == ["logging"])
    #expect(plan.unsupported.first?.reason.hasPrefix("MinIO writes access logs of the whole server") == true)
  }
}
