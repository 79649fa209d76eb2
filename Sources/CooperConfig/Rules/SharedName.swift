internal import CooperDiagnostics
internal import CooperModel

/// FB-21: Flashback wants one name once over all S3 buckets, GCS buckets and Azure storage accounts.
enum SharedName: ConfigurationRule {
  static let name = "shared-name"

  /// Containers count by their account: several of one account are fine.
  private static let named: [String: String] = ["s3": "buckets", "gcs": "buckets", "azure": "storageAccounts"]

  static func findings(in context: RuleContext) -> [Diagnostic] {
    var found: [Diagnostic] = []
    var earlier: [String: ResourceDeclaration] = [:]
    for resource in context.configuration.resources {
      guard let type = context.connectionType(of: resource), named[type.provider] == resource.address.section else {
        continue
      }
      guard let other = earlier[resource.name] else {
        earlier[resource.name] = resource
        continue
      }
      // Two declarations of one bucket are an error of another rule.
      if !isSameStore(resource, other, context) { found.append(.sharedName(resource, other)) }
    }
    return found
  }

  private static func isSameStore(
    _ a: ResourceDeclaration, _ b: ResourceDeclaration, _ context: RuleContext
  ) -> Bool {
    guard let first = context.configuration.connections[a.connection]?.declaration,
      let second = context.configuration.connections[b.connection]?.declaration,
      let firstType = context.connectionType(of: a), let secondType = context.connectionType(of: b)
    else { return true }
    return DuplicateIdentity.isSameStore(first, firstType, second, secondType)
  }
}

extension DiagnosticCode {
  static let sharedName = DiagnosticCode("RUL0002")
}

extension Diagnostic {
  fileprivate static func sharedName(_ resource: ResourceDeclaration, _ other: ResourceDeclaration) -> Diagnostic {
    Diagnostic(
      .sharedName, .warning, "The name \"\(resource.name)\" is used on two stores", at: resource.range,
      notes: [
        Note("also by \(other.address)", at: other.range),
        Note("Flashback tells buckets apart by name alone (FB-21)"),
      ], fix: ["give one of them another bucketName, or write  rules: { shared-name: off }"])
  }
}
