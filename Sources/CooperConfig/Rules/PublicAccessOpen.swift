internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// Public buckets are how data leaks; a block that nobody declared is a block that nobody keeps.
enum PublicAccessOpen: ConfigurationRule {
  static let name = "public-access"
  static let level = RuleLevel.warning
  static let isGuard = true
  static let entries: [CatalogueEntry] = [
    .init(
      .publicAccessOpen, "Public access is not blocked",
      "Of the four flags of the block at least one is off, or on AWS the block isn't declared: then Cooper neither sets nor "
        + "checks it, whatever it is at the provider. New buckets at AWS have it since April 2023, and anybody with the "
        + "right may take it off. A public acl, anonymousAccess of a container and a binding for allUsers are findings on "
        + "every store.",
      fix: "Write publicAccess: blocked, or an exception with its reason where data is meant to be public.")
  ]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    context.ownBuckets.compactMap { block($0, context) } + context.ownBuckets.flatMap(openings)
  }

  private static func block(_ bucket: ResourceDeclaration, _ context: RuleContext) -> Diagnostic? {
    guard let facet = bucket.facet("publicAccess") else { return context.isAWS(bucket) ? .undeclared(bucket) : nil }
    guard let value = try? PublicAccess(value: facet.value), value != .blocked else { return nil }
    return .open(bucket, value, facet.range)
  }

  /// What lets everybody in on its own: a canned ACL, a binding of Google, the level of a container.
  private static func openings(_ bucket: ResourceDeclaration) -> [Diagnostic] {
    var found: [Diagnostic] = []
    if let facet = bucket.facet("acl"), let word = facet.value.string, publicACLs.contains(word) {
      found.append(.opened(bucket, "is public by its acl \(word)", facet.range, "private"))
    }
    if let facet = bucket.facet("anonymousAccess"), let word = facet.value.string, word != "none" {
      found.append(.opened(bucket, "is public by anonymousAccess \(word)", facet.range, "none"))
    }
    if let facet = bucket.facet("iam"), let bindings = try? [IAMBinding](value: facet.value) {
      for binding in bindings where binding.condition == nil {
        for member in binding.members where member == "allUsers" || member == "allAuthenticatedUsers" {
          found.append(.opened(bucket, "gives \(binding.role) to \(member)", facet.range, nil))
        }
      }
    }
    return found
  }

  /// Canned ACLs that name everybody, or everybody with an account anywhere (S3 User Guide, canned ACL).
  private static let publicACLs: Set<String> = ["public-read", "public-read-write", "authenticated-read"]
}

extension DiagnosticCode {
  static let publicAccessOpen = DiagnosticCode("RUL0020")
}

extension Diagnostic {
  fileprivate static func undeclared(_ bucket: ResourceDeclaration) -> Diagnostic {
    .guarding(
      .publicAccessOpen, bucket, "doesn't declare publicAccess",
      notes: [Note("not managed: Cooper neither sets nor checks it")], fix: ["write  publicAccess: blocked"])
  }

  fileprivate static func opened(
    _ bucket: ResourceDeclaration, _ words: String, _ range: SourceRange?, _ safe: String?
  ) -> Diagnostic {
    .guarding(
      .publicAccessOpen, bucket, words, at: range, fix: [safe.map { "write  \($0)" } ?? "name whom it is meant for"])
  }

  fileprivate static func open(
    _ bucket: ResourceDeclaration, _ value: PublicAccess, _ range: SourceRange?
  ) -> Diagnostic {
    let off = PublicAccess.blocked.flagsLost(in: value).joined(separator: ", ")
    return .guarding(
      .publicAccessOpen, bucket, "lets data be made public", at: range, notes: [Note("off: \(off)")],
      fix: ["write  publicAccess: blocked"])
  }
}
