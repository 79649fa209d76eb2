internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// A resource of which it is known where it lives, with its profiles laid under it, before substitution.
struct ResourceDraft {
  var address: Address
  var kind: KindIndex
  var variant: KindVariant?
  var keyRange: SourceRange
  /// The range of its block.
  var range: SourceRange
  var own: [SyntaxNode.Entry]
  var profiles: [String]
  var merged: [SyntaxNode.Entry] = []
  var use = ProfileUse(names: [], connectionType: nil)
  /// Nil when it lives on none, or when it should and doesn't, which is then reported already.
  var connection: String? { if case .text(let name) = place { name } else { nil } }
  var place: Lazy = .untouched

  /// Whether a plan may have a change for it.
  var isMade: Bool { variant.map { $0.isMade || isMadeByField($0) } ?? kind.kind.isMade }

  /// Fields without which a variant means nothing, where they hold.
  var required: Set<String> { variant.map { isMadeByField($0) ? [] : $0.required } ?? [] }

  private func isMadeByField(_ variant: KindVariant) -> Bool {
    guard let name = variant.madeWith else { return false }
    return own.contains { $0.key == name && !$0.value.isNull }
  }

  /// A text that may need those of other resources; being in progress twice is a cycle.
  enum Lazy: Equatable {
    case untouched, inProgress, none, failed
    case text(String)
    /// Known after apply; the name of the output.
    case unknown(String)
  }
}

/// What is found out of a draft when somebody asks; apart from it, so that parts of a large project share the drafts.
struct DraftTexts: Sendable {
  var nativeName = ResourceDraft.Lazy.untouched
  var region = ResourceDraft.Lazy.untouched
}

extension Elaborator {
  mutating func draftResources() {
    for (section, kind) in kinds.sorted(by: { $0.key < $1.key }) {
      let entries = layer.named[section] ?? []
      var places: [String: Int] = [:]
      places.reserveCapacity(entries.count)
      for entry in entries where !entry.value.isNull {
        if !kind.secretFields.isEmpty { hideSecrets(in: entry.value, kind.secretFields) }
        if section == "buckets", let range = layer.addedByFacets[entry.key] {
          let known = entries.map(\.key).filter { layer.addedByFacets[$0] == nil }
          report(.unknown("bucket", entry.key, at: range, among: known, code: .facetsOfNothing))
          continue
        }
        guard entry.value.entries != nil else {
          report(.wrongResourceForm(entry, section))
          faultyNames[section, default: []].insert(entry.key)
          continue
        }
        guard let draft = draft(entry, kind) else {
          faultyNames[section, default: []].insert(entry.key)
          continue
        }
        places[entry.key] = drafts.count
        drafts.append(draft)
        texts.append(DraftTexts())
      }
      draftPlaces[section] = places
    }
    for place in drafts.indices { settle(place) }
  }

  /// Finds what may be a secret in plain text, before anything is said of the block: a report shows whole lines.
  private mutating func hideSecrets(in block: SyntaxNode, _ fields: Set<String>) {
    for field in block.entries ?? [] where fields.contains(field.key) {
      let isReference =
        field.value.scalar.map { scalar in
          ["env:", "file:", "sealed:", "$("].contains { scalar.text.hasPrefix($0) }
        } ?? false
      if !isReference { plainSecrets.append(field.value.range) }
    }
  }

  private mutating func draft(_ entry: SyntaxNode.Entry, _ kind: KindIndex) -> ResourceDraft? {
    var own = entry.value.entries ?? []
    if own.contains(where: { $0.key.hasPrefix("x-") }) { own.removeAll { $0.key.hasPrefix("x-") } }
    var draft = ResourceDraft(
      address: Address(kind.kind.section, entry.key), kind: kind, keyRange: entry.keyRange, range: entry.value.range,
      own: own, profiles: kind.settings["profile"] == nil ? [] : profileNames(own))
    guard let variants = kind.kind.variants else { return draft }
    guard let field = own.first(where: { $0.key == variants.field && !$0.value.isNull }) else {
      report(.noVariant(draft.address, draft.keyRange, variants))
      return nil
    }
    let node = substituted(field.value)
    let shape = kind.shape(of: variants.field) ?? .string(.any)
    guard let word = checked(node, shape, named: field.key, key: field.keyRange)?.string else { return nil }
    draft.variant = variants.cases[word]
    return draft
  }

  /// Finds the connection of a draft, and lays its profiles under it.
  private mutating func settle(_ place: Int) {
    guard drafts[place].place == .untouched else { return }
    drafts[place].place = .inProgress
    let kind = drafts[place].kind
    let found = connection(by: drafts[place].variant?.connection ?? kind.kind.connection, of: place) ?? .none
    if found == .none, needsConnection(drafts[place]) {
      report(.noConnection(drafts[place], connections.keys.sorted()))
      drafts[place].place = .failed
    } else {
      drafts[place].place = found
    }
    let type = drafts[place].connection.flatMap { connections[$0]?.declaration.type }
    let use = ProfileUse(names: drafts[place].profiles, connectionType: type)
    let inherited = use.names.isEmpty ? [] : inherited(use, kind).entries
    let own = drafts[place].own
    drafts[place].use = use
    drafts[place].merged =
      inherited.isEmpty ? own : NodeMerge(keepsBasePlaces: false).merged(inherited, own) { kind.shape(of: $0) }
  }

  /// What is only used may do without a connection where it could have one; a missing field of a `.resource` source is
  /// reported as a missing field.
  private func needsConnection(_ draft: ResourceDraft) -> Bool {
    switch draft.variant?.connection ?? draft.kind.kind.connection {
    case .field, .first: draft.isMade
    case .key, .resource, .none: false
    }
  }

  /// Nil when the fields that it looks at are not written.
  private mutating func connection(by source: ConnectionSource, of place: Int) -> ResourceDraft.Lazy? {
    switch source {
    case .none: return ResourceDraft.Lazy.none
    case .first(let sources):
      for source in sources { if let found = connection(by: source, of: place) { return found } }
      return nil
    case .field(let name):
      guard let field = earlyField(name, of: place) else { return nil }
      return connectionName(field.value, field.key, field.keyRange)
    case .key(of: let name):
      guard let field = earlyField(name, of: place), let entries = field.value.entries else { return nil }
      let named = entries.filter { !$0.key.hasPrefix("x-") && !$0.value.isNull }
      guard named.count == 1 else {
        report(.onePlaceNeeded(drafts[place], field, named))
        return .failed
      }
      let key = SyntaxNode(.scalar(.init(named[0].key)), named[0].keyRange)
      return connectionName(key, field.key, named[0].keyRange)
    case .resource(field: let name, let section):
      guard let field = earlyField(name, of: place) else { return nil }
      // Of a list the first; that all of them are there is checked with the field.
      guard let node = field.value.elements?.first ?? Optional(field.value), let scalar = node.scalar,
        let text = text(scalar.text, node.range, nil)?.plain, let other = draftPlaces[section]?[text]
      else { return .failed }
      settle(other)
      return drafts[other].place == .inProgress ? .failed : drafts[other].place
    }
  }

  /// A field as the resource or the last of its profiles has it, before profiles are merged.
  private func earlyField(_ name: String, of place: Int) -> SyntaxNode.Entry? {
    if let field = drafts[place].own.first(where: { $0.key == name }) { return field.value.isNull ? nil : field }
    for profile in drafts[place].profiles.reversed() {
      if let field = profiles[profile]?.value[name] { return field.value.isNull ? nil : field }
    }
    return nil
  }

  private mutating func profileNames(_ own: [SyntaxNode.Entry]) -> [String] {
    guard let field = own.first(where: { $0.key == "profile" }), !field.value.isNull else { return [] }
    let written = (field.value.elements ?? [field.value]).map { $0.scalar?.text ?? "" }
    // As nearly all are: nothing is left to look at in names that are there.
    if !written.isEmpty, written.allSatisfy({ profiles[$0] != nil }) { return written }
    let shape = Shape.either(scalar: .string(.any), long: .list(.string(.any)))
    guard checked(field.value, shape, named: "profile", key: field.keyRange) != nil else { return [] }
    var names: [String] = []
    for node in field.value.elements ?? [field.value] {
      guard let scalar = node.scalar, let name = text(scalar.text, node.range, nil)?.plain else { continue }
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
    _ node: SyntaxNode, _ field: String, _ key: SourceRange
  ) -> ResourceDraft.Lazy {
    guard let written = checked(node, .string(.any), named: field, key: key)?.string,
      let name = text(written, node.range, nil)?.plain
    else { return .failed }
    if connections[name] != nil { return .text(name) }
    if !faultyConnections.contains(name) {
      let known = Set(connections.keys).union(faultyConnections).sorted()
      report(.unknown("connection", name, at: node.range, among: known, code: .unknownConnection))
    }
    return .failed
  }

  // MARK: Facts that other resources may use

  /// The name under which the provider knows it; born in apply where the platform chooses it.
  mutating func nativeNameAtProvider(of place: Int, askedAt range: SourceRange) -> ResourceDraft.Lazy {
    let nameField = drafts[place].kind.nameField
    guard let name = nativeName(of: place, askedAt: range) else { return .failed }
    if let make = support(of: place)?.outputs[nameField] {
      return make(outputFacts(name, of: place)).map { .text($0) }
        ?? .unknown("\(drafts[place].address).\(nameField)")
    }
    return .text(name)
  }

  func outputFacts(_ name: String, of place: Int) -> OutputFacts {
    let connection = drafts[place].connection.flatMap { connections[$0]?.declaration }
    var settings = ValueMap()
    for field in drafts[place].merged {
      if let text = field.value.scalar?.text, !text.contains("$(") { settings[field.key] = .string(text) }
    }
    return OutputFacts(
      name: name, region: connection?.settings["region"]?.string, connection: connection?.settings ?? ValueMap(),
      settings: settings)
  }

  func support(of place: Int) -> KindSupport? { connectionType(of: place)?.support[drafts[place].address.section] }

  func connectionType(of place: Int) -> ConnectionType? {
    drafts[place].use.connectionType.flatMap { catalog.connectionTypes[$0] }
  }

  func field(_ name: String, of place: Int) -> SyntaxNode.Entry? {
    drafts[place].merged.first { $0.key == name && !$0.value.isNull }
  }

  /// The native name: what is written, else the key; nil after a diagnostic.
  mutating func nativeName(of place: Int, askedAt range: SourceRange) -> String? {
    switch texts[place].nativeName {
    case .text(let name): return name
    case .none, .failed, .unknown: return nil
    case .inProgress:
      reportCycle("\(drafts[place].address).\(drafts[place].kind.nameField)", range)
      return nil
    case .untouched: break
    }
    texts[place].nativeName = .inProgress
    var name = lazyText(drafts[place].kind.nameField, of: place) ?? .text(drafts[place].address.name)
    if case .unknown(let output) = name {
      report(.nameBornInApply(drafts[place], output, field(drafts[place].kind.nameField, of: place)))
      name = .failed
    }
    texts[place].nativeName = name
    if case .text(let text) = name { return text }
    return nil
  }

  /// The region: what is written, else that of the connection.
  mutating func region(of place: Int, askedAt range: SourceRange) -> ResourceDraft.Lazy {
    switch texts[place].region {
    case .untouched: break
    case .inProgress:
      reportCycle("\(drafts[place].address).region", range)
      return .failed
    default: return texts[place].region
    }
    texts[place].region = .inProgress
    let region = lazyText("region", of: place) ?? inheritedRegion(of: place)
    texts[place].region = region
    return region
  }

  private func inheritedRegion(of place: Int) -> ResourceDraft.Lazy {
    guard let name = drafts[place].connection, let type = connectionType(of: place) else { return .failed }
    guard type.support[drafts[place].address.section]?.settings.contains("region") ?? false else { return .none }
    guard let region = connections[name]?.declaration.settings["region"]?.string else { return .none }
    return .text(region)
  }

  mutating func lazyText(_ name: String, of place: Int) -> ResourceDraft.Lazy? {
    guard let field = field(name, of: place) else { return nil }
    let shape = drafts[place].kind.shape(of: name) ?? .string(.any)
    openTexts.append("\(drafts[place].address).\(name)")
    defer { openTexts.removeLast() }
    let outer = openField
    openField = name
    defer { openField = outer }
    let node = substituted(field.value, of: place)
    switch checked(node, shape, named: name, key: field.keyRange) {
    case .string(let text)?: return .text(text)
    case .unknown(let output)?: return .unknown(output)
    default: return .failed
    }
  }

  private mutating func reportCycle(_ name: String, _ range: SourceRange) {
    let start = openTexts.firstIndex(of: name) ?? openTexts.startIndex
    report(.substitutionCycle(openTexts[start...] + [name], range))
  }
}
