import CooperConfig
import CooperDiagnostics
import CooperModel
import CooperPlan
import CooperProvider
import CooperProviders
import CooperSchema
import CooperState
import CooperSyntax
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
    #expect(plan.changes.count + plan.blocked.count >= configuration.resources.filter { $0.origin == .managed }.count)
    return withoutOrigins(plan.value)
  }

  /// The first place where two values differ; whole plans would fill screens.
  private func difference(_ one: Value, _ other: Value, at path: String = "") -> String? {
    switch (one, other) {
    case (.map(let first), .map(let second)):
      let keys = Set(first.map(\.key)).union(second.map(\.key)).subtracting(["configDigest"]).sorted()
      return keys.lazy.compactMap { key in
        guard let left = first[key], let right = second[key] else {
          return "\(path).\(key) is in one only: \(text(one)) and \(text(other))"
        }
        return self.difference(left, right, at: "\(path).\(key)")
      }.first
    case (.list(let first), .list(let second)) where first.count == second.count:
      return first.indices.lazy.compactMap { self.difference(first[$0], second[$0], at: "\(path)[\($0)]") }.first
    default: return one == other ? nil : "\(path): \(text(one)) and \(text(other))"
    }
  }

  private func text(_ value: Value) -> String {
    String(decoding: ValueJSON.encode(value, pretty: false), as: UTF8.self)
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

  // MARK: Everything that the schema knows

  /// At least sixteen, and more until every field of the schema is in one; each is loaded often until nothing is wrong in it.
  private static let schemaProjects: [SchemaProject] = {
    var projects: [SchemaProject] = []
    var left = schemaFields.subtracting(particular)
    while projects.count < 16 || projects.count < 64 && !left.isEmpty {
      projects.append(SchemaProject(seed: UInt64(projects.count), catalog))
      left.subtract(projects[projects.count - 1].covered)
    }
    return projects
  }()

  /// `section.field`, and `section.word` for what depends on a word.
  private static let schemaFields: Set<String> = {
    var fields: Set<String> = []
    for kind in catalog.kinds.values {
      fields.formUnion((kind.settings.map(\.name) + kind.facets.map(\.name)).map { "\(kind.section).\($0)" })
      for word in kind.variants?.cases.keys.sorted() ?? [] { fields.insert("\(kind.section).\(word)") }
    }
    return fields
  }()

  /// These want something particular of what they name, and sampled policies have principals, which those of IAM can't
  /// have; the projects above have the first two.
  private static let particular: Set<String> = [
    "buckets.logging", "grants.through", "identities.user", "policies.document",
  ]

  @Test("Of every kind on every type of connection: order changes nothing", arguments: schemaProjects.indices)
  func schemaOrder(number: Int) throws {
    let seed = UInt64(number)
    let project = Self.schemaProjects[number]
    let straight = try load(project.files(shuffledBy: nil), seed)
    let shuffled = try load(project.files(shuffledBy: seed &* 7919 &+ 1), seed)
    #expect(difference(straight.canonicalValue, shuffled.canonicalValue) == nil, "seed \(seed)")
    #expect(straight.digest == shuffled.digest, "seed \(seed)")
    #expect(difference(plan(straight), plan(shuffled)) == nil, "seed \(seed)")
  }

  @Test(
    "Of every kind on every type of connection: an overlay equal to the base changes nothing",
    arguments: schemaProjects.indices)
  func schemaOverlay(number: Int) throws {
    let seed = UInt64(number)
    let project = Self.schemaProjects[number]
    let plain = try load(project.files(shuffledBy: nil), seed)
    let overlaid = try load(project.filesWithEqualOverlay(seed: seed &+ 17), seed)
    #expect(difference(plain.canonicalValue, overlaid.canonicalValue) == nil, "seed \(seed)")
    #expect(plain.digest == overlaid.digest, "seed \(seed)")
    #expect(difference(plan(plain), plan(overlaid)) == nil, "seed \(seed)")
  }

  @Test(
    "Of every kind on every type of connection: fmt changes no plan, and nothing the second time",
    arguments: schemaProjects.indices)
  func schemaFormat(number: Int) throws {
    let seed = UInt64(number)
    let files = Self.schemaProjects[number].files(shuffledBy: seed &+ 3)
    let order = LanguageSchema(Self.catalog).mappingOrder
    func formatted(_ name: String, _ text: String) throws -> String {
      let result = YAMLFormat.formatted(SourceText(name: name, text: text), id: SourceID(0), order: order)
      let bytes = try #require(result.value, "seed \(seed), \(name): \(result.diagnostics.map(\.message))")
      return String(decoding: bytes, as: UTF8.self)
    }
    var canonical: [String: String] = [:]
    for (name, text) in files {
      let new = try formatted(name, text)
      canonical[name] = new
      #expect(try formatted(name, new) == new, "seed \(seed), \(name)")
    }
    let (before, after) = (try load(files, seed), try load(canonical, seed))
    #expect(difference(before.canonicalValue, after.canonicalValue) == nil, "seed \(seed)")
    #expect(before.digest == after.digest, "seed \(seed)")
    #expect(difference(plan(before), plan(after)) == nil, "seed \(seed)")
  }

  @Test("Generated projects hold every kind, every variant, every setting and every facet")
  func schemaCoverage() {
    let covered = Self.schemaProjects.reduce(into: Set<String>()) { $0.formUnion($1.covered) }
    #expect(Self.schemaFields.subtracting(covered).subtracting(Self.particular).sorted() == [])
    #expect(Self.schemaFields.count > 120)
  }
}
