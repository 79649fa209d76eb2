internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// S3 has no switch for credentials in CORS, so what a rule opens follows from its origins.
enum CORSOpen: ConfigurationRule {
  static let name = "cors-open"
  static let level = RuleLevel.warning
  static let isGuard = true
  static let entries: [CatalogueEntry] = [
    .init(
      .corsOpen, "Any website may use the bucket",
      "S3 has no switch for credentials. To the origin * it answers with *, and browsers then send none; reading public "
        + "files that way is usual and no finding. It is one when such a rule also lets any site write (PUT, POST, DELETE), or "
        + "lets it name or read the headers that carry credentials. To a pattern such as https://* S3 answers with the very "
        + "origin that asks and allows credentials, so that is a finding whatever the method.",
      fix: "Name the origins, e.g. https://shop.acme.example or https://*.acme.example.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.flatMap { bucket -> [Diagnostic] in
      guard let facet = bucket.facet("cors"), let rules = try? [CORSRule](value: facet.value) else { return [] }
      return rules.enumerated().compactMap { index, rule in
        words(rule).map { .corsOpen(bucket, index, $0, facet) }
      }
    }
  }

  /// What a rule opens to every site; nil when nothing that matters.
  private static func words(_ rule: CORSRule) -> String? {
    if let pattern = rule.origins.first(where: isAnyHost) {
      return "answers every site with credentials allowed, by the origin \(pattern)"
    }
    guard rule.origins.contains("*") else { return nil }
    let writing = rule.methods.filter { ["PUT", "POST", "DELETE"].contains($0) }
    if !writing.isEmpty { return "lets any site send \(writing.joined(separator: ", "))" }
    let headers = ((rule.headers ?? []) + (rule.expose ?? [])).filter { credentials.contains($0.lowercased()) }
    return headers.isEmpty ? nil : "lets any site use the header \(headers[0])"
  }

  private static let credentials: Set<String> = [
    "authorization", "cookie", "set-cookie", "x-amz-security-token", "x-amz-server-side-encryption-customer-key",
  ]

  /// A scheme with a star for all of the host, or a star that covers the scheme too.
  private static func isAnyHost(_ origin: String) -> Bool {
    guard origin != "*", let star = origin.firstIndex(of: "*") else { return false }
    let after = origin[origin.index(after: star)...]
    return after.isEmpty || after.hasPrefix(":") || (after.hasPrefix(".") && !after.dropFirst().contains("."))
  }
}

extension DiagnosticCode {
  static let corsOpen = DiagnosticCode("RUL0026")
}

extension Diagnostic {
  fileprivate static func corsOpen(
    _ bucket: ResourceDeclaration, _ index: Int, _ words: String, _ facet: FacetDeclaration
  ) -> Diagnostic {
    let elements = bucket.node?["cors"]?.value.elements ?? []
    let rule = elements.indices.contains(index) ? elements[index] : nil
    return .guarding(
      .corsOpen, bucket, words, at: rule?["origins"]?.keyRange ?? rule?.range ?? facet.range,
      fix: ["name the origins, e.g. https://shop.acme.example"])
  }
}
