internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// Where the time between two backups is known, nothing may be deleted sooner.
enum ShortRetention: ConfigurationRule {
  static let name = "short-retention"
  static let level = RuleLevel.warning
  static let isGuard = true
  /// Neither buckets nor backup locations have a schedule of their own, so a tag tells it.
  static let tag = "backupSchedule"
  static let entries: [CatalogueEntry] = [
    .init(
      .shortRetention, "Kept for less than one round of backups",
      "The bucket's tag backupSchedule (a duration such as 24h) says how often a backup is made, and a lifecycle rule deletes "
        + "sooner: for a while there would be no backup at all, or no earlier version of it. Without the tag the schedule "
        + "isn't known and nothing is said.",
      fix: "Keep at least as long as the time between two backups, better a multiple of it.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.flatMap { bucket -> [Diagnostic] in
      guard let text = bucket.facet("tags")?.value[tag]?.string, let schedule = try? TimeSpan(value: .string(text)),
        let facet = bucket.facet("lifecycle"), let rules = try? Lifecycle(value: facet.value)
      else { return [] }
      return rules.filter(\.value.isEnabled).sorted { $0.key < $1.key }.flatMap { id, rule -> [Diagnostic] in
        let ages = [("expiration", rule.expiration?.after), ("noncurrentExpiration", rule.noncurrentExpiration?.after)]
        return ages.compactMap { field, age in
          guard let age, age.seconds < schedule.seconds else { return nil }
          return .shortRetention(bucket, id, field, age, schedule, facet)
        }
      }
    }
  }
}

extension DiagnosticCode {
  static let shortRetention = DiagnosticCode("RUL0025")
}

extension Diagnostic {
  fileprivate static func shortRetention(
    _ bucket: ResourceDeclaration, _ id: String, _ field: String, _ age: TimeSpan, _ schedule: TimeSpan,
    _ facet: FacetDeclaration
  ) -> Diagnostic {
    let rule = bucket.node?["lifecycle"]?.value[id]
    let range = rule?.value[field]?.keyRange ?? rule?.keyRange ?? facet.range
    return .guarding(
      .shortRetention, bucket, "keeps \(age.text) by rule \"\(id)\", with a backup every \(schedule.text)", at: range,
      notes: [Note("known from the tag \(ShortRetention.tag)")], fix: ["keep a multiple of \(schedule.text)"])
  }
}
