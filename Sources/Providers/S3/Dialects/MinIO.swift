import CooperModel
import CooperSchema

extension S3Dialect {
  /// MinIO community edition; its paid edition has CORS for each bucket.
  static let minio = S3Dialect(
    name: "minio", summary: "A MinIO server.",
    lacks: [
      "cors": .unsupported(
        reason: "MinIO has CORS for the whole server only (its documentation; the paid edition differs)",
        nearest: "mc admin config set ALIAS api cors_allow_origin=…"),
      "publicAccess": .unsupported(
        reason: "MinIO has no public access block (its source); buckets are private until a policy opens them",
        nearest: "policy"),
      "ownership": .unsupported(
        reason: "MinIO has no ACLs, so there is no ownership to control (its source)", nearest: "policy"),
      "replication": .unsupported(
        reason: "MinIO copies to targets that are registered by its own administration calls, not to a bucket by name "
          + "(its documentation)", nearest: "mc replicate add"),
      "logging": .unsupported(
        reason: "MinIO writes access logs of the whole server only (its documentation)",
        nearest: "mc admin config set ALIAS audit_webhook"),
    ].merging(
      lacking(amazonsOwn + ["website", "acl", "requestPayment"], "MinIO has no such thing (its source)")
    ) { a, _ in a },
    facetProblem: { facet, value in
      guard facet == "lifecycle", let rules = value.map else { return [] }
      return rules.flatMap { problems(of: $0.value, id: $0.key) }
    })

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
