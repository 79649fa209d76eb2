internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// A backup tool deletes what it no longer needs; a lifecycle rule deletes what it still needs.
enum BackupExpires: ConfigurationRule {
  static let name = "backup-expires"
  static let level = RuleLevel.warning
  static let isGuard = true
  static let entries: [CatalogueEntry] = [
    .init(
      .backupExpires, "Backups are deleted by age",
      "A lifecycle rule deletes current objects of a bucket that holds backups. Backups share objects (Velero with kopia or "
        + "restic does), so an old object may be a part of the newest backup: the tool's own retention must delete.",
      fix: "Take expiration out and let the backup tool delete; noncurrentExpiration is harmless to current backups.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.flatMap { bucket -> [Diagnostic] in
      guard let reason = context.backups.reason(bucket), let facet = bucket.facet("lifecycle"),
        let rules = try? Lifecycle(value: facet.value)
      else { return [] }
      let deleting = rules.filter { $0.value.isEnabled && ($0.value.expiration?.deletesCurrent ?? false) }
      return deleting.keys.sorted().map { .backupExpires(bucket, $0, facet, reason) }
    }
  }
}

extension LifecycleExpiration {
  /// A lone delete marker is no current data.
  var deletesCurrent: Bool { after != nil || date != nil }
}

extension LifecycleRule {
  var isEnabled: Bool { enabled ?? true }
}

extension DiagnosticCode {
  static let backupExpires = DiagnosticCode("RUL0024")
}

extension Diagnostic {
  fileprivate static func backupExpires(
    _ bucket: ResourceDeclaration, _ id: String, _ facet: FacetDeclaration, _ reason: String
  ) -> Diagnostic {
    let rule = bucket.node?["lifecycle"]?.value[id]
    let range = rule?.value["expiration"]?.keyRange ?? rule?.keyRange ?? facet.range
    return .guarding(
      .backupExpires, bucket, "holds backups, and lifecycle rule \"\(id)\" deletes them by age", at: range,
      notes: [Note(reason)], fix: ["take  expiration  out: the backup tool knows what is no longer needed"])
  }
}
