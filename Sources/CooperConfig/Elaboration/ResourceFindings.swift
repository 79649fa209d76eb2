internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// What can be wrong with a resource, in words.
extension Diagnostic {
  static func kindNotHeld(_ draft: ResourceDraft, _ type: ConnectionType, _ holders: [String]) -> Diagnostic {
    Diagnostic(
      .kindNotHeld, .error,
      "\(draft.address) can't be on connection \"\(draft.connection ?? "")\": type \(type.name) holds no \(draft.kind.kind.section)",
      at: draft.keyRange,
      notes: holders.isEmpty ? [] : [Note("types that hold them: " + holders.joined(separator: ", "))])
  }

  static func variantNotHeld(
    _ draft: ResourceDraft, _ type: ConnectionType, _ field: SyntaxNode.Entry, _ held: Set<String>
  ) -> Diagnostic {
    Diagnostic(
      .kindNotHeld, .error,
      "\(draft.address) can't be on connection \"\(draft.connection ?? "")\": type \(type.name) holds no "
        + "\(draft.kind.kind.section) of \(field.key) \(field.value.scalar?.text ?? "")",
      at: field.value.range, notes: [Note("it holds: " + held.sorted().joined(separator: ", "))])
  }

  static func fieldOfOtherVariant(
    _ entry: SyntaxNode.Entry, _ address: Address, _ field: String, _ word: String, _ owners: [String]
  ) -> Diagnostic {
    Diagnostic(
      .fieldOfOtherVariant, .error, "\"\(entry.key)\" means nothing at \(address), whose \(field) is \(word)",
      at: entry.keyRange, notes: owners.isEmpty ? [] : [Note("it goes with: " + owners.joined(separator: ", "))],
      fix: ["take it out"])
  }

  static func missingField(_ name: String, _ draft: ResourceDraft, _ summary: String?) -> Diagnostic {
    Diagnostic(
      .missingResourceField, .error, "\(draft.address) has no \(name)", at: draft.keyRange,
      notes: summary.map { [Note("\(name): \($0)")] } ?? [],
      fix: draft.kind.settings[name]?.example.map { ["write  \(name): \($0)"] } ?? [])
  }

  static func badNativeName(
    _ name: String, _ problem: String, _ field: SyntaxNode.Entry?, _ draft: ResourceDraft
  ) -> Diagnostic {
    var notes = [Note(problem)]
    if field == nil { notes.append(Note("the name is the key, because \"\(draft.kind.nameField)\" is not written")) }
    return Diagnostic(
      .badNativeName, .error, "\"\(name)\" can't be the name of \(article(draft.kind.kind.name))",
      at: field?.value.range ?? draft.keyRange, notes: notes,
      fix: field == nil ? ["write a  \(draft.kind.nameField):   of its own"] : [])
  }

  static func settingNotHeld(_ entry: SyntaxNode.Entry, _ address: Address, _ type: ConnectionType) -> Diagnostic {
    Diagnostic(
      .settingNotHeld, .error, "\"\(entry.key)\" means nothing on a connection of type \(type.name)",
      at: entry.keyRange, notes: [Note("used by \(address)")], fix: ["take it out"])
  }

  static func missingSetting(_ name: String, _ draft: ResourceDraft, _ type: ConnectionType) -> Diagnostic {
    // Only what the connection has a field for can stand there.
    let elsewhere =
      type.settings[name] == nil
      ? "" : ", or at connection \"\(draft.connection ?? "")\" for all of its \(draft.kind.kind.section)"
    return Diagnostic(
      .missingSetting, .error, "\(draft.address) has no \(name)", at: draft.keyRange,
      notes: [Note("a connection of type \(type.name) can't do without it")],
      fix: ["write  \(name): …   at the \(draft.kind.kind.name)" + elsewhere])
  }

  static func facetNotHeld(
    _ entry: SyntaxNode.Entry, _ draft: ResourceDraft, _ type: ConnectionType, _ reason: String, _ nearest: String?
  ) -> Diagnostic {
    var notes = [Note(reason)]
    if let nearest { notes.append(Note("nearest: " + nearest)) }
    let isOwn = draft.own.contains { $0.key == entry.key }
    notes.append(
      Note("\(draft.address) is on connection \"\(draft.connection ?? "")\"", at: isOwn ? nil : draft.keyRange))
    return Diagnostic(
      .facetNotHeld, .error, "A connection of type \(type.name) can't hold \"\(entry.key)\"", at: entry.keyRange,
      notes: notes,
      fix: isOwn ? ["take it out"] : ["opt out in the profile:  \(type.name): { \(entry.key): null }"])
  }

  static func emptyFacet(_ entry: SyntaxNode.Entry, _ facet: FacetSchema, inherited: SourceRange?) -> Diagnostic {
    var fix: [String] = []
    var notes = [Note("cleared, or not managed? An empty key could mean either", at: entry.keyRange)]
    if let cleared = facet.cleared {
      fix.append("write  \(entry.key): \(cleared.list == nil ? "{}" : "[]")     to clear it at the provider")
    } else if let example = facet.example {
      fix.append("write  \(entry.key): \(example)")
    }
    fix.append("write  \(entry.key): null   to leave it alone")
    if let inherited { notes.append(Note("a profile gives a value, which null opts out of", at: inherited)) }
    return Diagnostic(
      .emptyFacet, .error, "\"\(entry.key)\" has no value", at: entry.keyRange, notes: notes, fix: fix)
  }

  /// Points at the deepest node on the problem's path that was written.
  static func facet(_ problem: FacetProblem, _ entry: SyntaxNode.Entry) -> Diagnostic {
    var node = entry.value
    var range = problem.path.isEmpty ? entry.keyRange : entry.value.range
    walk: for step in problem.path {
      switch node.content {
      case .mapping:
        guard let found = node[step] else { break walk }
        range = found.value.entries == nil ? found.value.range : found.keyRange
        node = found.value
      case .sequence(let elements):
        guard let index = Int(step), elements.indices.contains(index) else { break walk }
        node = elements[index]
        range = node.range
      default: break walk
      }
    }
    return Diagnostic(
      DiagnosticCode(problem.code), .error, problem.message, at: range,
      // A single word is a value to write, anything else a sentence.
      fix: problem.fix.map { [$0.contains(" ") ? $0 : "write  " + $0] } ?? [])
  }
}

/// `a bucket`, `an identity`.
private func article(_ noun: String) -> String {
  (noun.first.map { "aeio".contains($0) } ?? false ? "an " : "a ") + noun
}
