internal import CooperDiagnostics
public import CooperModel
public import CooperSchema
internal import CooperSyntax

/// One part of the effective value of a resource, and where it comes from.
public struct ExplainedPart: Sendable, Hashable {
  /// Where a part stands.
  public enum Origin: Sendable, Hashable {
    /// Written in a file: at the resource, in a profile or an overlay.
    case written
    /// Taken over from the connection.
    case inherited
    /// What holds when nobody writes anything.
    case byDefault
  }

  /// A `$(name)` in the text as it was written.
  public struct Substitution: Sendable, Hashable {
    public var name: String
    /// Nil where it can't be told apart from the text around it, or is born in apply.
    public var text: String?
    /// `file:line`, `--var`, or the name of a variable of the process; nil for what Cooper itself knows.
    public var place: String?
  }

  /// Dotted, such as `tags.team`.
  public var path: String
  public var text: String
  public var origin: Origin
  public var file: String?
  public var line: Int?
  public var substitutions: [Substitution]

  var place: String {
    if let file, let line { return "\(file):\(line)" }
    return origin == .byDefault ? "default" : ""
  }
}

/// The effective value of a resource in its parts, sorted by path; with a facet's name only that facet.
///
/// Nil when the configuration has no such resource. The kind says which fields have a value when nobody writes one.
public func explainedParts(
  _ configuration: Configuration, _ address: Address, facet: String? = nil, kind: KindSchema
) -> [ExplainedPart]? {
  guard let resource = configuration.resource(address) else { return nil }
  var explanation = Explanation(configuration, resource, kind)
  for entry in resource.node?.entries ?? [] where facet == nil || entry.key == facet {
    explanation.collect(entry.value, entry.key, entry.keyRange)
  }
  if facet == nil { explanation.inherit() }
  return explanation.parts.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
}

/// The same as lines of text; empty when the configuration has no such resource.
public func explainAddress(
  _ configuration: Configuration, _ address: Address, facet: String? = nil, kind: KindSchema
) -> [String] {
  guard let parts = explainedParts(configuration, address, facet: facet, kind: kind) else { return [] }
  let pathWidth = parts.map(\.path.count).max() ?? 0
  let textWidth = min(parts.map(\.text.count).max() ?? 0, 40)
  let place = configuration.resource(address)?.range.map { configuration.sources.location(of: $0) } ?? ""
  var lines = ["\(address)  \(place)"]
  for part in parts {
    lines.append("  " + padded(part.path, pathWidth) + "  " + padded(part.text, textWidth) + "  " + part.place)
    for substitution in part.substitutions {
      let text = substitution.text.map { " = \($0)" } ?? ""
      let place = substitution.place.map { "  \($0)" } ?? ""
      lines.append("  " + padded("", pathWidth) + "    $(\(substitution.name))\(text)\(place)")
    }
  }
  if let facet, parts.isEmpty { lines.append("  \(facet) is not declared: it is not managed") }
  return lines
}

/// The same as data: `{address, file, line, parts: [{path, text, origin, file, line, substitutions}]}`.
public func explainedValue(
  _ configuration: Configuration, _ address: Address, facet: String? = nil, kind: KindSchema
) -> Value? {
  guard let parts = explainedParts(configuration, address, facet: facet, kind: kind) else { return nil }
  var result: ValueMap = ["address": .string(address.description)]
  if let range = configuration.resource(address)?.range {
    result["file"] = configuration.sources[range.source].map { .string($0.name) }
    result["line"] = .integer(Int64(range.start.line))
  }
  result["parts"] = .list(
    parts.map { part in
      var map: ValueMap = ["path": .string(part.path), "text": .string(part.text)]
      switch part.origin {
      case .written: map["origin"] = "written"
      case .inherited: map["origin"] = "inherited"
      case .byDefault: map["origin"] = "default"
      }
      map["file"] = part.file.map { .string($0) }
      map["line"] = part.line.map { .integer(Int64($0)) }
      map["substitutions"] = .list(
        part.substitutions.map { substitution in
          var map: ValueMap = ["name": .string(substitution.name)]
          map["text"] = substitution.text.map { .string($0) }
          map["place"] = substitution.place.map { .string($0) }
          return .map(map)
        })
      return .map(map)
    })
  return .map(result)
}

/// Walks the effective tree of a resource.
private struct Explanation {
  let configuration: Configuration
  let resource: ResourceDeclaration
  let kind: KindSchema
  var parts: [ExplainedPart] = []
  private var lines: [SourceID: SourceLines] = [:]

  init(_ configuration: Configuration, _ resource: ResourceDeclaration, _ kind: KindSchema) {
    self.configuration = configuration
    self.resource = resource
    self.kind = kind
  }

  mutating func collect(_ node: SyntaxNode, _ path: String, _ range: SourceRange) {
    switch node.content {
    case .missing: break
    case .scalar(let scalar):
      if scalar.isNull { break }
      add(path, shown(scalar.text), node.range)
    case .sequence(let elements):
      if elements.isEmpty { add(path, "[]", range) }
      if elements.allSatisfy({ $0.scalar != nil }), !elements.isEmpty {
        add(path, "[\(elements.compactMap { $0.scalar.map { shown($0.text) } }.joined(separator: ", "))]", node.range)
      } else {
        for (index, element) in elements.enumerated() { collect(element, "\(path)[\(index + 1)]", element.range) }
      }
    case .mapping(let entries):
      if entries.isEmpty { add(path, "{}", range) }
      for entry in entries { collect(entry.value, "\(path).\(entry.key)", entry.keyRange) }
    }
  }

  /// What a text of the effective tree stands for.
  private func shown(_ text: String) -> String {
    if let output = Elaborator.secretOutput(text) { return output.value.string ?? "(secret, known after apply)" }
    if Elaborator.outputBornInApply(text) != nil { return "(known after apply)" }
    return text.contains("\n") ? "(text)" : text
  }

  private mutating func add(_ path: String, _ text: String, _ range: SourceRange) {
    parts.append(
      ExplainedPart(
        path: path, text: text, origin: .written, file: configuration.sources[range.source]?.name,
        line: Int(range.start.line), substitutions: substitutions(in: range)))
  }

  /// What is nowhere written at the resource and still holds.
  mutating func inherit() {
    let written = Set(resource.node?.entries?.map(\.key) ?? [])
    var inherited = [("region", resource.region)]
    let given = configuration.connections[resource.connection]?.declaration.settings ?? ValueMap()
    inherited += resource.settings.filter { given[$0.key] == $0.value }.map { ($0.key, $0.value.string) }
    for case (let path, let text?) in inherited where !written.contains(path) {
      let range = connectionRange
      parts.append(
        ExplainedPart(
          path: path, text: text, origin: .inherited,
          file: range.flatMap { configuration.sources[$0.source]?.name }, line: range.map { Int($0.start.line) },
          substitutions: []))
    }
    var defaults = [("deletion", resource.deletion.rawValue)]
    if let name = kind.nameField { defaults.append((name, resource.name)) }
    for (path, text) in defaults where !written.contains(path) && has(path) {
      parts.append(ExplainedPart(path: path, text: text, origin: .byDefault, substitutions: []))
    }
  }

  /// Whether the resource has such a field, which may depend on a word in another one.
  private func has(_ field: String) -> Bool {
    guard kind.settings.contains(where: { $0.name == field }) else { return false }
    guard let variants = kind.variants, variants.cases.values.contains(where: { $0.fields.contains(field) }) else {
      return true
    }
    guard let variant = resource.settings[variants.field]?.string.flatMap({ variants.cases[$0] }) else { return false }
    return variant.fields.contains(field)
      && (variant.isMade || variant.madeWith.map { resource.settings[$0] != nil } ?? false)
  }

  private var connectionRange: SourceRange? { configuration.connections[resource.connection]?.range }

  // MARK: Substitutions

  /// The names in the text as it stands in the file; the tree holds what they were replaced by.
  private mutating func substitutions(in range: SourceRange) -> [ExplainedPart.Substitution] {
    var found: [ExplainedPart.Substitution] = []
    for name in names(in: written(range)) where !found.contains(where: { $0.name == name }) {
      found.append(substitution(name))
    }
    return found
  }

  private mutating func written(_ range: SourceRange) -> String {
    guard let source = configuration.sources[range.source] else { return "" }
    let known = lines[range.source] ?? SourceLines(source)
    lines[range.source] = known
    var text = ""
    for line in Int(range.start.line)...max(Int(range.start.line), Int(range.end.line)) {
      let scalars = Array(String(decoding: known[line], as: UTF8.self).unicodeScalars)
      let from = line == Int(range.start.line) ? Int(range.start.column) - 1 : 0
      let to = line == Int(range.end.line) ? Int(range.end.column) - 1 : scalars.count
      guard from < min(to, scalars.count) else { continue }
      text.unicodeScalars.append(contentsOf: scalars[from..<min(to, scalars.count)])
      text += "\n"
    }
    return text
  }

  private func names(in text: String) -> [String] {
    guard Template.isNeeded(for: text), let template = try? Template(text) else { return [] }
    return template.parts.compactMap { part in
      if case .name(let name) = part { name } else { nil }
    }
  }

  private func substitution(_ name: String) -> ExplainedPart.Substitution {
    if let variable = configuration.variables[name] {
      let place = variable.giver ?? variable.range.map { configuration.sources.location(of: $0) }
      return .init(name: name, text: variable.text, place: place)
    }
    let parts = name.split(separator: ".").map(String.init)
    switch name {
    case "environment": return .init(name: name, text: configuration.environment, place: "--environment")
    case "project": return .init(name: name, text: configuration.project, place: nil)
    default: break
    }
    let owner =
      parts.count == 2 && parts[0] == "self"
      ? resource : parts.count == 3 ? configuration.resource(Address(parts[0], parts[1])) : nil
    let place = owner?.address == resource.address ? nil : owner?.range.map { configuration.sources.location(of: $0) }
    switch parts.last {
    case "key": return .init(name: name, text: owner?.address.name, place: place)
    case "bucketName", "name": return .init(name: name, text: owner?.name, place: place)
    case "region": return .init(name: name, text: owner?.region, place: place)
    case "connection": return .init(name: name, text: owner?.connection, place: place)
    default: return .init(name: name, text: nil, place: place)
    }
  }
}

private func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
