import CooperModel
import CooperSchema

extension S3Dialect {
  /// MinIO community edition; its paid edition has CORS for each bucket.
  static let minio = S3Dialect(
    name: "minio", summary: "A MinIO server.",
    objectLock: .laterWithSome("since RELEASE.2025-05-20T20-30-00Z"),
    location: .whenDiffering,
    lacks: [
      "cors": .unsupported(
        reason: "MinIO has CORS for the whole server only (\(page)); the paid edition has it for each bucket",
        nearest: "mc admin config set ALIAS api cors_allow_origin=…, or type: s3 for the paid edition"),
      "publicAccess": .unsupported(
        reason: "MinIO has no public access block (\(page)); buckets are private until a policy opens them",
        nearest: "policy"),
      "ownership": .unsupported(
        reason: "MinIO has no ACLs, so there is no ownership to control (\(page))", nearest: "policy"),
      "replication": .unsupported(
        reason: "MinIO copies to targets that are registered by its own administration calls, not to a bucket by name "
          + "(its documentation of mc replicate, November 2026)", nearest: "mc replicate add"),
      "logging": .unsupported(
        reason: "MinIO writes access logs of the whole server only (\(page))",
        nearest: "mc admin config set ALIAS audit_webhook"),
      "acl": .unsupported(reason: "MinIO has no ACLs (\(page))", nearest: "policy"),
    ].merging(
      lacking(amazonsOwn + ["website", "requestPayment"], "MinIO has no such thing (\(page))")
    ) { a, _ in a },
    // It answers these reads with what an unset one looks like, and refuses the write (minio/minio, cmd/dummy-handlers.go).
    shown: ["acl", "cors", "logging", "website", "accelerate", "requestPayment"],
    notes: [
      "any region is taken unless the server was given one; LocationConstraint only where a bucket's differs from the "
        + "connection's",
      "configuration is written with Content-MD5, which MinIO wants (its source)",
      "buckets are in the path: host names for buckets need MINIO_DOMAIN on the server",
    ],
    // Every answer of its S3 API says so: MinIO alone today, MinIO/RELEASE.… before (minio/minio, cmd/api-headers.go,
    // setCommonHeaders).
    sign: server("MinIO"),
    facetProblem: { facet, value in
      guard facet == "lifecycle", let rules = value.map else { return [] }
      return rules.flatMap { problems(of: $0.value, id: $0.key) }
    })

  private static let page = "its page of S3 API compatibility, November 2026"

  private static func problems(of rule: Value, id: String) -> [FacetProblem] {
    var problems: [FacetProblem] = []
    if let age = rule["abortMultipartAfter"], age != .null {
      // aminueza/terraform-provider-minio#684: such a rule vanishes after the PUT.
      problems.append(
        FacetProblem(
          path: [id, "abortMultipartAfter"], code: "LIF0101",
          message: "MinIO does not abort unfinished uploads by lifecycle, and drops the rule silently",
          fix: "take it out for this connection:  minio: { lifecycle: { \(id): null } }"))
    }
    for field in ["transitions", "noncurrentTransitions"] where (rule[field]?.list?.count ?? 0) > 1 {
      problems.append(
        FacetProblem(
          path: [id, field], code: "LIF0102", message: "MinIO takes one transition in a rule",
          fix: "make a rule for each tier"))
    }
    return problems
  }
}
