import CooperConfig
import CooperDiagnostics
import CooperModel
import CooperPlan
import CooperProvider
import CooperProviders
import CooperSchema
import CooperState
import CooperTestSupport
import Testing

@testable import CooperEngine

/// What must hold of every project, over generated ones; a failing case is repeated by its seed.
@Suite("The language over generated projects")
struct LanguagePropertyTests {
  private static let registry = AllProviders.registry
  private static let catalog = registry.catalog

  private func load(_ files: [String: String], _ seed: UInt64) throws -> Configuration {
    let loader = ConfigLoader(catalog: Self.catalog, files: MemoryFiles(files))
    let loaded = loader.load(LoadRequest(directory: "/project", environment: "prod"))
    let errors = loaded.diagnostics.filter { $0.severity == .error }.map { "\($0.code) \($0.message)" }
    #expect(errors == [], "seed \(seed)")
    return try #require(loaded.value)
  }

  /// The offline plan without the places where things are written.
  private func plan(_ configuration: Configuration) -> Value {
    let sites = configuration.connections.mapValues { Site(declared: $0.declaration, provider: $0.declaration.type) }
    let connections = Connections(opened: [:], unreachable: sites)
    let recorded = StateSnapshot(lineage: "", project: configuration.project, environment: "prod")
    let result = Observer.recall(configuration, recorded, connections, Self.registry)
    let plan = Planner.plan(
      PlanningInput(
        desired: configuration, recorded: recorded, observed: result.observations, registry: Self.registry,
        targets: result.targets, isObserved: false, now: 1_795_219_200, cooperVersion: "test"))
    #expect(plan.changes.count == configuration.resources.count)
    return withoutOrigins(plan.value)
  }

  private func withoutOrigins(_ value: Value) -> Value {
    switch value {
    case .list(let elements): .list(elements.map(withoutOrigins))
    case .map(let map):
      .map(ValueMap(map.compactMap { $0.key == "origin" ? nil : ($0.key, withoutOrigins($0.value)) }))
    default: value
    }
  }

  @Test("Order of files, keys and set elements never changes the plan, the digest or the graph", arguments: 0..<250)
  func order(seed: UInt64) throws {
    let project = GeneratedProject(seed: seed)
    let straight = try load(project.files(shuffledBy: nil), seed)
    let shuffled = try load(project.files(shuffledBy: seed &* 7919 &+ 1), seed)
    #expect(straight.digest == shuffled.digest, "seed \(seed)")
    #expect(plan(straight) == plan(shuffled), "seed \(seed)")
    func names(_ edges: [ResourceGraph.Edge]) -> [String] {
      edges.map { "\($0.from) \($0.to) \($0.reason) \($0.field)" }
    }
    #expect(names(straight.graph.edges) == names(shuffled.graph.edges), "seed \(seed)")
  }

  @Test("An overlay equal to the base changes nothing", arguments: 0..<250)
  func equalOverlay(seed: UInt64) throws {
    let project = GeneratedProject(seed: seed)
    let plain = try load(project.files(shuffledBy: nil), seed)
    let overlaid = try load(project.filesWithEqualOverlay(seed: seed &+ 17), seed)
    #expect(plain.digest == overlaid.digest, "seed \(seed)")
    #expect(plan(plain) == plan(overlaid), "seed \(seed)")
  }

  @Test("Generated projects are not all alike, and hold what the properties are about")
  func generator() throws {
    var digests: Set<String> = []
    var edges = 0
    var folded = 0
    for seed in UInt64(0)..<60 {
      let configuration = try load(GeneratedProject(seed: seed).files(shuffledBy: nil), seed)
      digests.insert(configuration.digest)
      edges += configuration.graph.edges.count
      folded += configuration.givens.count
    }
    #expect(digests.count == 60)
    #expect(edges > 100)
    #expect(folded > 20)
  }
}
