import CooperModel
import CooperProvider
import CooperSchema

/// `cors` (Cloud Storage documentation, CORS configuration examples).
enum GCSCORS: Facet {
  static let schema = CORSRule.facet

  static func read(_ target: Target) -> any Procedure<Observed<[CORSRule]>> {
    BucketDocument.read(target) { (document, call) throws(CallFailure) in
      var rules: [CORSRule] = []
      for entry in document.given("cors")?.list ?? [] {
        guard let entry = entry.map else { throw .broken("cors", "a list of something else than rules", call) }
        var rule = CORSRule()
        rule.origins = try entry.texts("origin", of: call) ?? []
        rule.methods = try entry.texts("method", of: call) ?? []
        rule.expose = try entry.texts("responseHeader", of: call)
        rule.maxAge = try entry.number("maxAgeSeconds", of: call).map { TimeSpan(seconds: $0) }
        rules.append(rule)
      }
      return rules.isEmpty ? nil : rules
    }
  }

  /// Rules stay in order, inside a rule all lists are sets. Google has no ids, one list for the headers that are asked
  /// for and those that are shown, and reads an age of zero back as none.
  static func canonical(_ model: [CORSRule], on site: Site) -> [CORSRule] {
    model.map { rule in
      CORSRule(
        origins: ordered(rule.origins), methods: ordered(rule.methods),
        expose: (rule.headers ?? []).isEmpty && (rule.expose ?? []).isEmpty
          ? nil : ordered((rule.headers ?? []) + (rule.expose ?? [])),
        maxAge: rule.maxAge?.seconds == 0 ? nil : rule.maxAge)
    }
  }

  private static func ordered(_ texts: [String]) -> [String] {
    Set(texts).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  static func write(_ change: FacetChange<[CORSRule]>, on target: Target) -> Effect {
    let rules = (change.after ?? []).map { rule -> Value in
      var entry: ValueMap = ["origin": rule.origins.value, "method": rule.methods.value]
      if let headers = rule.expose { entry["responseHeader"] = headers.value }
      if let maxAge = rule.maxAge { entry["maxAgeSeconds"] = .integer(maxAge.seconds) }
      return .map(entry)
    }
    // A list is replaced whole, so the empty one clears.
    return BucketPatch(["cors": .list(rules)]).effect()
  }

  static func risks(_ change: FacetChange<[CORSRule]>, on target: Target) -> [Risk] {
    CORSRisk.risks(from: change.before ?? [], to: change.after ?? [])
  }
}
