import CooperModel
import CooperSchema

extension S3Dialect {
  /// Cloudflare R2, by its pages "S3 API compatibility" and "Object lifecycles".
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
        nearest: "wrangler r2 bucket notification create"),
      "objectLock": .unsupported(
        reason: "R2 implements neither object lock nor its header on creation (\(page))",
        nearest: "wrangler r2 bucket lock add"),
    ].merging(
      lacking(
        amazonsOwn + ["ownership", "tags", "replication", "logging", "website", "acl", "requestPayment"],
        "R2 does not implement the call (\(page))")
    ) { a, _ in a },
    shown: ["encryption"],
    notes: [
      "endpoint https://ACCOUNT.r2.cloudflarestorage.com, with .eu or .fedramp before .r2 for a jurisdiction; region auto, "
        + "of which us-east-1 is an alias (\(page))",
      "x-amz-sdk-checksum-algorithm and x-amz-expected-bucket-owner are not implemented (\(page)) and never sent",
      "lifecycle rules are cleared by DELETE ?lifecycle, which its page on object lifecycles shows and its list of calls "
        + "leaves out; as everywhere only after a GET has shown the rules",
      "new buckets come with a rule that aborts unfinished uploads after 7 days (its page on object lifecycles): "
        + "the first managed lifecycle replaces it",
    ],
    facetProblem: { facet, value in
      LifecyclePart.problems(
        facet, value, store: "R2",
        lacks: [
          .init("noncurrentExpiration", "it keeps no earlier versions"),
          .init("noncurrentTransitions", "it keeps no earlier versions"),
          .init("tags", "its objects have no tags"),
        ])
        + LifecyclePart.classes(facet, value, store: "R2", only: "STANDARD_IA")
    })

  private static let page = "its page of S3 API compatibility, November 2026"
}
