internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// Inventory and analytics write into a bucket of the same region only.
enum ReportRegion: ConfigurationRule {
  static let name = "report-region"
  static let level = RuleLevel.error
  static let entries: [CatalogueEntry] = [
    .init(
      .reportRegion, "Reports into another region",
      "Lists of an inventory and results of an analysis go into a bucket in the region of the one that they are about (S3 "
        + "User Guide, \"Configuring Amazon S3 Inventory\", \"Amazon S3 analytics\").",
      fix: "Name a bucket of the same region.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.flatMap { bucket -> [Diagnostic] in
      guard context.isAWS(bucket), let region = bucket.region else { return [] }
      return [("inventory", "bucket"), ("analytics", "exportBucket")].flatMap { name, field -> [Diagnostic] in
        guard let facet = bucket.facet(name) else { return [] }
        let names = Set((facet.value.map ?? ValueMap()).compactMap { $0.value[field]?.string })
        return context.buckets(named: names, by: bucket).compactMap { target -> Diagnostic? in
          guard context.isAWS(target), let other = target.region, other != region else { return nil }
          return Diagnostic(
            .reportRegion, .error,
            "\(bucket.address) has its \(name) written into \(target.address), in another region",
            at: facet.range, notes: [Diagnostic.Note("it is in \(other), not in \(region)", at: target.range)],
            fix: ["name a bucket in \(region)"], subject: bucket.address.description)
        }
      }
    }
  }
}

extension DiagnosticCode {
  static let reportRegion = DiagnosticCode("RUL0048")
}
