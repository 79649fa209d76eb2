internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// A resource whose connection is known and whose profiles are laid under it, before substitution.
struct ResourceDraft {
  var address: Address
  var kind: KindIndex
  var keyRange: SourceRange
  /// The range of its block.
  var range: SourceRange
  var own: [SyntaxNode.Entry]
  var merged: [SyntaxNode.Entry]
  var use: ProfileUse
  /// The connection's name as written; nil when there is none, which is then reported already.
  var connection: String?
  var nativeName: Lazy = .untouched
  var region: Lazy = .untouched

  /// A text that may need those of other resources; being in progress twice is a cycle.
  enum Lazy: Equatable {
    case untouched, inProgress, none, failed
    case text(String)
  }
}

extension Elaborator {
  mutating func draftResources() {
    for (section, kind) in kinds.sorted(by: { $0.key < $1.key }) {
      let entries = layer.named[section] ?? []
      var places: [String: Int] = [:]
      places.reserveCapacity(entries.count)
      for entry in entries where !entry.value.isNull {
        if section == "buckets", let range = layer.addedByFacets[entry.key] {
          let known = entries.map(\.key).filter { layer.addedByFacets[$0] == nil }
          report(.unknown("bucket", entry.key, at: range, among: known, code: .facetsOfNothing))
          continue
        }
        guard entry.value.entries != nil else {
          report(.wrongResourceForm(entry, section))
          continue
        }
        places[entry.key] = drafts.count
        drafts.append(draft(entry, kind))
      }
      draftPlaces[section] = places
    }
  }

  private mutating func draft(_ entry: SyntaxNode.Entry, _ kind: KindIndex) -> ResourceDraft {
    let own = (entry.value.entries ?? []).filter { !$0.key.hasPrefix("x-") }
    let names = kind.settings["profile"] == nil ? [] : profileNames(own)
    var connectionField = own.first { $0.key == "connection" }
    if connectionField == nil {
      for name in names {
        if let field = profiles[name]?.value["connection"] { connectionField = field }
      }
    }
    let address = Address(kind.kind.section, entry.key)
    let connection = connectionName(connectionField, address, entry.keyRange)
    let use = ProfileUse(names: names, connectionType: connection.flatMap { connections[$0]?.declaration.type })
    let inherited = names.isEmpty ? [] : inherited(use, kind).entries
    let merged =
      inherited.isEmpty
      ? own : NodeMerge(keepsBasePlaces: false).merged(inherited, own) { kind.shape(of: $0) }
    return ResourceDraft(
      address: address, kind: kind, keyRange: entry.keyRange, range: entry.value.range, own: own, merged: merged,
      use: use, connection: connection)
  }

  private mutating func profileNames(_ own: [SyntaxNode.Entry]) -> [String] {
    guard let field = own.first(where: { $0.key == "profile" }), !field.value.isNull else { return [] }
    let shape = Shape.either(scalar: .string(.any), long: .list(.string(.any)))
    guard checked(field.value, shape, named: "profile", key: field.keyRange) != nil else { return [] }
    var names: [String] = []
    for node in field.value.elements ?? [field.value] {
      guard let scalar = node.scalar, let name = text(scalar.text, node.range, nil) else { continue }
      if profiles[name] != nil {
        names.append(name)
      } else {
        report(
          .unknown("profile", name, at: node.range, among: profiles.keys.sorted(), code: .unknownProfile))
      }
    }
    return names
  }

  private mutating func connectionName(
    _ field: SyntaxNode.Entry?, _ address: Address, _ place: SourceRange
  ) -> String? {
    guard let field, !field.value.isNull else {
      report(.noConnection(address, place, connections.keys.sorted()))
      return nil
    }
    guard let written = checked(field.value, .string(.any), named: "connection", key: field.keyRange)?.string,
      let name = text(written, field.value.range, nil)
    else { return nil }
    if connections[name] != nil { return name }
    if !faultyConnections.contains(name) {
      let known = Set(connections.keys).union(faultyConnections).sorted()
      report(.unknown("connection", name, at: field.value.range, among: known, code: .unknownConnection))
    }
    return nil
  }

  // MARK: Facts that other resources may use

  func connectionType(of place: Int) -> ConnectionType? {
    drafts[place].use.connectionType.flatMap { catalog.connectionTypes[$0] }
  }

  func field(_ name: String, of place: Int) -> SyntaxNode.Entry? {
    drafts[place].merged.first { $0.key == name && !$0.value.isNull }
  }

  /// The native name: what is written, else the key; nil after a diagnostic.
  mutating func nativeName(of place: Int, askedAt range: SourceRange) -> String? {
    switch drafts[place].nativeName {
    case .text(let name): return name
    case .none, .failed: return nil
    case .inProgress:
      reportCycle("\(drafts[place].address).\(drafts[place].kind.nameField)", range)
      return nil
    case .untouched: break
    }
    drafts[place].nativeName = .inProgress
    let name = lazyText(drafts[place].kind.nameField, of: place) ?? .text(drafts[place].address.name)
    drafts[place].nativeName = name
    if case .text(let text) = name { return text }
    return nil
  }

  /// The region: what is written, else that of the connection.
  mutating func region(of place: Int, askedAt range: SourceRange) -> ResourceDraft.Lazy {
    switch drafts[place].region {
    case .untouched: break
    case .inProgress:
      reportCycle("\(drafts[place].address).region", range)
      return .failed
    default: return drafts[place].region
    }
    drafts[place].region = .inProgress
    let region = lazyText("region", of: place) ?? inheritedRegion(of: place)
    drafts[place].region = region
    return region
  }

  private func inheritedRegion(of place: Int) -> ResourceDraft.Lazy {
    guard let name = drafts[place].connection, let type = connectionType(of: place) else { return .failed }
    guard type.support[drafts[place].address.section]?.settings.contains("region") ?? false else { return .none }
    guard let region = connections[name]?.declaration.settings["region"]?.string else { return .none }
    return .text(region)
  }

  private mutating func lazyText(_ name: String, of place: Int) -> ResourceDraft.Lazy? {
    guard let field = field(name, of: place) else { return nil }
    let shape = drafts[place].kind.shape(of: name) ?? .string(.any)
    openTexts.append("\(drafts[place].address).\(name)")
    defer { openTexts.removeLast() }
    let node = substituted(field.value, of: place)
    guard let text = checked(node, shape, named: name, key: field.keyRange)?.string else { return .failed }
    return .text(text)
  }

  private mutating func reportCycle(_ name: String, _ range: SourceRange) {
    let start = openTexts.firstIndex(of: name) ?? openTexts.startIndex
    report(.substitutionCycle(openTexts[start...] + [name], range))
  }

  /// The Amazon Resource Name, where the type of connection has one.
  mutating func arn(of place: Int, as name: String, _ range: SourceRange) -> String? {
    guard let type = connectionType(of: place), let native = nativeName(of: place, askedAt: range) else { return nil }
    guard let arn = type.support[drafts[place].address.section]?.arn else {
      report(.outputWithoutValue(name, "connections of type \(type.name) have no ARNs", range))
      return nil
    }
    switch region(of: place, askedAt: range) {
    case .failed: return nil
    case .text(let region): return arn(native, region)
    default: return arn(native, nil)
    }
  }
}

extension Diagnostic {
  static func wrongResourceForm(_ entry: SyntaxNode.Entry, _ section: String) -> Diagnostic {
    if case .missing = entry.value.content {
      return Diagnostic(
        .wrongResourceForm, .error, "\(section).\(entry.key) has nothing behind it", at: entry.keyRange,
        fix: ["write  \(entry.key): {}   for one without fields, or take the line out"])
    }
    return Diagnostic(
      .wrongResourceForm, .error, "\(section).\(entry.key) must be a map of fields", at: entry.value.range)
  }

  static func noConnection(_ address: Address, _ range: SourceRange, _ known: [String]) -> Diagnostic {
    Diagnostic(
      .noConnection, .error, "\(address) names no connection", at: range,
      notes: [Note(known.isEmpty ? "the project has none" : "known: " + known.joined(separator: ", "))],
      fix: ["write  connection: \(known.first ?? "aws")   at the bucket or in one of its profiles"])
  }
}
