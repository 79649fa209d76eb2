internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// Locks are on versions, so a bucket with object lock can't stop to make them.
enum ObjectLockVersioning: ConfigurationRule {
  static let name = "object-lock-versioning"
  static let level = RuleLevel.error
  static let entries: [CatalogueEntry] = [
    .init(
      .objectLockVersioning, "Object lock without versions",
      "Object lock protects versions of objects: S3 refuses it on a bucket whose versioning is suspended, and refuses to "
        + "suspend versioning on a bucket that has it (S3 User Guide, \"Configuring S3 Object Lock\").",
      fix: "Write versioning: enabled.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.compactMap { bucket -> Diagnostic? in
      guard let lock = bucket.facet("objectLock"), let versioning = bucket.facet("versioning"),
        versioning.value == "suspended"
      else { return nil }
      return Diagnostic(
        .objectLockVersioning, .error, "\(bucket.address) has object lock and suspended versioning",
        at: versioning.range, notes: [Diagnostic.Note("object lock is asked for here", at: lock.range)],
        fix: ["write  versioning: enabled"], subject: bucket.address.description)
    }
  }
}

extension DiagnosticCode {
  static let objectLockVersioning = DiagnosticCode("RUL0041")
}
