import CooperModel
import CooperProvider
import CooperSchema

/// `?cors` (S3 API Reference, PutBucketCors).
enum S3CORS: Facet {
  static let schema = CORSRule.facet

  static let sub = SubResource(
    name: "cors", document: .xml(root: "CORSConfiguration"), absentCodes: ["NoSuchCORSConfiguration"],
    readAction: "s3:GetBucketCORS", writeAction: "s3:PutBucketCORS")

  static func read(_ target: Target) -> any Procedure<Observed<[CORSRule]>> {
    sub.read(target) { (root, fields) throws(CallFailure) in
      var rules: [CORSRule] = []
      for element in root.children("CORSRule") { rules.append(try rule(element, fields)) }
      return rules.isEmpty ? nil : rules
    }
  }

  private static func rule(_ element: XMLElement, _ fields: FieldReader) throws(CallFailure) -> CORSRule {
    var rule = CORSRule()
    rule.id = element.text("ID")
    rule.origins = element.children("AllowedOrigin").map(\.text)
    rule.methods = element.children("AllowedMethod").map(\.text)
    rule.headers = element.children("AllowedHeader").map(\.text)
    rule.expose = element.children("ExposeHeader").map(\.text)
    rule.maxAge = try fields.integer(element, "MaxAgeSeconds").map { TimeSpan(seconds: $0) }
    return rule
  }

  /// The first rule that matches wins, so rules stay in order; inside a rule all lists are sets.
  static func canonical(_ model: [CORSRule], on site: Site) -> [CORSRule] {
    model.map { rule in
      var rule = rule
      if rule.id == "" { rule.id = nil }
      rule.origins = ordered(rule.origins) ?? []
      rule.methods = ordered(rule.methods) ?? []
      rule.headers = ordered(rule.headers)
      rule.expose = ordered(rule.expose)
      return rule
    }
  }

  private static func ordered(_ texts: [String]?) -> [String]? {
    guard let texts, !texts.isEmpty else { return nil }
    return Set(texts).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  static func write(_ change: FacetChange<[CORSRule]>, on target: Target) throws(CallFailure) -> Effect {
    // An empty document is malformed (provider-quirks section 2), so an empty list is a deletion.
    guard let rules = change.after, !rules.isEmpty else {
      return Effect(rank: FacetRank.other, .procedure(sub.clear(target)))
    }
    let body = XMLWriter.document("CORSConfiguration") { writer in
      for rule in rules { write(rule, &writer) }
    }
    return Effect(rank: FacetRank.other, .procedure(sub.write(target, isKnown: change.before != nil, body)))
  }

  private static func write(_ rule: CORSRule, _ writer: inout XMLWriter) {
    writer.element("CORSRule") {
      if let id = rule.id { $0.element("ID", id) }
      for origin in rule.origins { $0.element("AllowedOrigin", origin) }
      for method in rule.methods { $0.element("AllowedMethod", method) }
      for header in rule.headers ?? [] { $0.element("AllowedHeader", header) }
      for header in rule.expose ?? [] { $0.element("ExposeHeader", header) }
      if let maxAge = rule.maxAge { $0.element("MaxAgeSeconds", maxAge.seconds) }
    }
  }

  static func risks(_ change: FacetChange<[CORSRule]>, on target: Target) -> [Risk] {
    CORSRisk.risks(from: change.before ?? [], to: change.after ?? [])
  }
}
