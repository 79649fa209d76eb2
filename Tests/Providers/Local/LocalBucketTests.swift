import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Foundation
import Testing

@testable import LocalProvider

/// Real directories below a temporary root, reached through the same procedures as the engine uses.
@Suite("Local: directories as buckets")
struct LocalBucketTests {
  let root: String
  let connection: LocalConnection

  init() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent("cooper-\(UUID().uuidString)").path
    connection = LocalConnection(name: "disk", root: root)
  }

  func target(_ name: String) -> Target {
    Target(
      address: Address("buckets", name), identity: connection.identity(of: name), region: nil, site: connection.site)
  }

  func run<Output>(_ procedure: any Procedure<Output>) async throws -> Output {
    var procedure = procedure
    var reply: Reply?
    while true {
      switch procedure.next(reply) {
      case .call(let call): reply = try await connection.attempt(call)
      case .wait: reply = nil
      case .done(let output): return output
      case .failed(let failure): throw failure
      }
    }
  }

  func put(_ text: String, at path: String) throws {
    let file = root + "/" + path
    let directory = URL(fileURLWithPath: file).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
  }

  @Test("a bucket is made, found, listed and deleted")
  func life() async throws {
    let kind = LocalBucket.kind
    #expect(try await run(kind.find(target("a"))) == .absent)
    #expect(try await run(kind.list(connection.site)).isEmpty)
    #expect(try await run(kind.create(target("a"))) == ["path": .string(root + "/a")])
    #expect(try await run(kind.find(target("a"))) == .present(region: nil))
    #expect(try await run(kind.list(connection.site)).map(\.name) == ["a"])
    try await run(kind.delete(target("a")))
    #expect(try await run(kind.find(target("a"))) == .absent)
    try? FileManager.default.removeItem(atPath: root)
  }

  @Test("creating what is there is a conflict, deleting what is not there is not found")
  func refusals() async throws {
    let kind = LocalBucket.kind
    _ = try await run(kind.create(target("a")))
    await #expect { try await run(kind.create(target("a"))) } throws: { ($0 as? CallFailure)?.kind == .conflict }
    await #expect { try await run(kind.delete(target("b"))) } throws: { ($0 as? CallFailure)?.kind == .notFound }
    try? FileManager.default.removeItem(atPath: root)
  }

  @Test("a directory that holds files is never deleted, only after it was emptied; its metadata goes with it")
  func holdsData() async throws {
    let kind = LocalBucket.kind
    _ = try await run(kind.create(target("a")))
    try put("1234", at: "a/x/y.txt")
    try put("12", at: "a/z.txt")
    #expect(try await run(kind.contents(target("a"), 100)) == Contents(objects: 2, bytes: 6))
    #expect(try await run(kind.contents(target("a"), 1)).complete == false)
    await #expect { try await run(kind.delete(target("a"))) } throws: { ($0 as? CallFailure)?.kind == .conflict }
    #expect(FileManager.default.fileExists(atPath: root + "/a/x/y.txt"))
    try await run(kind.empty(target("a")))
    try await run(kind.delete(target("a")))
    #expect(!FileManager.default.fileExists(atPath: root + "/a"))
    try? FileManager.default.removeItem(atPath: root)
  }

  @Test("links are no buckets, and emptying a bucket removes a link and not what it points to")
  func links() async throws {
    let kind = LocalBucket.kind
    _ = try await run(kind.create(target("a")))
    try put("keep", at: "outside/keep.txt")
    try FileManager.default.createSymbolicLink(atPath: root + "/link", withDestinationPath: root + "/outside")
    try FileManager.default.createSymbolicLink(atPath: root + "/a/link", withDestinationPath: root + "/outside")
    #expect(try await run(kind.find(target("link"))) == .absent)
    try await run(kind.empty(target("a")))
    #expect(FileManager.default.fileExists(atPath: root + "/outside/keep.txt"))
    try? FileManager.default.removeItem(atPath: root)
  }

  @Test("facets are written, read back and cleared", arguments: ["tags", "versioning"])
  func facets(name: String) async throws {
    let facet = try #require(LocalBucket.kind.facet(name))
    let value: Value = name == "tags" ? ["team": "web"] : "enabled"
    _ = try await run(LocalBucket.kind.create(target("a")))
    #expect(try await run(facet.read(target("a"))) == .absent)
    try await write(facet, FacetChange(before: nil, after: value))
    #expect(try await run(facet.read(target("a"))) == .present(value))
    try await write(facet, FacetChange(before: value, after: nil))
    #expect(try await run(facet.read(target("a"))) == .absent)
    try? FileManager.default.removeItem(atPath: root)
  }

  private func write(_ facet: AnyFacet, _ change: FacetChange<Value>) async throws {
    guard case .procedure(let procedure) = try facet.write(change, target("a")).content else {
      Issue.record("a directory takes a call per facet")
      return
    }
    try await run(procedure)
  }

  @Test("metadata that somebody broke is an error that names the bucket, never absence")
  func brokenMetadata() async throws {
    _ = try await run(LocalBucket.kind.create(target("a")))
    try put("{ not json", at: ".cooper/a.tags.json")
    let facet = try #require(LocalBucket.kind.facet("tags"))
    await #expect { try await run(facet.read(target("a"))) } throws: { error in
      (error as? CallFailure)?.kind == .protocolBroken && ((error as? CallFailure)?.message.contains("a") ?? false)
    }
    try? FileManager.default.removeItem(atPath: root)
  }

  @Test("names that could leave the root are refused", arguments: ["..", ".hidden", "a/b", "-x", "", "a\u{0}b"])
  func names(name: String) async throws {
    #expect(LocalBucket.nameProblem(name) != nil)
    let reply = try await connection.attempt(Call(.put, service: "local", bucket: name, permissions: []))
    #expect(reply.status == 400)
    #expect(!FileManager.default.fileExists(atPath: root))
  }

  @Test("a relative root starts at the project, dots are resolved")
  func relativeRoot() throws {
    let transport = ScriptedTransport()
    let environment = ProviderEnvironment(
      variable: { _ in nil }, readFile: { _ in nil }, secret: { _, _ in Secret("") }, transport: transport, now: { 0 },
      homeDirectory: "/home/u", projectDirectory: "/project")
    let declaration = ConnectionDeclaration(
      name: "disk", type: "local", settings: ["root": "./data/../buckets"], access: ValueMap())
    let opened = try LocalProvider().connect(declaration, environment: environment)
    #expect(opened.site.endpoint == "/project/buckets")
  }
}
