internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// AWS answers requests over plain HTTP unless a policy denies them.
enum PlainRequests: ConfigurationRule {
  static let name = "bucket-without-tls-policy"
  static let level = RuleLevel.warning
  static let isGuard = true
  static let entries: [CatalogueEntry] = [
    .init(
      .plainRequests, "Requests without TLS are answered",
      "S3's endpoints answer plain HTTP too. A policy that denies s3:* to everybody while aws:SecureTransport is false stops "
        + "that. An absent policy is not managed, so Cooper neither sets nor checks such a statement; with shared: [policy] "
        + "others may write it, and nothing is said.",
      fix: "Put the statement of docs/rules.md into a profile that all buckets on AWS use.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.compactMap { bucket in
      guard context.isAWS(bucket), !bucket.shared.contains("policy") else { return nil }
      let facet = bucket.facet("policy")
      if let facet, GuardedStatement.all(of: facet).contains(where: \.refusesPlainRequests) { return nil }
      return .guarding(
        .plainRequests, bucket,
        facet == nil ? "doesn't declare a policy that wants TLS" : "has a policy that wants no TLS",
        at: facet?.range, notes: facet == nil ? [.init("not managed: Cooper neither sets nor checks it")] : [],
        fix: ["deny s3:* while aws:SecureTransport is false:  cooper explain RUL0029"])
    }
  }
}

extension DiagnosticCode {
  static let plainRequests = DiagnosticCode("RUL0029")
}
