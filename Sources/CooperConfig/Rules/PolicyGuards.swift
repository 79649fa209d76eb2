internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// A statement in the few terms that guards ask about.
struct GuardedStatement {
  let value: Value
  let index: Int

  static func all(of facet: FacetDeclaration) -> [GuardedStatement] {
    BucketPolicy(facet.value).statements.enumerated().map { GuardedStatement(value: $1, index: $0) }
  }

  var allows: Bool { value["Effect"]?.string?.lowercased() == "allow" }
  var denies: Bool { value["Effect"]?.string?.lowercased() == "deny" }
  var hasCondition: Bool { value["Condition"]?.map?.isEmpty == false }
  var name: String { value["Sid"]?.string.flatMap { $0.isEmpty ? nil : "statement \($0)" } ?? "statement \(index + 1)" }

  /// `"*"`, or `*` under any kind of principal; everybody but somebody is everybody.
  var isForEverybody: Bool {
    if value["NotPrincipal"] != nil { return true }
    guard let principal = value["Principal"] else { return false }
    if let kinds = principal.map { return kinds.contains { Self.texts($0.value).contains("*") } }
    return Self.texts(principal).contains("*")
  }

  var allowsAllActions: Bool {
    allows
      && (value["NotAction"] != nil || Self.texts(value["Action"]).contains { $0 == "*" || $0.lowercased() == "s3:*" })
  }

  /// Refuses every request that doesn't come over TLS.
  var refusesPlainRequests: Bool {
    guard denies, isForEverybody,
      Self.texts(value["Action"]).contains(where: { $0 == "*" || $0.lowercased() == "s3:*" })
    else { return false }
    for pair in value["Condition"]?.map ?? ValueMap() where pair.key.lowercased().hasPrefix("bool") {
      for condition in pair.value.map ?? ValueMap() where condition.key.lowercased() == "aws:securetransport" {
        if condition.value == .bool(false) || Self.texts(condition.value).contains("false") { return true }
      }
    }
    return false
  }

  private static func texts(_ value: Value?) -> [String] {
    guard let value else { return [] }
    return (value.list ?? [value]).compactMap(\.string)
  }

  /// Where the statement was written, as deep as the tree shows it.
  func range(in bucket: ResourceDeclaration, _ facet: FacetDeclaration, key: String) -> SourceRange? {
    guard let statements = bucket.node?["policy"]?.value["Statement"]?.value else { return facet.range }
    let elements = statements.elements ?? [statements]
    // A document that was joined from several sources has more statements than one text shows.
    guard elements.indices.contains(index), BucketPolicy(facet.value).statements.count == elements.count else {
      return facet.range
    }
    return elements[index][key]?.keyRange ?? elements[index].range
  }
}
