internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// Everybody without a condition is the whole world.
enum PolicyPublic: ConfigurationRule {
  static let name = "policy-public"
  static let level = RuleLevel.warning
  static let isGuard = true
  static let entries: [CatalogueEntry] = [
    .init(
      .policyPublic, "A policy that lets everybody in",
      "A statement allows something to the principal *, or to everybody but some, without any condition: the bucket is public. "
        + "With publicAccess: blocked AWS refuses such a policy.",
      fix: "Name the principals, or add a Condition (a VPC endpoint, an organisation, a source address).")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.flatMap { bucket -> [Diagnostic] in
      guard let facet = bucket.facet("policy") else { return [] }
      return GuardedStatement.all(of: facet).filter { $0.allows && $0.isForEverybody && !$0.hasCondition }.map {
        .policyPublic(bucket, $0, facet)
      }
    }
  }
}

extension DiagnosticCode {
  static let policyPublic = DiagnosticCode("RUL0027")
}

extension Diagnostic {
  fileprivate static func policyPublic(
    _ bucket: ResourceDeclaration, _ statement: GuardedStatement, _ facet: FacetDeclaration
  ) -> Diagnostic {
    var notes: [Note] = []
    if let block = bucket.facet("publicAccess"), block.value == "blocked" {
      notes = [Note("publicAccess: blocked makes AWS refuse the policy", at: block.range)]
    }
    return .guarding(
      .policyPublic, bucket, "is public by \(statement.name) of its policy",
      at: statement.range(in: bucket, facet, key: "Principal"), notes: notes,
      fix: ["name the principals, or add a Condition"])
  }
}
