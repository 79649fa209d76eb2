internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// For projects in which every bucket is to have versions; off unless asked for.
enum VersioningMissing: ConfigurationRule {
  static let name = "bucket-without-versioning"
  static let level = RuleLevel.off
  static let isGuard = true
  static let entries: [CatalogueEntry] = [
    .init(
      .versioningMissing, "A bucket without versions",
      "Without versions an overwritten or deleted object can't be had back. Many buckets need none (logs, caches), so this "
        + "is off unless the project asks for it; buckets with backups have a rule of their own.",
      fix: "Write versioning: enabled, or an exception with its reason.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.compactMap { bucket in
      guard context.backups.reason(bucket) == nil else { return nil }
      if let type = context.connectionType(of: bucket), !type.holds("versioning") { return nil }
      let facet = bucket.facet("versioning")
      guard facet?.value != "enabled" else { return nil }
      return .guarding(
        .versioningMissing, bucket, facet == nil ? "doesn't declare versioning" : "makes no versions",
        at: facet?.range, fix: ["write  versioning: enabled"])
    }
  }
}

extension DiagnosticCode {
  static let versioningMissing = DiagnosticCode("RUL0023")
}
