internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// Names of other resources in fields: they must lead somewhere, become edges of the graph, and in facets stand for
/// the native name that the provider knows.
extension Elaborator {
  /// Checks every name in a substituted field and keeps it as an edge; true when all of them lead somewhere.
  mutating func follow(_ node: SyntaxNode, _ shape: Shape, of place: Int) -> Bool {
    switch (shape, node.content) {
    case (.reference(let section), .scalar(let scalar)):
      guard !scalar.isNull, scalar.text != Self.poison else { return true }
      return follow(scalar.text, in: section, node.range, of: place)
    case (.either(let scalar, let long), _):
      return follow(node, node.scalar == nil ? long : scalar, of: place)
    case (.list(let element), .sequence(let nodes)), (.set(let element, _), .sequence(let nodes)):
      return nodes.reduce(true) { follow($1, element, of: place) && $0 }
    case (.map(let element, _), .mapping(let entries)):
      return entries.reduce(true) { follow($1.value, element, of: place) && $0 }
    case (.object(let object), .mapping(let entries)):
      return entries.reduce(true) { found, entry in
        object[entry.key].map { follow(entry.value, $0.shape, of: place) && found } ?? found
      }
    default: return true
    }
  }

  private mutating func follow(_ name: String, in section: String, _ range: SourceRange, of place: Int) -> Bool {
    if section == "connections" { return isConnection(name, range) }
    guard let known = draftPlaces[section] else { return true }
    guard let found = known[name] else {
      // What is declared and faulty has been reported where it stands.
      if faultyNames[section]?.contains(name) ?? false { return false }
      report(.danglingReference(name, section, kinds[section]?.kind.name, range, known.keys.sorted()))
      return false
    }
    addEdge(from: place, to: found, .names, range)
    if case .unknown = nativeNameAtProvider(of: found, askedAt: range) {
      addEdge(from: place, to: found, .born(drafts[found].kind.nameField), range)
    }
    return true
  }

  /// A setting that holds an address, e.g. `from` of a document.
  mutating func follow(address text: String, _ range: SourceRange, of place: Int) -> Bool {
    guard let address = Address(text), let known = draftPlaces[address.section] else {
      report(.badAddress(text, range))
      return false
    }
    return follow(address.name, in: address.section, range, of: place) && !known.isEmpty
  }

  func addressIsKnown(_ name: String, in section: String) -> Bool { draftPlaces[section]?[name] != nil }

  private mutating func isConnection(_ name: String, _ range: SourceRange) -> Bool {
    if connections[name] != nil { return true }
    if !faultyConnections.contains(name) {
      let known = Set(connections.keys).union(faultyConnections).sorted()
      report(.unknown("connection", name, at: range, among: known, code: .unknownConnection))
    }
    return false
  }

  mutating func addEdge(from: Int, to: Int, _ reason: ResourceGraph.Reason, _ range: SourceRange) {
    edges.append(
      ResourceGraph.Edge(
        from: drafts[from].address, to: drafts[to].address, reason: reason, field: openField, range: range))
  }

  /// A facet's value with the native name in place of each name of a resource.
  mutating func nativeNames(in value: Value, _ shape: Shape, of place: Int, _ range: SourceRange) -> Value {
    switch (shape, value) {
    case (.reference(let section), .string(let name)):
      guard let found = draftPlaces[section]?[name] else { return value }
      let output = drafts[found].kind.nameField
      switch nativeNameAtProvider(of: found, askedAt: range) {
      case .text(let text): return .string(text)
      case .unknown:
        addEdge(from: place, to: found, .born(output), range)
        return .unknown("\(section).\(name).\(output)")
      default: return value
      }
    case (.either(let scalar, let long), _):
      let isLong = value.map != nil || value.list != nil
      return nativeNames(in: value, isLong ? long : scalar, of: place, range)
    case (.list(let element), .list(let values)), (.set(let element, _), .list(let values)):
      return .list(values.map { nativeNames(in: $0, element, of: place, range) })
    case (.map(let element, _), .map(let map)):
      return .map(ValueMap(map.map { ($0.key, nativeNames(in: $0.value, element, of: place, range)) }))
    case (.object(let object), .map(let map)):
      return .map(
        ValueMap(
          map.map { pair in
            guard let field = object[pair.key] else { return (pair.key, pair.value) }
            return (pair.key, nativeNames(in: pair.value, field.shape, of: place, range))
          }))
    default: return value
    }
  }
}

extension Diagnostic {
  static func danglingReference(
    _ name: String, _ section: String, _ kind: String?, _ range: SourceRange, _ known: [String]
  ) -> Diagnostic {
    .unknown(kind ?? "entry of \(section)", name, at: range, among: known, code: .danglingReference)
  }

  static func circleOfBirths(_ circle: [ResourceGraph.Edge]) -> Diagnostic {
    let names = circle.map(\.from.description) + (circle.first.map { [$0.from.description] } ?? [])
    return Diagnostic(
      .circleOfBirths, .error, "These resources need values of each other that are born when they are made",
      at: circle.first?.range,
      notes: [Note(names.joined(separator: " → "))]
        + circle.dropFirst().compactMap { edge in edge.range.map { Note("\(edge.to) is needed here", at: $0) } },
      fix: ["write one of these values as a text of your own, so that one of them can be made first"])
  }
}
