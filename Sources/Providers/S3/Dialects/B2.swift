import CooperModel
import CooperSchema

extension S3Dialect {
  /// Backblaze B2, by its list of supported calls as read in November 2026.
  static let b2 = S3Dialect(
    name: "b2", summary: "Backblaze B2.",
    lacks: [
      "versioning": .unsupported(
        reason: "B2 keeps all versions always, and has no call to change that (\(page))",
        nearest: "a lifecycle rule with noncurrentExpiration"),
      "publicAccess": .unsupported(
        reason: "buckets on B2 are private or public by their ACL (\(page))", nearest: "acl: private"),
      "policy": .unsupported(
        reason: "B2 has no bucket policies (\(page))", nearest: "application keys for single buckets"),
      "notifications": .unsupported(
        reason: "B2 sends events by its native API only (\(page))", nearest: "b2 bucket notification-rule"),
      "replication": .unsupported(
        reason: "B2 replicates by its native API only (\(page))", nearest: "b2 bucket replication"),
    ].merging(
      lacking(
        amazonsOwn + ["ownership", "tags", "logging", "website", "requestPayment"],
        "B2 does not list the call among those it supports (\(page))")
    ) { a, _ in a },
    facetProblem: { problems($0, $1) })

  private static let page = "its page of the S3-compatible API, November 2026"

  private static func problems(_ facet: String, _ value: Value) -> [FacetProblem] {
    switch facet {
    case "lifecycle": return LifecycleClearing.problem(facet, value, store: "B2")
    case "encryption":
      guard let algorithm = value["algorithm"]?.string, algorithm != "AES256" else { return [] }
      return [
        FacetProblem(
          path: ["algorithm"], code: "ENC0101", message: "B2 encrypts by AES256 with keys of its own only",
          fix: "AES256")
      ]
    case "acl":
      guard let name = value.string, name != "private", name != "public-read" else { return [] }
      return [
        FacetProblem(
          path: [], code: "ACL0101", message: "a bucket on B2 is private or public-read, not \(name)", fix: "private")
      ]
    default: return []
    }
  }
}
