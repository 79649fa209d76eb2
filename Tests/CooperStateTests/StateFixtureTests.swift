import CooperModel
import CooperSchema
import Foundation
import Testing

@testable import CooperState

private let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
private let fixtures = tests.appendingPathComponent("Fixtures/v1")
private let schemaFile = tests.deletingLastPathComponent().deletingLastPathComponent()
  .appendingPathComponent("schemas/state.schema.json")

private func json(_ url: URL) throws -> Value { try ValueJSON.decode(Array(Data(contentsOf: url))) }

/// These files were written once, by hand and by another program, and are read for ever; they are never re-recorded.
@Suite struct StateFixtureTests {
  static let names = ["empty.json", "estate.json"]

  @Test("A state of format 1 is read, keeps its invariants and is written again byte for byte", arguments: names)
  func roundTrip(_ name: String) throws {
    let bytes = try Array(Data(contentsOf: fixtures.appendingPathComponent(name)))
    let snapshot = try StateFormat.decode(bytes, file: name)
    #expect(snapshot.violations() == [])
    #expect(
      String(decoding: StateFormat.encode(snapshot, cooperVersion: "0.1.0"), as: UTF8.self)
        == String(decoding: bytes, as: UTF8.self))
  }

  @Test("All fixtures are tested")
  func complete() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: fixtures.path).filter { $0.hasSuffix(".json") }
    #expect(files.sorted() == Self.names)
  }

  @Test("The estate of format 1 means what it meant")
  func meaning() throws {
    let bytes = try Array(Data(contentsOf: fixtures.appendingPathComponent("estate.json")))
    let snapshot = try StateFormat.decode(bytes, file: "estate.json")
    #expect(snapshot.serial == 412)
    #expect(snapshot.environment == "prod")
    #expect(
      snapshot.openIntents.map(\.description) == [
        "buckets.cleared", "buckets.half-made", "identities.hk-velero",
      ])
    let cleared = try #require(snapshot.resources[Address("buckets", "cleared")])
    #expect(
      cleared.facets == [
        "cors": RecordedFacet(value: nil), "lifecycle": RecordedFacet(value: .map(ValueMap())),
        "policy": RecordedFacet(value: .null), "tags": RecordedFacet(value: nil, writtenAt: 1_790_000_002),
      ])
    #expect(cleared.identity.account == nil)
    let data = try #require(snapshot.resources[Address("buckets", "data-eu")])
    #expect(data.facets["versioning"]?.digestBefore == "sha256:9f86d081884c7d65")
    #expect(data.declaredAt == "buckets/data.yaml:4")
  }

  @Test("A journal of format 1, guarded by another program's CRC-32, is read and written again byte for byte")
  func journal() throws {
    let bytes = try Array(Data(contentsOf: fixtures.appendingPathComponent("journal.jsonl")))
    let content = try Journal.decode(bytes, file: "journal.jsonl")
    #expect(content.events.count == 14)
    #expect(content.events.last == .end)
    #expect(content.events.contains(.facet(Sample.address, "cors", RecordedFacet(value: nil))))
    #expect(content.events.contains(.facet(Sample.address, "cors", nil)))
    #expect(String(decoding: Journal.encode(content.events), as: UTF8.self) == String(decoding: bytes, as: UTF8.self))
  }

  @Test("The published schema accepts the fixtures and every state that is written")
  func schema() throws {
    let schema = SchemaReader(root: try json(schemaFile))
    for name in Self.names {
      #expect(schema.problems(of: try json(fixtures.appendingPathComponent(name))) == [], "\(name)")
    }
    for seed in 0..<200 {
      var generator = StateGenerator(seed: seed)
      let text = StateFormat.encode(generator.snapshot(), cooperVersion: "1")
      #expect(schema.problems(of: try ValueJSON.decode(text)) == [], "seed \(seed)")
    }
  }

  @Test("What the published schema refuses is refused when read, and the other way round")
  func schemaAndReaderAgree() throws {
    let schema = SchemaReader(root: try json(schemaFile))
    let estate = try json(fixtures.appendingPathComponent("estate.json"))
    var changed = 0
    for variant in estate.damaged() {
      let text = ValueJSON.encode(variant, pretty: true)
      let read = Result { try StateFormat.decode(text, file: "f") }
      let isLegal = (try? read.get())?.violations().isEmpty ?? false
      let problems = schema.problems(of: variant)
      #expect(isLegal == problems.isEmpty, "\(String(decoding: text, as: UTF8.self))")
      changed += problems.isEmpty ? 0 : 1
    }
    #expect(changed > 50)
  }
}

extension Value {
  /// Copies with one key removed, one unknown key added, or one scalar of a wrong type; free data is left alone.
  fileprivate func damaged() -> [Value] {
    guard let map else { return [.list([])] }
    var variants: [Value] = []
    var added = map
    added["zz"] = "stranger"
    variants.append(.map(added))
    for pair in map {
      var removed = map
      removed[pair.key] = nil
      variants.append(.map(removed))
      if ["settings", "outputs", "value", "environment"].contains(pair.key) { continue }
      for inner in pair.value.damaged() {
        var changed = map
        changed[pair.key] = inner
        variants.append(.map(changed))
      }
    }
    return variants
  }
}
