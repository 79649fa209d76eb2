import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import GCSProvider

/// The suite that every facet of a provider with one document passes.
@Suite("GCS facets conform") struct GCSConformanceTests {
  private static let others = GCSBucket.facets

  @Test(
    "what is written is read back, what is cleared is gone, and no neighbour moves",
    arguments: GCSFixture.values.indices)
  func roundTrip(_ index: Int) {
    let (facet, name, value) = GCSFixture.values[index]
    let neighbours = Self.others.filter { $0.name != facet.name }
    #expect(GCSFixture.suite(facet).roundTrip(value, neighbours: neighbours) == [], "\(facet.name) \(name)")
  }

  @Test(
    "403 is unknown; 404, 401, 429 and 500 end where they belong; 405, 501 and wrong documents are unsupported",
    arguments: others.indices) func refusedReads(_ index: Int)
  {
    #expect(GCSFixture.suite(Self.others[index]).refusedReads() == [])
  }

  @Test("a write that the store refuses deletes nothing", arguments: GCSFixture.values.indices)
  func refusedWrites(_ index: Int) {
    let (facet, name, value) = GCSFixture.values[index]
    #expect(GCSFixture.suite(facet).refusedWrites(value) == [], "\(facet.name) \(name)")
  }

  @Test("every call declares its permission", arguments: GCSFixture.values.indices) func permissions(_ index: Int) {
    let (facet, name, value) = GCSFixture.values[index]
    #expect(GCSFixture.suite(facet).permissions(value) == [], "\(facet.name) \(name)")
  }

  @Test(
    "random values of each facet: canonical form is idempotent, and what Google takes survives the wire",
    arguments: others.indices) func random(_ index: Int)
  {
    let facet = Self.others[index]
    // Part of a bucket's creation and of no write: it has tests of its own.
    guard facet.name != HierarchicalNamespace.facet.name else { return }
    let suite = GCSFixture.suite(facet)
    var tried = 0
    for seed in UInt64(0)..<300 {
      var random = CooperSchema.SplitMix64(seed: seed)
      guard let value = sample(facet.schema.shape, using: &random) else { continue }
      #expect(suite.idempotence(value) == [], "\(facet.name) seed \(seed)")
      guard facet.schema.problems(value).isEmpty, GCSBucketSupport.support.facetProblem(facet.name, value).isEmpty,
        Self.isWritable(facet.name, value)
      else { continue }
      tried += 1
      #expect(suite.roundTrip(value, neighbours: []) == [], "\(facet.name) seed \(seed)")
    }
    #expect(tried > 5, "\(facet.name): only \(tried) values were good")
  }

  /// A lock is for ever and can't be cleared; it has a test of its own.
  private static func isWritable(_ facet: String, _ value: Value) -> Bool {
    facet != "retention" || value["locked"]?.bool != true
  }

  @Test("random lifecycle rules of every form survive the wire") func randomLifecycle() {
    let suite = GCSFixture.suite(AnyFacet(GCSLifecycle.self))
    for seed in UInt64(1)...400 {
      var random = CooperSchema.SplitMix64(seed: seed)
      let value = RandomRules.value(&random)
      #expect(suite.roundTrip(value, neighbours: []) == [], "seed \(seed)")
    }
  }

  @Test("requests are the recorded ones, byte for byte", arguments: GCSFixture.values.indices)
  func goldens(_ index: Int) throws {
    let (facet, name, value) = GCSFixture.values[index]
    let suite = GCSFixture.suite(facet)
    var store = GCSStore()
    let desired = try facet.canonical(value, GCSFixture.site)
    var calls =
      suite.read(&store).calls
      + (try suite.write(FacetChange(before: nil, after: desired), &store, revision: "1").calls)
    if facet.schema.cleared != nil {
      calls += try suite.write(
        FacetChange(before: desired, after: nil), &store, revision: String(store.metageneration)
      ).calls
    }
    let text = calls.map(\.golden).joined(separator: "---\n")
    #expect(Golden().difference(text, "\(facet.name).\(name).txt") == nil)
  }

  @Test("what the provider says it holds has a codec, and nothing else has") func held() {
    let held = GCSBucketSupport.support.facets.compactMap { name, support -> String? in
      if case .supported = support { name } else { nil }
    }
    #expect(Set(held) == Set(GCSBucket.facets.map(\.name)))
  }
}

/// Valid lifecycle rules of any form that Google has.
enum RandomRules {
  static func value(_ random: inout CooperSchema.SplitMix64) -> Value {
    let count = Int.random(in: 1...4, using: &random)
    return .map(ValueMap((0..<count).map { ("rule-\($0)", rule(&random)) }))
  }

  private static func days(_ random: inout CooperSchema.SplitMix64) -> Value {
    .string("\([0, 1, 30, 400].randomElement(using: &random) ?? 0)d")
  }

  private static func rule(_ random: inout CooperSchema.SplitMix64) -> Value {
    func maybe() -> Bool { .random(using: &random) }
    var conditions = ValueMap()
    if maybe() { conditions["createdBefore"] = "2025-01-01" }
    if maybe() { conditions["sinceCustomTime"] = days(&random) }
    if maybe() { conditions["noncurrentBefore"] = "2024-05-06" }
    if maybe() { conditions["storageClasses"] = ["NEARLINE", "STANDARD"] }
    if maybe() { conditions["suffix"] = ".log" }
    if maybe() { conditions["newerVersions"] = .integer(Int64.random(in: 0...3, using: &random)) }
    if maybe() {
      conditions["versions"] = [.string("all"), .string("noncurrent"), .string("live")].randomElement(using: &random)
    }
    var rule = ValueMap()
    if maybe() { rule["prefix"] = ["", "a/", "ü"].randomElement(using: &random).map { .string($0) } }
    if maybe() { rule["expiration"] = ["after": days(&random)] }
    if maybe() { rule["noncurrentExpiration"] = ["after": days(&random), "keep": 2] }
    if maybe() {
      rule["transitions"] = [["to": "NEARLINE", "after": days(&random)], ["to": "ARCHIVE", "after": "500d"]]
    }
    if maybe() { rule["noncurrentTransitions"] = [["to": "COLDLINE", "after": days(&random)]] }
    if rule.count < 2 || maybe() { rule["abortMultipartAfter"] = "7d" }
    if maybe(), !conditions.isEmpty { rule["conditions"] = .map(conditions) }
    return .map(rule)
  }
}
