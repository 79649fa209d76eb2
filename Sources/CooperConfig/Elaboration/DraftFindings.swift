internal import CooperDiagnostics
internal import CooperModel
internal import CooperSyntax

/// What can be wrong with the place where a resource lives, in words.
extension Diagnostic {
  static func wrongResourceForm(_ entry: SyntaxNode.Entry, _ section: String) -> Diagnostic {
    let example = ["buckets": "{ connection: aws }", "connections": "{ type: aws, region: eu-west-1 }"][section]
    if case .missing = entry.value.content {
      return Diagnostic(
        .wrongResourceForm, .error, "\(section).\(entry.key) has nothing behind it", at: entry.keyRange,
        fix: ["write  \(entry.key): \(example ?? "{}")   or take the line out"])
    }
    return Diagnostic(
      .wrongResourceForm, .error, "\(section).\(entry.key) must be a map of fields", at: entry.value.range,
      fix: ["for example  \(entry.key): \(example ?? "{ field: value }")"])
  }

  static func noConnection(_ draft: ResourceDraft, _ known: [String]) -> Diagnostic {
    let kind = draft.kind.kind
    let source = draft.variant?.connection ?? kind.connection
    let inProfile = draft.kind.settings["profile"] == nil ? "" : " or in one of its profiles"
    return Diagnostic(
      .noConnection, .error, "\(draft.address) names no connection", at: draft.keyRange,
      notes: [Note(known.isEmpty ? "the project has none" : "known: " + known.joined(separator: ", "))],
      fix: ["write  \(source.fields.first ?? "connection"): \(known.first ?? "aws")   at the \(kind.name)\(inProfile)"])
  }

  static func noVariant(_ address: Address, _ range: SourceRange, _ variants: KindVariants) -> Diagnostic {
    Diagnostic(
      .noVariant, .error, "\(address) has no \(variants.field)", at: range,
      notes: [Note("known: " + variants.cases.keys.sorted().joined(separator: ", "))],
      fix: ["write  \(variants.field): \(variants.cases.keys.sorted().first ?? "")   or another"])
  }

  static func onePlaceNeeded(
    _ draft: ResourceDraft, _ field: SyntaxNode.Entry, _ named: [SyntaxNode.Entry]
  ) -> Diagnostic {
    let kind = draft.kind.kind.name
    return Diagnostic(
      .onePlaceNeeded, .error,
      named.isEmpty
        ? "\"\(field.key)\" of \(draft.address) names no connection"
        : "\"\(field.key)\" of \(draft.address) names \(named.count) connections", at: field.keyRange,
      notes: [Note("each \(kind) is one thing on one platform, with a record and an address of its own")],
      fix: named.isEmpty
        ? ["write  \(field.key): { CONNECTION: {} }"] : ["write a block under another name for each connection"])
  }

  static func nameBornInApply(_ draft: ResourceDraft, _ output: String, _ field: SyntaxNode.Entry?) -> Diagnostic {
    Diagnostic(
      .nameBornInApply, .error, "The name of \(draft.address) would be known after apply only",
      at: field?.value.range ?? draft.keyRange, notes: [Note("it comes from $(\(output)), which is born in apply")],
      fix: ["write a name that is known before, so that a plan can say what it is about"])
  }
}
