internal import CooperDiagnostics
internal import CooperSchema
internal import CooperSyntax

/// The sections of the files of one origin: the project's own, or those of an environment.
struct Layer: Sendable {
  enum Role { case root, included, overlay }

  /// Maps by section and lists; each entry keeps the place where it was written.
  private(set) var named: [String: [SyntaxNode.Entry]] = [:]
  private(set) var lists: [String: [SyntaxNode]] = [:]
  private(set) var singles: [String: SyntaxNode.Entry] = [:]
  private var seen: [String: [String: Int]] = [:]

  /// Takes the sections of one document, and says what can't be taken.
  mutating func add(_ document: SyntaxNode, as role: Role, _ sections: Sections) -> [Diagnostic] {
    guard let entries = document.entries else {
      if case .missing = document.content { return [] }
      if document.isNull { return [] }
      return [.fileIsNoMap(document.range)]
    }
    var found: [Diagnostic] = []
    for entry in entries where !entry.key.hasPrefix("x-") {
      guard let form = sections.forms[entry.key] else {
        found.append(sections.isLater(entry.key) ? .sectionOfLaterBuild(entry) : .unknownSection(entry, sections))
        continue
      }
      if case .missing = entry.value.content, form != .rootOnly {
        found.append(.emptySection(entry, form))
        continue
      }
      switch form {
      case .rootOnly:
        if role == .root { singles[entry.key] = entry } else { found.append(.onlyInRoot(entry, role)) }
      case .single:
        if let first = singles[entry.key] {
          found.append(.sectionTwice(entry, first: first.keyRange))
        } else {
          singles[entry.key] = entry
        }
      case .named: addNamed(entry, &found)
      case .list:
        guard let elements = entry.value.elements else {
          found.append(.wrongSectionForm(entry, "a list"))
          continue
        }
        lists[entry.key, default: []] += elements
      }
    }
    return found
  }

  private mutating func addNamed(_ section: SyntaxNode.Entry, _ found: inout [Diagnostic]) {
    guard let entries = section.value.entries else {
      found.append(.wrongSectionForm(section, "a map from names"))
      return
    }
    let key = section.key
    named[key, default: []].reserveCapacity(entries.count)
    for entry in entries where !entry.key.hasPrefix("x-") {
      if let problem = nameProblem(entry.key, in: key) {
        found.append(.badName(entry, key, problem))
        continue
      }
      guard let index = seen[key]?[entry.key] else {
        seen[key, default: [:]][entry.key] = named[key]?.count ?? 0
        named[key, default: []].append(entry)
        continue
      }
      if key == "facets" {
        joinFacets(entry, at: index, &found)
      } else if let first = named[key]?[index] {
        found.append(.duplicateName(entry, key, first: first.keyRange))
      }
    }
  }

  /// Several files may add facets to one bucket, as long as they are different ones.
  private mutating func joinFacets(_ entry: SyntaxNode.Entry, at index: Int, _ found: inout [Diagnostic]) {
    guard var first = named["facets"]?[index], var facets = first.value.entries, let more = entry.value.entries else {
      return
    }
    for facet in more {
      if let other = facets.first(where: { $0.key == facet.key }) {
        found.append(.facetTwice(facet, of: entry.key, first: other.keyRange))
      } else {
        facets.append(facet)
      }
    }
    first.value.content = .mapping(facets)
    named["facets"]?[index] = first
  }

  /// Names become parts of addresses; those of `removed` and `adopted` are addresses.
  private func nameProblem(_ name: String, in section: String) -> String? {
    if name.isEmpty { return "it is empty" }
    if section == "removed" || section == "adopted" { return nil }
    if name.utf8.count > 128 { return "it is longer than 128 bytes" }
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "."): return "names hold no dots: addresses are written section.name"
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        continue
      default: return "names hold letters, digits, hyphens and underscores only"
      }
    }
    return nil
  }

  /// Moves what `facets:` gives into the buckets of this layer, so that everything later looks in one place.
  mutating func foldFacets() -> [Diagnostic] {
    var found: [Diagnostic] = []
    guard let additions = named.removeValue(forKey: "facets") else { return [] }
    var buckets = named["buckets"] ?? []
    var places = seen["buckets"] ?? [:]
    for addition in additions {
      guard let facets = addition.value.entries else {
        found.append(.wrongSectionForm(addition, "a map from facets"))
        continue
      }
      guard let index = places[addition.key] else {
        places[addition.key] = buckets.count
        buckets.append(addition)
        addedByFacets[addition.key] = addition.keyRange
        continue
      }
      guard case .mapping(var own) = buckets[index].value.content else { continue }
      for facet in facets {
        if let first = own.first(where: { $0.key == facet.key }) {
          found.append(.facetTwice(facet, of: addition.key, first: first.keyRange))
        } else {
          own.append(facet)
        }
      }
      buckets[index].value.content = .mapping(own)
    }
    named["buckets"] = buckets
    seen["buckets"] = places
    return found
  }

  /// Buckets that only `facets:` names, with the place; they must be declared in another layer.
  private(set) var addedByFacets: [String: SourceRange] = [:]

  /// Lays an environment over this layer: maps by name, blocks by identity, lists whole; a null removes.
  mutating func overlay(_ upper: Layer, _ shapes: ProjectShapes) -> [Diagnostic] {
    var found: [Diagnostic] = []
    let merge = NodeMerge(keepsBasePlaces: true)
    for (section, entries) in upper.named where section != "variables" {
      let shape = shapes.ofEntries(in: section)
      for entry in entries {
        guard let index = seen[section]?[entry.key] else {
          if entry.value.isNull { found.append(.nothingToRemove(entry, section)) }
          seen[section, default: [:]][entry.key] = named[section]?.count ?? 0
          named[section, default: []].append(entry)
          if let range = upper.addedByFacets[entry.key], section == "buckets" { addedByFacets[entry.key] = range }
          continue
        }
        guard var base = named[section]?[index] else { continue }
        base.value = merge.merged(base.value, entry.value, shape)
        named[section]?[index] = base
        if section == "buckets", upper.addedByFacets[entry.key] == nil { addedByFacets[entry.key] = nil }
      }
    }
    for (section, elements) in upper.lists { lists[section] = elements }
    for (section, entry) in upper.singles {
      if var base = singles[section] {
        base.value = merge.merged(base.value, entry.value, nil)
        singles[section] = base
      } else {
        singles[section] = entry
      }
    }
    return found
  }
}

extension Diagnostic {
  static func fileIsNoMap(_ range: SourceRange) -> Diagnostic {
    Diagnostic(.fileIsNoMap, .error, "A project file must be a map from sections such as \"buckets\"", at: range)
  }

  static func unknownSection(_ entry: SyntaxNode.Entry, _ sections: Sections) -> Diagnostic {
    var diagnostic = Diagnostic.unknown(
      "section", entry.key, at: entry.keyRange, among: sections.names, code: .unknownSection)
    if diagnostic.fix.isEmpty {
      diagnostic.notes.append(Note("the sections of the language:  cooper schema, docs/reference"))
      diagnostic.fix = ["keys of your own begin with x-:  x-\(entry.key)"]
    }
    return diagnostic
  }

  static func sectionOfLaterBuild(_ entry: SyntaxNode.Entry) -> Diagnostic {
    Diagnostic(
      .sectionOfLaterBuild, .error, "This build of cooper does not know \"\(entry.key)\" yet", at: entry.keyRange,
      notes: [Note("the section belongs to the language, but no provider in this build has its kind")],
      fix: ["take the section out, or use a newer cooper"])
  }

  static func onlyInRoot(_ entry: SyntaxNode.Entry, _ role: Layer.Role) -> Diagnostic {
    Diagnostic(
      .onlyInRoot, .error, "\"\(entry.key)\" may stand in cooper.yaml only", at: entry.keyRange,
      notes: [Note(role == .overlay ? "an environment can't change it" : "this file is included")])
  }

  static func emptySection(_ entry: SyntaxNode.Entry, _ form: SectionForm) -> Diagnostic {
    let empty = if case .list = form { "[]" } else { "{}" }
    return Diagnostic(
      .emptySection, .error, "Section \"\(entry.key)\" has nothing in it", at: entry.keyRange,
      fix: ["write  \(entry.key): \(empty)   or take the line out"])
  }

  static func wrongSectionForm(_ entry: SyntaxNode.Entry, _ form: String) -> Diagnostic {
    Diagnostic(
      .wrongSectionForm, .error, "\"\(entry.key)\" must be \(form)", at: entry.value.range,
      fix: Sections.examples[entry.key].map { ["for example  \(entry.key): \($0)"] } ?? [])
  }

  static func sectionTwice(_ entry: SyntaxNode.Entry, first: SourceRange) -> Diagnostic {
    Diagnostic(
      .sectionTwice, .error, "Section \"\(entry.key)\" is written twice", at: entry.keyRange,
      notes: [Note("the first one is here", at: first)])
  }

  static func badName(_ entry: SyntaxNode.Entry, _ section: String, _ problem: String) -> Diagnostic {
    Diagnostic(
      .badName, .error, "\"\(entry.key)\" is no name for an entry of \"\(section)\"", at: entry.keyRange,
      notes: [Note(problem)])
  }

  static func duplicateName(_ entry: SyntaxNode.Entry, _ section: String, first: SourceRange) -> Diagnostic {
    Diagnostic(
      .duplicateName, .error, "\(section).\(entry.key) is declared twice", at: entry.keyRange,
      notes: [Note("the first declaration is here", at: first)],
      fix: ["rename one of them, or put what they share into a profile"])
  }

  static func facetTwice(_ facet: SyntaxNode.Entry, of bucket: String, first: SourceRange) -> Diagnostic {
    Diagnostic(
      .facetTwice, .error, "\"\(facet.key)\" of buckets.\(bucket) is set in two places", at: facet.keyRange,
      notes: [Note("the other place is here", at: first)],
      fix: ["keep one of them; only profiles and environments may give a value that another place changes"])
  }

  static func nothingToRemove(_ entry: SyntaxNode.Entry, _ section: String) -> Diagnostic {
    Diagnostic(
      .nothingToRemove, .warning, "There is no \(section).\(entry.key) that this could remove", at: entry.keyRange)
  }
}
