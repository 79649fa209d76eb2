internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// Whoever may do everything may delete the bucket and let others in.
enum PolicyAllActions: ConfigurationRule {
  static let name = "policy-all-actions"
  static let level = RuleLevel.warning
  static let isGuard = true
  static let entries: [CatalogueEntry] = [
    .init(
      .policyAllActions, "A policy that allows every action",
      "A statement allows * or s3:* (or all but some actions) without a condition: to delete the bucket, to change its policy, "
        + "to take its protection off.",
      fix: "Name the actions that are needed, e.g. s3:GetObject and s3:ListBucket.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.flatMap { bucket -> [Diagnostic] in
      guard let facet = bucket.facet("policy") else { return [] }
      return GuardedStatement.all(of: facet).filter { $0.allowsAllActions && !$0.hasCondition }.map {
        .guarding(
          .policyAllActions, bucket, "allows every action by \($0.name) of its policy",
          at: $0.range(in: bucket, facet, key: "Action"), fix: ["name the actions, e.g. s3:GetObject"])
      }
    }
  }
}

extension DiagnosticCode {
  static let policyAllActions = DiagnosticCode("RUL0028")
}
