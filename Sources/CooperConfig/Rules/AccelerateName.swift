internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// Amazon's edge has a host name for each bucket, under one certificate.
enum AccelerateName: ConfigurationRule {
  static let name = "accelerate-name"
  static let level = RuleLevel.error
  static let entries: [CatalogueEntry] = [
    .init(
      .accelerateName, "Acceleration of a bucket with dots in its name",
      "The bucket's name becomes a part of a host name at Amazon's edge, and S3 refuses to accelerate one with dots in it (S3 "
        + "User Guide, \"Requirements for using Amazon S3 Transfer Acceleration\").",
      fix: "Take accelerate out, or give the bucket a name without dots before it holds data.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.compactMap { bucket -> Diagnostic? in
      guard let facet = bucket.facet("accelerate"), facet.value == "enabled", bucket.name.contains(".") else {
        return nil
      }
      return Diagnostic(
        .accelerateName, .error, "\(bucket.address) can't be accelerated: its name \(bucket.name) has dots",
        at: facet.range, notes: [Diagnostic.Note("the name becomes a part of a host name")],
        fix: ["take  accelerate  out"],
        subject: bucket.address.description)
    }
  }
}

extension DiagnosticCode {
  static let accelerateName = DiagnosticCode("RUL0046")
}
