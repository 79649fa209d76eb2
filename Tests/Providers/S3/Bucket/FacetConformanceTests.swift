import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import S3Provider

/// The suite that every facet of every provider passes.
@Suite("S3 facets conform") struct FacetConformanceTests {
  /// Every dialect there is: a new one can't be forgotten, nor a new facet.
  private static let types = S3Dialect.all.map(\.name)

  @Test("every facet has values, and every dialect only facets that have") func complete() {
    let tested = Set(S3Fixture.values.map(\.facet.name))
    for kind in S3Provider().kinds where kind.schema.section == BucketKind.section {
      #expect(tested == Set(kind.facets.map(\.name)))
    }
    for dialect in S3Dialect.all {
      for (facet, support) in dialect.bucketSupport.facets {
        if case .supported = support { #expect(tested.contains(facet), "\(dialect.name) \(facet)") }
      }
    }
  }

  @Test("what is written is read back, what is cleared is gone", arguments: types, S3Fixture.values.indices)
  func roundTrip(_ type: String, _ index: Int) {
    let (facet, _, value) = S3Fixture.values[index]
    let suite = FacetConformance(facet, on: S3Fixture.target(type), store: S3Fixture.store)
    #expect(suite.roundTrip(value) == [])
  }

  @Test("refusals end where they belong", arguments: S3Bucket.facets.indices) func refusals(_ index: Int) {
    let suite = FacetConformance(S3Bucket.facets[index], on: S3Fixture.target(), store: S3Fixture.store)
    #expect(suite.refusals() == [])
  }

  @Test("traps: no DELETE and no blind PUT on a store that doesn't know the sub-resource", arguments: types)
  func wrongCalls(_ type: String) {
    for (facet, name, value) in S3Fixture.values {
      let suite = FacetConformance(facet, on: S3Fixture.target(type), store: S3Fixture.store)
      #expect(suite.wrongCalls(value, guardsFirstWrite: type != "aws") == [], "\(facet.name) \(name)")
    }
  }

  @Test("canonical form is idempotent on random values", arguments: S3Bucket.facets.indices)
  func idempotence(_ index: Int) {
    let facet = S3Bucket.facets[index]
    for type in Self.types {
      let suite = FacetConformance(facet, on: S3Fixture.target(type), store: S3Fixture.store)
      for seed in UInt64(0)..<200 {
        var random = CooperSchema.SplitMix64(seed: seed)
        guard let value = sample(facet.schema.shape, using: &random) else { continue }
        #expect(suite.idempotence(value) == [], "seed \(seed)")
      }
    }
  }

  @Test("random lifecycle rules survive the wire") func randomLifecycle() {
    let suite = FacetConformance(AnyFacet(S3Lifecycle.self), on: S3Fixture.target("ceph"), store: S3Fixture.store)
    for seed in UInt64(1)...300 {
      var random = CooperSchema.SplitMix64(seed: seed)
      #expect(suite.roundTrip(RandomLifecycle.value(&random)) == [], "seed \(seed)")
    }
  }

  @Test("every call names its permission, and plans list the calls that change something", arguments: types)
  func permissions(_ type: String) {
    for (facet, name, value) in S3Fixture.values {
      let suite = FacetConformance(facet, on: S3Fixture.target(type), store: S3Fixture.store)
      #expect(suite.permissions(value) == [], "\(facet.name) \(name)")
    }
  }

  @Test("any value becomes any other of its facet", arguments: types) func replacements(_ type: String) {
    for (facet, name, value) in S3Fixture.values {
      for (other, otherName, otherValue) in S3Fixture.values where other.name == facet.name && name != otherName {
        let suite = FacetConformance(facet, on: S3Fixture.target(type), store: S3Fixture.store)
        #expect(suite.replacement(value, by: otherValue) == [], "\(facet.name) \(name) → \(otherName)")
      }
    }
  }

  /// Facets whose samples are rarely valid have generators of their own, or fixtures only.
  private static let sampled = [
    "cors", "tags", "objectLock", "logging", "notifications", "replication", "website", "acl", "requestPayment",
    "accelerate", "intelligentTiering", "inventory", "metrics", "analytics",
  ]

  @Test("random models survive the wire, one after the other", arguments: sampled) func randomModels(_ name: String)
    throws
  {
    let facet = try #require(S3Bucket.kind.facet(name))
    let suite = FacetConformance(facet, on: S3Fixture.target(), store: S3Fixture.store)
    var earlier: Value?
    var compared = 0
    for seed in UInt64(0)..<4_000 where compared < 200 {
      var random = CooperSchema.SplitMix64(seed: seed)
      guard let value = sample(facet.schema.shape, using: &random), facet.schema.problems(value).isEmpty,
        XMLWriter.canHold(value.allTexts)
      else { continue }
      #expect(suite.roundTrip(value) == [], "seed \(seed)")
      if let earlier { #expect(suite.replacement(earlier, by: value) == [], "seed \(seed)") }
      earlier = value
      compared += 1
    }
    #expect(compared >= 20, "only \(compared) samples of \(name) are valid")
  }

  @Test("requests are the recorded ones, byte for byte", arguments: S3Fixture.values.indices)
  func goldens(_ index: Int) throws {
    let (facet, name, value) = S3Fixture.values[index]
    let target = S3Fixture.target()
    let suite = FacetConformance(facet, on: target, store: S3Fixture.store)
    var store = S3Fixture.store
    let canonical = try facet.canonical(value, target.site)
    let desired = canonical == facet.schema.cleared ? nil : canonical
    let read = suite.read(store)
    let written = try suite.write(FacetChange(before: nil, after: desired), &store)
    var calls = read.calls + written.calls
    if facet.schema.cleared != nil, desired != nil {
      calls += try suite.write(FacetChange(before: desired, after: nil), &store).calls
    }
    let text = calls.map(\.golden).joined(separator: "---\n")
    #expect(Golden("../Goldens").difference(text, "\(facet.name).\(name).txt") == nil)
  }
}

/// Valid lifecycle rules of any form.
enum RandomLifecycle {
  static func value(_ random: inout CooperSchema.SplitMix64) -> Value {
    let count = Int.random(in: 1...4, using: &random)
    return .map(ValueMap((0..<count).map { ("rule-\($0)", rule(&random)) }))
  }

  private static func days(_ least: Int, _ random: inout CooperSchema.SplitMix64) -> Value {
    .string("\(Int.random(in: least...900, using: &random))d")
  }

  private static func rule(_ random: inout CooperSchema.SplitMix64) -> Value {
    var pairs: [(String, Value)] = []
    func maybe() -> Bool { .random(using: &random) }
    if maybe() { pairs.append(("prefix", .string(["", "a/", "b & <c>"].randomElement(using: &random) ?? ""))) }
    if maybe() { pairs.append(("tags", ["k": "v", "l": ""])) }
    if maybe() { pairs.append(("sizeGreaterThan", ["0B", "1KiB"].randomElement(using: &random) ?? "0B")) }
    if maybe() { pairs.append(("sizeLessThan", "1GiB")) }
    if maybe() { pairs.append(("enabled", .bool(maybe()))) }
    switch Int.random(in: 0..<4, using: &random) {
    case 0: pairs.append(("expiration", ["after": days(1, &random)]))
    case 1: pairs.append(("expiration", ["date": "2030-02-01"]))
    case 2: pairs.append(("expiration", ["expiredObjectDeleteMarker": true]))
    default: break
    }
    if maybe() { pairs.append(("noncurrentExpiration", ["after": days(1, &random), "keep": 2])) }
    if maybe() {
      pairs.append(
        ("transitions", [["to": "Z", "after": days(0, &random)], ["to": "A", "date": "2031-01-01T00:00:00Z"]]))
    }
    if maybe() { pairs.append(("noncurrentTransitions", [["to": "Z", "after": days(0, &random)]])) }
    if pairs.count < 2 || maybe() { pairs.append(("abortMultipartAfter", days(1, &random))) }
    return .map(ValueMap(pairs))
  }
}

extension Value {
  /// All keys and texts in it, one after the other.
  fileprivate var allTexts: String {
    switch self {
    case .string(let text): text
    case .list(let values): values.map(\.allTexts).joined()
    case .map(let map): map.map { $0.key + $0.value.allTexts }.joined()
    default: ""
    }
  }
}
