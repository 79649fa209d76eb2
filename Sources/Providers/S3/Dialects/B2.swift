import CooperModel
import CooperSchema

extension S3Dialect {
  /// Backblaze B2, by the reference pages of its S3-compatible API.
  static let b2 = S3Dialect(
    name: "b2", summary: "Backblaze B2.", regionOfHost: { HostRegion.behindS3($0, domain: "backblazeb2.com") },
    encryptedDomain: "backblazeb2.com",
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
        reason: "B2 replicates by its native API only (\(page))", nearest: "b2 replication setup"),
      "tags": .unsupported(
        reason: "B2 lists no call on tags of buckets (\(page))", nearest: "bucket info, in its native API"),
    ].merging(
      lacking(
        amazonsOwn + ["ownership", "website", "requestPayment"], "B2 lists no such call (\(page))")
    ) { a, _ in a },
    shown: ["versioning"],
    notes: [
      "endpoint https://s3.REGION.backblazeb2.com: the region is in the host's name and need not be written; HTTPS and "
        + "Signature Version 4 only (\(page))",
      "checksum headers were refused (aws/aws-sdk-js-v3#6810), and are never sent; Content-MD5 is",
      "lifecycle rules are cleared by DELETE ?lifecycle (\(page)); an empty document is malformed (backblaze-labs/b2-mcp#214)",
      "uploads are encrypted by B2 itself unless told otherwise (its announcement, August 2026)",
    ],
    facetProblem: { problems($0, $1) })

  private static let page = "its reference of the S3-compatible API, November 2026"

  private static func problems(_ facet: String, _ value: Value) -> [FacetProblem] {
    switch facet {
    case "lifecycle":
      let noClasses = "it has one storage class (backblaze-labs/b2-mcp, s3_put_bucket_lifecycle)"
      return LifecyclePart.problems(
        facet, value, store: "B2",
        lacks: [.init("transitions", noClasses), .init("noncurrentTransitions", noClasses)])
    case "encryption":
      guard let algorithm = value["algorithm"]?.string, algorithm != "AES256" else { return [] }
      return [
        FacetProblem(
          path: ["algorithm"], code: "ENC0101", message: "B2 encrypts by AES256 with keys of its own only",
          fix: "AES256")
      ]
    case "acl": return CannedACLs.problem(value, store: "B2", takes: ["private", "public-read"])
    default: return []
    }
  }
}
