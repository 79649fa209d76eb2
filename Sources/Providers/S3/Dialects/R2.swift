import CooperModel
import CooperSchema

extension S3Dialect {
  /// Cloudflare R2, by its page "S3 API compatibility" as read in November 2026: of calls on buckets it has those on
  /// CORS and lifecycle, and reads the location and the encryption.
  static let r2 = S3Dialect(
    name: "r2", summary: "Cloudflare R2.", onlyRegion: "auto",
    lacks: [
      "versioning": .unsupported(
        reason: "R2 keeps no earlier versions of objects (\(page))", nearest: "a bucket lock, in Cloudflare's own API"),
      "encryption": .unsupported(
        reason: "R2 encrypts everything by AES-256 and lets nothing be chosen (\(page))", nearest: nil),
      "publicAccess": .unsupported(
        reason: "buckets on R2 are private until a domain is bound to them (\(page))", nearest: nil),
      "policy": .unsupported(
        reason: "R2 has no bucket policies (\(page))",
        nearest: "API tokens for single buckets, in Cloudflare's dashboard"),
      "notifications": .unsupported(
        reason: "R2 sends events to queues of Cloudflare, by its own API (\(page))",
        nearest: "wrangler r2 bucket "
          + "notification create"),
    ].merging(
      lacking(
        amazonsOwn + [
          "ownership", "tags", "replication", "logging", "objectLock", "website", "acl", "requestPayment",
        ], "R2 does not implement the call (\(page))")
    ) { a, _ in a },
    facetProblem: { LifecycleClearing.problem($0, $1, store: "R2") })

  private static let page = "its page of S3 API compatibility, November 2026"
}

/// Stores that have no call to delete lifecycle rules.
enum LifecycleClearing {
  static func problem(_ facet: String, _ value: Value, store: String) -> [FacetProblem] {
    guard facet == "lifecycle", let rules = value.map, rules.isEmpty else { return [] }
    return [
      FacetProblem(
        path: [], code: "LIF0103", message: "\(store) has no call that clears lifecycle rules",
        fix: "keep one rule, for example with  enabled: false , or write  lifecycle: null  to leave them alone")
    ]
  }
}
