import ArgumentParser
import CooperConfig
import CooperDiagnostics
import CooperModel
import CooperPlan
import CooperProvider
import CooperRender
import CooperSchema
import CooperTestSupport
import CooperTransport
import Foundation
import Testing

@testable import CooperCLI

/// The estate of the examples reads, validates and plans offline exactly as meant.
@Suite("The example estate")
struct EstateTests {
  private static let project = Repository.root + "/examples/estate"
  private static let environments = ["prod", "stage"]

  private func session(_ environment: String?) throws -> Session {
    var arguments = [
      "--project", Self.project, "--state", NSTemporaryDirectory() + "no-state-\(UUID().uuidString).json",
    ]
    if let environment { arguments += ["--environment", environment] }
    return Session(try GlobalOptions.parse(arguments))
  }

  @Test("validate checks both environments and finds nothing")
  func validates() throws {
    let session = try session(nil)
    let result = session.loader.validate(try session.loadRequest())
    let configurations = try #require(result.value)
    #expect(TextReport(configurations[0].sources).render(result.diagnostics) == "")
    let lines = configurations.map { configuration in
      let counts = Dictionary(grouping: configuration.resources + configuration.givens, by: \.address.section)
        .sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.count)" }
      return "\(configuration.environment ?? ""): " + counts.joined(separator: ", ") + "\n"
    }
    #expect(Golden().difference(lines.joined(), "estate-validate.txt") == nil)
  }

  @Test("The elaborated configuration", arguments: environments)
  func elaborated(_ environment: String) throws {
    let session = try session(environment)
    let loaded = session.loader.load(try session.loadRequest())
    let configuration = try #require(loaded.value)
    #expect(loaded.diagnostics.isEmpty)
    let text = String(decoding: ValueJSON.encode(configuration.canonicalValue, pretty: true), as: UTF8.self)
    #expect(Golden().difference(text, "estate-\(environment)-configuration.json") == nil)
    let edges = configuration.graph.edges.map { "\($0.from) \($0.field) -> \($0.to) \($0.reason)\n" }.joined()
    #expect(Golden().difference(edges, "estate-\(environment)-graph.txt") == nil)
  }

  @Test("The offline plan as text and as JSON", arguments: environments)
  func plans(_ environment: String) async throws {
    let session = try session(environment)
    let planning = try await Planning.make(session, observes: false)
    var plan = planning.plan
    planning.transport.close()
    plan.createdAt = 0
    plan.cooperVersion = "test"
    #expect(!plan.hasErrors)
    #expect(plan.blocked.isEmpty && plan.unsupported.isEmpty)
    let kinds = session.registry.catalog.kinds
    let style = RenderStyle(
      colours: false, width: 80, showsCalls: false, showsEveryValue: false, seconds: nil,
      shapes: { kinds[$0]?.facet($1)?.shape })
    #expect(Golden().difference(PlanFormat.text.render(plan, style), "estate-\(environment)-plan.txt") == nil)
    let json = String(decoding: ValueJSON.encode(plan.value, pretty: true), as: UTF8.self)
    #expect(Golden().difference(json, "estate-\(environment)-plan.json") == nil)
  }

  @Test("With changes.yaml included, what is moved, adopted and removed is noted in the first plan")
  func changes() throws {
    let root = try String(contentsOfFile: Self.project + "/cooper.yaml", encoding: .utf8)
    let directory = NSTemporaryDirectory() + "cooper-estate-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try FileManager.default.copyItem(atPath: Self.project, toPath: directory)
    let changed = root.replacingOccurrences(of: "\"ci.yaml\"]", with: "\"ci.yaml\", \"changes.yaml\"]")
    #expect(changed != root)
    try changed.write(toFile: directory + "/cooper.yaml", atomically: true, encoding: .utf8)
    let loader = ConfigLoader(catalog: try session("prod").registry.catalog, files: DirectoryFiles(root: directory))
    let loaded = loader.load(LoadRequest(directory: directory, environment: "prod"))
    #expect(loaded.diagnostics.isEmpty)
    #expect(loaded.value?.removed.map(\.action) == [.purge])
    #expect(loaded.value?.moved.map(\.to) == [Address("buckets", "logs-eu-west-1")])
  }
}
