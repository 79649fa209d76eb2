internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// VL-02, VL-04: one key that its plug-in doesn't know makes a location unavailable.
enum VeleroKeys: ConfigurationRule {
  static let name = "velero-config"
  static let level = RuleLevel.error
  static let entries: [CatalogueEntry] = [
    .init(
      .veleroKey, "A key that Velero refuses (VL-02, VL-04)",
      "Velero's plug-ins know the keys of config and snapshots, and call a location unavailable for any other; some have "
        + "values of a certain form.", fix: "Correct the key; a prefix is written at the location itself.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.resources(in: BackupLocation.section).filter { context.platform(of: $0) == "kubernetes" }.flatMap {
      location -> [Diagnostic] in
      guard let place = location.settings["in"]?.map?.first?.value,
        let bucket = context.reference(location, "bucket", in: BucketKind.section)
      else { return [] }
      let provider: VeleroConfig.Provider =
        switch context.connectionType(of: bucket)?.provider {
        case "gcs": .gcp
        case "azure": .azure
        default: .aws
        }
      let problems =
        VeleroConfig.problems(texts(place["config"]), provider).map { ("config", $0) }
        + VeleroConfig.snapshotProblems(texts(place["snapshots"]), provider).map { ("snapshots", $0) }
      return problems.map { field, problem in
        Diagnostic(
          .veleroKey, .error, "\(location.address): \(field).\(problem.key): \(problem.message)", at: location.range,
          fix: [problem.fix])
      }
    }
  }

  private static func texts(_ value: Value?) -> [String: String] {
    Dictionary(
      (value?.map ?? ValueMap()).compactMap { pair in pair.value.string.map { (pair.key, $0) } },
      uniquingKeysWith: { $1 })
  }
}

extension DiagnosticCode {
  static let veleroKey = DiagnosticCode("RUL0062")
}
