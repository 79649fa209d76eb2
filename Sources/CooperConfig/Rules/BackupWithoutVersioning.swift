internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// Without versions an overwritten or deleted backup is gone, and that is what whoever holds a stolen key does first.
enum BackupWithoutVersioning: ConfigurationRule {
  static let name = "backup-without-versioning"
  static let level = RuleLevel.warning
  static let isGuard = true
  static let entries: [CatalogueEntry] = [
    .init(
      .backupWithoutVersioning, "A backup bucket without versions",
      "Without versions an overwritten or deleted backup can't be had back. A bucket holds backups when a backup location, "
        + "a grant that allows backup or a registration at Palette names it, when one of its tags has the value backup, or "
        + "when it uses a profile of that name.",
      fix: "Write versioning: enabled.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.compactMap { bucket in
      guard let reason = context.backups.reason(bucket) else { return nil }
      if let type = context.connectionType(of: bucket), !type.holds("versioning") { return nil }
      let facet = bucket.facet("versioning")
      return facet?.value == "enabled" ? nil : .backupUnversioned(bucket, facet, reason)
    }
  }
}

extension ConnectionType {
  /// True when buckets on such a connection can have the facet.
  func holds(_ facet: String) -> Bool {
    if case .supported? = support[BucketKind.section]?.facets[facet] { true } else { false }
  }
}

extension DiagnosticCode {
  static let backupWithoutVersioning = DiagnosticCode("RUL0022")
}

extension Diagnostic {
  fileprivate static func backupUnversioned(
    _ bucket: ResourceDeclaration, _ facet: FacetDeclaration?, _ reason: String
  ) -> Diagnostic {
    let words = facet == nil ? "holds backups and doesn't declare versioning" : "holds backups and makes no versions"
    return .guarding(
      .backupWithoutVersioning, bucket, words, at: facet?.range, notes: [Note(reason)],
      fix: ["write  versioning: enabled"])
  }
}
