internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// R-01, PA-20: Palette wants a region for every S3 store, also where the store itself knows none.
enum RegionForPalette: ConfigurationRule {
  static let name = "region-for-palette"
  static let level = RuleLevel.error
  static let entries: [CatalogueEntry] = [
    .init(
      .regionForPalette, "Palette needs a region (R-01)",
      "A location of Palette on AWS or MinIO has a region, also where the store itself knows none.",
      fix: "Write a region at the bucket or its connection; us-east-1 is what such stores answer to.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    let users = context.resources(in: "registrations") + context.resources(in: "backupLocations")
    return users.filter { context.platform(of: $0) == "palette" }.compactMap { user in
      guard let bucket = context.reference(user, "bucket", in: BucketKind.section), bucket.region == nil,
        context.connectionType(of: bucket)?.provider == "s3",
        context.configuration.connections[bucket.connection]?.declaration.settings["region"] == nil
      else { return nil }
      return Diagnostic(
        .regionForPalette, .error, "\(user.address) needs a region for \(bucket.address)", at: user.range,
        notes: [.init("declared here, without one", at: bucket.range)],
        fix: ["write  region: us-east-1   at the bucket"])
    }
  }
}

extension DiagnosticCode {
  static let regionForPalette = DiagnosticCode("RUL0019")
}
