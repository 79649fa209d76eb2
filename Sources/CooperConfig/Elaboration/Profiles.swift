internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// A list of profiles on one type of connection; buckets that agree in it inherit the same.
struct ProfileUse: Hashable {
  var names: [String]
  var connectionType: String?
}

/// What profiles give to a bucket.
struct Inherited {
  var entries: [SyntaxNode.Entry]
  /// Facets in which nothing is to be substituted: their values are made once for all buckets.
  var values: [String: SharedFacet] = [:]
}

/// A facet that a bucket takes from its profiles as it stands there.
struct SharedFacet {
  /// In the order in which it was written, so that paths of problems lead to the right line.
  var written: Value
  var value: Value
  /// What is wrong with it anywhere, and on the type of connection.
  var problems: [FacetProblem]
}

extension Elaborator {
  mutating func collectProfiles() {
    for entry in layer.named["profiles"] ?? [] where !entry.value.isNull {
      guard let fields = entry.value.entries else {
        report(.wrongResourceForm(entry, "profiles"))
        continue
      }
      profiles[entry.key] = entry
      checkProfile(entry.key, fields)
    }
  }

  /// Finds what is wrong in a profile even when no bucket uses it.
  private mutating func checkProfile(_ name: String, _ fields: [SyntaxNode.Entry]) {
    guard let kind = kinds["buckets"] else { return }
    for field in fields where !field.key.hasPrefix("x-") {
      if catalog.connectionTypes[field.key] != nil {
        guard let block = field.value.entries else {
          if !field.value.isNull { report(.wrongTypeBlock(field)) }
          continue
        }
        for inner in block where !inner.key.hasPrefix("x-") {
          if inner.key == "connection" { report(.typeBlockSetsConnection(inner, field.key)) }
          checkProfileField(inner, kind, blocks: [])
        }
      } else {
        checkProfileField(field, kind, blocks: catalog.connectionTypes.keys.sorted())
      }
    }
  }

  private mutating func checkProfileField(_ field: SyntaxNode.Entry, _ kind: KindIndex, blocks: [String]) {
    if field.key == "profile" {
      report(.profileInProfile(field))
    } else if kind.shape(of: field.key) == nil {
      report(
        .unknown(
          "field", field.key, at: field.keyRange, among: kind.fieldNames + blocks, code: .unknownResourceField))
    }
    if field.key == "deletion", field.value.scalar?.text == DeletionPolicy.purge.rawValue {
      report(.purgeFromProfile(field.value.range))
    }
  }

  /// Lays the named profiles over each other, each with its block for the type of connection on top.
  mutating func inherited(_ use: ProfileUse, _ kind: KindIndex) -> Inherited {
    if let known = inheritedByUse[use] { return known }
    let merge = NodeMerge(keepsBasePlaces: false)
    var entries: [SyntaxNode.Entry] = []
    for name in use.names {
      guard let fields = profiles[name]?.value.entries else { continue }
      let general = fields.filter {
        $0.key != "profile" && catalog.connectionTypes[$0.key] == nil && kind.shape(of: $0.key) != nil
      }
      entries = merge.merged(entries, general) { kind.shape(of: $0) }
      guard let type = use.connectionType,
        let block = fields.first(where: { $0.key == type })?.value.entries
      else { continue }
      let special = block.filter {
        $0.key != "profile" && $0.key != "connection" && kind.shape(of: $0.key) != nil
      }
      entries = merge.merged(entries, special) { kind.shape(of: $0) }
    }
    let result = Inherited(entries: entries, values: sharedFacets(entries, kind, use))
    inheritedByUse[use] = result
    return result
  }

  private mutating func sharedFacets(
    _ entries: [SyntaxNode.Entry], _ kind: KindIndex, _ use: ProfileUse
  ) -> [String: SharedFacet] {
    let type = use.connectionType.flatMap { catalog.connectionTypes[$0] }
    let support = type?.support[kind.kind.section]
    var result: [String: SharedFacet] = [:]
    for entry in entries {
      guard let facet = kind.facets[entry.key], !entry.value.isNull, !needsSubstitution(entry.value) else { continue }
      let found = check(entry.value, against: facet.shape, named: entry.key, key: entry.keyRange)
      guard !found.hasErrors, let value = found.value else { continue }
      for diagnostic in found.diagnostics { report(diagnostic) }
      result[entry.key] = SharedFacet(
        written: value, value: canonical(value, facet.shape),
        problems: facet.problems(value) + (support?.facetProblem(facet.name, value) ?? []))
    }
    return result
  }

  private func needsSubstitution(_ node: SyntaxNode) -> Bool {
    switch node.content {
    case .missing: false
    case .scalar(let scalar): Template.isNeeded(for: scalar.text)
    case .sequence(let elements): elements.contains { needsSubstitution($0) }
    case .mapping(let entries):
      entries.contains { Template.isNeeded(for: $0.key) || needsSubstitution($0.value) }
    }
  }
}

extension Diagnostic {
  static func wrongTypeBlock(_ field: SyntaxNode.Entry) -> Diagnostic {
    Diagnostic(
      .wrongProfileForm, .error, "\"\(field.key)\" in a profile is a block for connections of that type",
      at: field.value.range, fix: ["write a map of bucket fields"])
  }

  static func profileInProfile(_ field: SyntaxNode.Entry) -> Diagnostic {
    Diagnostic(
      .wrongProfileForm, .error, "A profile can't use other profiles", at: field.keyRange,
      fix: ["list all of them at the bucket; later ones win"])
  }

  static func typeBlockSetsConnection(_ field: SyntaxNode.Entry, _ type: String) -> Diagnostic {
    Diagnostic(
      .typeBlockSetsConnection, .error, "The block \"\(type)\" of a profile can't set \"connection\"",
      at: field.keyRange, notes: [Note("the block is chosen by the type of the bucket's connection")])
  }

  static func purgeFromProfile(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .purgeFromProfile, .error, "\"deletion: purge\" can't come from a profile", at: range,
      notes: [Note("it lets Cooper destroy all objects of a bucket, so it stands at that bucket")],
      fix: ["write it at each bucket that it is meant for"])
  }
}
