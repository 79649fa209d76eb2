internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// FB-21: Flashback wants one name once over all S3 buckets, GCS buckets and Azure storage accounts.
enum SharedName: ConfigurationRule {
  static let name = "shared-name"
  static let level = RuleLevel.warning
  static let entries: [CatalogueEntry] = [
    .init(
      .sharedName, "One name on several stores (FB-21, R-03)",
      "Flashback tells buckets, containers and accounts apart by name alone, over the whole project. Between buckets that are "
        + "registered there it is an error, elsewhere a warning.",
      fix: "Rename one, or switch the rule off where nothing is registered: rules: { shared-name: off }.")
  ]

  /// Containers count by their account: several of one account are fine.
  private static let named: [String: String] = ["s3": "buckets", "gcs": "buckets", "azure": "storageAccounts"]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    var found: [Diagnostic] = []
    var earlier: [String: ResourceDeclaration] = [:]
    let registered = registeredInFlashback(context)
    for resource in context.configuration.resources {
      guard let type = context.connectionType(of: resource), named[type.provider] == resource.address.section else {
        continue
      }
      guard let other = earlier[resource.name] else {
        earlier[resource.name] = resource
        continue
      }
      // Two declarations of one bucket are an error of another rule.
      if isSameStore(resource, other, context) { continue }
      let both = registered.isSuperset(of: [resource.address, other.address])
      found.append(.sharedName(resource, other, both ? .error : .warning))
    }
    return found
  }

  /// Buckets that are entered there, and the accounts of containers that are.
  private static func registeredInFlashback(_ context: RuleContext) -> Set<Address> {
    var registered: Set<Address> = []
    for entry in context.resources(in: "registrations") where context.platform(of: entry) == "flashback" {
      guard let bucket = context.reference(entry, "bucket", in: BucketKind.section) else { continue }
      registered.insert(bucket.address)
      if let account = bucket.settings["account"]?.string { registered.insert(Address("storageAccounts", account)) }
    }
    return registered
  }

  private static func isSameStore(
    _ a: ResourceDeclaration, _ b: ResourceDeclaration, _ context: RuleContext
  ) -> Bool {
    guard let first = context.configuration.connections[a.connection]?.declaration,
      let second = context.configuration.connections[b.connection]?.declaration,
      let firstType = context.connectionType(of: a), let secondType = context.connectionType(of: b)
    else { return true }
    return DuplicateIdentity.isSameStore(first, firstType, second, secondType, context.ground)
  }
}

extension DiagnosticCode {
  static let sharedName = DiagnosticCode("RUL0002")
}

extension Diagnostic {
  fileprivate static func sharedName(
    _ resource: ResourceDeclaration, _ other: ResourceDeclaration, _ severity: Severity
  ) -> Diagnostic {
    var fix = ["give one of them another bucketName"]
    if severity != .error { fix[0] += ", or write  rules: { shared-name: off }" }
    return Diagnostic(
      .sharedName, severity, "\(resource.address) has the name \"\(resource.name)\", used on two stores",
      at: resource.range,
      notes: [
        Note("also by \(other.address)", at: other.range),
        Note("Flashback tells buckets apart by name alone (FB-21)"),
      ], fix: fix, subject: resource.address.description)
  }
}
