internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// VL-03: Velero calls a location unavailable when others keep anything beside its own folders.
enum VeleroPrefix: ConfigurationRule {
  static let name = "velero-prefix"
  static let level = RuleLevel.warning
  static let entries: [CatalogueEntry] = [
    .init(
      .veleroPrefix, "A shared bucket without a prefix (VL-03)",
      "Beside backups, restores, restic, kopia, metadata and plugins Velero accepts no folder; a bucket that others use as well "
        + "needs a prefix for each.", fix: "Write prefix: at the location.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    let locations = context.resources(in: BackupLocation.section)
    let users = locations + context.resources(in: Registration.section)
    return locations.filter { context.platform(of: $0) == "kubernetes" && $0.settings["prefix"] == nil }.compactMap {
      location -> Diagnostic? in
      guard let bucket = location.settings["bucket"],
        let other = users.first(where: { $0.address != location.address && $0.settings["bucket"] == bucket })
      else { return nil }
      return Diagnostic(
        .veleroPrefix, .warning, "\(location.address) has no prefix in a bucket that others use", at: location.range,
        notes: [Diagnostic.Note("\(other.address) uses it as well", at: other.range)],
        fix: ["write  prefix:  at the location"],
        subject: location.address.description)
    }
  }
}

extension DiagnosticCode {
  static let veleroPrefix = DiagnosticCode("RUL0063")
}
