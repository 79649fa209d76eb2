import CooperDiagnostics
import CooperSyntax

extension Check {
  private mutating func elements(_ node: SyntaxNode, _ shape: Shape, _ spot: Spot) -> [SyntaxNode]? {
    if let elements = node.elements { return elements }
    report(node.isNull ? .nullValue(node, shape, spot) : .wrongType(node, shape, spot))
    return nil
  }

  private mutating func entries(_ node: SyntaxNode, _ shape: Shape, _ spot: Spot) -> [SyntaxNode.Entry]? {
    if let entries = node.entries { return entries }
    report(node.isNull ? .nullValue(node, shape, spot) : .wrongType(node, shape, spot))
    return nil
  }

  /// Neither of the two forms: the message names both.
  mutating func either(_ node: SyntaxNode, _ scalar: Shape, _ long: Shape, _ shape: Shape, _ spot: Spot) -> Value? {
    if node.scalar != nil { return value(node, scalar, spot) }
    let isOther =
      switch long {
      case .list, .set: node.entries != nil
      case .map, .object: node.elements != nil
      default: false
      }
    guard isOther else { return value(node, long, spot) }
    report(.wrongType(node, shape, spot))
    return nil
  }

  mutating func list(_ node: SyntaxNode, _ element: Shape, _ shape: Shape, _ spot: Spot) -> Value? {
    guard let nodes = elements(node, shape, spot) else { return nil }
    var values: [Value] = []
    values.reserveCapacity(nodes.count)
    for (index, node) in nodes.enumerated() {
      if let value = value(node, element, spot.entry(index)) { values.append(value) }
    }
    return .list(values)
  }

  mutating func set(
    _ node: SyntaxNode, _ element: Shape, _ identity: [String], _ shape: Shape, _ spot: Spot
  ) -> Value? {
    guard let nodes = elements(node, shape, spot) else { return nil }
    var values: [Value] = []
    var seen: [Value: SourceRange] = [:]
    for (index, node) in nodes.enumerated() {
      let place = spot.entry(index)
      guard let value = value(node, element, place) else { continue }
      if let first = seen.updateValue(node.range, forKey: setIdentity(of: canonical(value, element), identity)) {
        report(.duplicateElement(node, place, identity, first: first))
      } else {
        values.append(value)
      }
    }
    return .list(values)
  }

  mutating func map(_ node: SyntaxNode, _ element: Shape, _ keys: TextRule, _ shape: Shape, _ spot: Spot) -> Value? {
    guard let entries = entries(node, shape, spot) else { return nil }
    var pairs: [(String, Value)] = []
    var seen: [String: SourceRange] = [:]
    for entry in entries {
      if let first = seen.updateValue(entry.keyRange, forKey: entry.key) {
        report(.duplicateKey(entry, first: first))
        continue
      }
      let place = spot.field(entry)
      let key = SyntaxNode(.scalar(.init(entry.key)), entry.keyRange)
      var named = place
      named.place = .key(entry.key, in: spot.place)
      guard text(entry.key, keys, key, named) != nil else { continue }
      if entry.value.isNull, !element.acceptsNull {
        if options.keepsNulls { pairs.append((entry.key, .null)) }
      } else if let value = value(entry.value, element, place) {
        pairs.append((entry.key, value))
      }
    }
    return .map(ValueMap(pairs))
  }

  mutating func object(_ node: SyntaxNode, _ object: ObjectShape, _ spot: Spot) -> Value? {
    guard let entries = entries(node, .object(object), spot) else { return nil }
    var pairs: [(String, Value)] = []
    pairs.reserveCapacity(entries.count)
    var meant: [String] = []
    // Where each field stands, in the order of the shape.
    var seen = [SourceRange?](repeating: nil, count: object.fields.count)
    for entry in entries {
      if options.allowsExtensionKeys, entry.key.hasPrefix("x-") { continue }
      guard let index = object.fields.firstIndex(where: { $0.name == entry.key }) else {
        let close = object.closestField(to: entry.key)
        // A slip in a required field's name is one problem, not two.
        close.map { meant.append($0) }
        report(.unknownField(entry, object, spot, close))
        continue
      }
      if let first = seen[index] {
        report(.duplicateKey(entry, first: first))
        continue
      }
      seen[index] = entry.keyRange
      let field = object.fields[index]
      if field.isReadOnly {
        report(.readOnlyField(entry))
        continue
      }
      if entry.value.isNull, !field.shape.acceptsNull {
        if options.keepsNulls {
          pairs.append((field.name, .null))
        } else if field.isRequired, !options.isPartial {
          report(.nullValue(entry.value, field.shape, spot.field(entry, sensitive: field.isHidden)))
        }
      } else if let value = value(entry.value, field.shape, spot.field(entry, sensitive: field.isHidden)) {
        pairs.append((field.name, value))
      }
    }
    if !options.isPartial {
      for (field, place) in zip(object.fields, seen)
      where field.isRequired && place == nil && !meant.contains(field.name) {
        report(.missingField(field, object, spot, node.range))
      }
    }
    return .map(ValueMap(pairs))
  }
}

extension Shape {
  /// True where a written `null` is data and not absence.
  fileprivate var acceptsNull: Bool {
    switch self {
    case .anything: true
    default: false
    }
  }
}

extension ObjectShape {
  /// The field that was likely meant by a name that is none.
  fileprivate func closestField(to name: String) -> String? {
    closestMatch(to: name, in: fields.lazy.filter { !$0.isReadOnly }.map(\.name))
  }
}

extension Diagnostic {
  static func unknownField(
    _ entry: SyntaxNode.Entry, _ object: ObjectShape, _ spot: Spot, _ close: String?
  ) -> Diagnostic {
    let names = object.fields.filter { !$0.isReadOnly }.map(\.name)
    var diagnostic = Diagnostic(
      .unknownField, .error, "\"\(entry.key)\" is not a field of \(spot.label)", at: entry.keyRange,
      hidesSource: spot.isSensitive || Shape.object(object).mayHoldSecret)
    if let close { diagnostic.notes.append(Note("did you mean \"\(close)\"?")) }
    diagnostic.notes.append(
      Note(names.isEmpty ? "it has no fields" : "fields: " + names.sorted().joined(separator: ", ")))
    return diagnostic
  }

  static func missingField(
    _ field: FieldShape, _ object: ObjectShape, _ spot: Spot, _ range: SourceRange
  ) -> Diagnostic {
    let start = SourceRange(source: range.source, start: range.start, end: range.start)
    return Diagnostic(
      .missingField, .error, "\(spot.label) lacks the field \"\(field.name)\"", at: spot.keyRange ?? start,
      notes: [Note("\(field.name): \(field.summary)")],
      fix: field.example.map { ["write  \(field.name): \($0)"] } ?? [])
  }

  static func readOnlyField(_ entry: SyntaxNode.Entry) -> Diagnostic {
    Diagnostic(
      .readOnlyField, .error, "\"\(entry.key)\" is set by the provider and can't be written", at: entry.keyRange,
      fix: ["remove the line"])
  }

  static func duplicateKey(_ entry: SyntaxNode.Entry, first: SourceRange) -> Diagnostic {
    Diagnostic(
      .duplicateKey, .error, "\"\(entry.key)\" stands twice in one map", at: entry.keyRange,
      notes: [Note("first here", at: first)])
  }

  static func duplicateElement(
    _ node: SyntaxNode, _ spot: Spot, _ identity: [String], first: SourceRange
  ) -> Diagnostic {
    let what = identity.isEmpty ? "" : " with the same " + identity.joined(separator: " and ")
    return Diagnostic(
      .duplicateElement, .error, "\(spot.label) repeats an earlier one\(what)", at: node.range,
      notes: [Note("first here", at: first)], hidesSource: spot.isSensitive)
  }
}
