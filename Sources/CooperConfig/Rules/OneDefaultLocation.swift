internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// R-11, VL-05: a scope has one default location, or it is chance which one is used.
enum OneDefaultLocation: ConfigurationRule {
  static let name = "one-default-location"
  static let level = RuleLevel.error
  static let entries: [CatalogueEntry] = [
    .init(
      .twoDefaults, "Two default locations in one scope (R-11, VL-05)",
      "A scope of Palette and a namespace of Velero have at most one default backup location.",
      fix: "Take default: true from all but one.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    struct Scope: Hashable {
      var connection: String
      var words: String
    }
    var first: [Scope: ResourceDeclaration] = [:]
    return context.resources(in: "backupLocations").flatMap { location -> [Diagnostic] in
      (location.settings["in"]?.map ?? ValueMap()).compactMap { pair in
        guard pair.value["default"]?.bool == true else { return nil }
        // A Velero that nobody put elsewhere is in the namespace velero.
        let usual = context.type(ofConnection: pair.key) == "kubernetes" ? "velero" : ""
        let words = (pair.value["namespace"] ?? pair.value["project"] ?? pair.value["scope"])?.string ?? usual
        let scope = Scope(connection: pair.key, words: words)
        guard let other = first[scope] else {
          first[scope] = location
          return nil
        }
        return .twoDefaults(location, other, pair.key, words)
      }
    }
  }
}

extension DiagnosticCode {
  static let twoDefaults = DiagnosticCode("RUL0018")
}

extension Diagnostic {
  fileprivate static func twoDefaults(
    _ location: ResourceDeclaration, _ other: ResourceDeclaration, _ connection: String, _ scope: String
  ) -> Diagnostic {
    Diagnostic(
      .twoDefaults, .error,
      "\(location.address) is a second default of \(connection)\(scope.isEmpty ? "" : ", " + scope)",
      at: location.range, notes: [Note("the first is \(other.address)", at: other.range)],
      fix: ["take  default: true  from one of them"])
  }
}
