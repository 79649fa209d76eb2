import CooperConfig
import CooperDiagnostics
import CooperModel
import CooperSchema
import CooperTestSupport
import Testing

@Suite("The digest of a configuration")
struct DigestTests {
  private static let buckets = [
    "logs: { connection: aws, tags: { a: \"1\", b: \"2\" }, cors: [{ origins: [o1, o2], methods: [GET, PUT] }] }",
    "data: { shared: [policy, tags], connection: minio, versioning: enabled }",
    "more: { connection: here, profile: p, description: text }",
  ]
  private static let others = [
    "profiles: { p: { tags: { x: y } } }",
    "moved: [{ from: buckets.a, to: buckets.logs }, { from: buckets.b, to: buckets.data }]",
    "consents: [{ address: buckets.logs, risk: losesData }, { address: buckets.data, risk: locksOut }]",
    "safety: { ignoreTags: [\"aws:\", \"kubernetes.io/\"] }",
    "removed: { buckets.old: forget, buckets.older: { action: delete, until: 2026-12-01 } }",
    "adopted: { buckets.logs: logs, buckets.data: data }",
  ]

  private func digest(_ files: [String: String]) throws -> String {
    var texts = files
    texts["cooper.yaml"] = project("include: [\"**/*.yaml\"]\n")
    return try configuration(texts).digest
  }

  @Test("Order of files, keys and set elements does not change it", arguments: 0..<40)
  func order(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let wanted = try digest([
      "a.yaml": (["buckets:"] + Self.buckets.map { "  " + $0 } + Self.others).joined(separator: "\n")
    ])
    var texts: [String: String] = [:]
    for bucket in Self.buckets.shuffled(using: &random) {
      let text = bucket.replacing("[o1, o2]", random.next() % 2 == 0 ? "[o2, o1]" : "[o1, o2]")
        .replacing("[GET, PUT]", random.next() % 2 == 0 ? "[PUT, GET]" : "[GET, PUT]")
        .replacing("[policy, tags]", "[tags, policy]")
        .replacing("{ a: \"1\", b: \"2\" }", "{ b: \"2\", a: \"1\" }")
      texts["\(random.next() % 9)/\(random.next()).yaml"] = "buckets: { \(text) }"
    }
    for other in Self.others.shuffled(using: &random) {
      let text = other.replacing(
        "{ buckets.old: forget, buckets.older: { action: delete, until: 2026-12-01 } }",
        "{ buckets.older: { until: 2026-12-01, action: delete }, buckets.old: forget }"
      ).replacing("[\"aws:\", \"kubernetes.io/\"]", "[\"kubernetes.io/\", \"aws:\"]")
      texts["x\(random.next()).yaml"] = text
    }
    #expect(try digest(texts) == wanted)
  }

  @Test(
    "What is meant changes it",
    arguments: [
      ("a: \"1\"", "a: \"3\""), ("[GET, PUT]", "[GET]"), ("versioning: enabled", "versioning: suspended"),
      ("shared: [policy, tags], ", ""), ("buckets.old: forget", "buckets.old: delete"),
      ("risk: losesData", "risk: overwrites"),
      ("connection: minio", "connection: minio, deletion: allow"), ("x: y", "x: z"),
      ("buckets.logs: logs, ", ""),
      ("ignoreTags: [\"aws:\", ", "ignoreTags: ["), ("from: buckets.a,", "from: buckets.c,"),
    ])
  func meaning(change: (String, String)) throws {
    let text = (["buckets:"] + Self.buckets.map { "  " + $0 } + Self.others).joined(separator: "\n")
    let changed = text.replacing(change.0, change.1)
    #expect(changed != text)
    #expect(try digest(["a.yaml": text]) != digest(["a.yaml": changed]))
  }

  @Test("Descriptions, reasons and comments do not change it")
  func words() throws {
    let text = "buckets: { logs: { connection: aws } }\n"
    let more = "# comment\nbuckets: { logs: { connection: aws, description: x } }\nx-note: {}\n"
    #expect(try digest(["a.yaml": text]) == digest(["b.yaml": more]))
  }

  @Test("An environment equal to the base changes nothing")
  func equalOverlay() throws {
    let base = "buckets:\n" + Self.buckets.map { "  " + $0 + "\n" }.joined()
    let root = project("environments: { prod: {} }\ninclude: [all.yaml]\n")
    let profile = "profiles: { p: { tags: { x: y } } }\n"
    let plain = try configuration(["cooper.yaml": root, "all.yaml": base + profile], environment: "prod")
    let overlaid = try configuration(
      ["cooper.yaml": root, "all.yaml": base + profile, "environments/prod.yaml": base + profile], environment: "prod")
    #expect(plain.digest == overlaid.digest)
  }
}

/// A small generator with a seed, so that a failing case can be run again.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension String {
  fileprivate func replacing(_ text: String, _ other: String) -> String { replacing(text, with: other) }
}
