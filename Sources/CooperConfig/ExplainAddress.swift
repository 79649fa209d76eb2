internal import CooperDiagnostics
public import CooperModel
internal import CooperSchema
internal import CooperSyntax

/// The effective value of a resource, a line for each part with the place where it was written.
///
/// A part is a dotted path such as `tags.team`; with a facet's name only that facet is shown. Empty when the
/// configuration has no such resource.
public func explainAddress(_ configuration: Configuration, _ address: Address, facet: String? = nil) -> [String] {
  guard let resource = configuration.resource(address) else { return [] }
  var parts: [Part] = []
  for entry in resource.node?.entries ?? [] where facet == nil || entry.key == facet {
    collect(entry.value, entry.key, entry.keyRange, &parts)
  }
  if facet == nil { parts += inheritedParts(of: resource, configuration, written: parts) }
  parts.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  let rows = parts.map {
    ($0.path, $0.text, $0.range.map { configuration.sources.location(of: $0) } ?? $0.origin ?? "")
  }
  let pathWidth = rows.map(\.0.count).max() ?? 0
  let textWidth = min(rows.map(\.1.count).max() ?? 0, 40)
  let place = resource.range.map { configuration.sources.location(of: $0) } ?? ""
  return ["\(address)  \(place)"]
    + rows.map { path, text, place in
      "  " + padded(path, pathWidth) + "  " + padded(text, textWidth) + "  " + place
    }
}

private struct Part {
  var path: String
  var text: String
  var range: SourceRange?
  var origin: String?
}

private func collect(_ node: SyntaxNode, _ path: String, _ range: SourceRange, _ parts: inout [Part]) {
  switch node.content {
  case .missing: break
  case .scalar(let scalar):
    if scalar.isNull { break }
    let isPlain = scalar.style == .plain || !scalar.text.contains("\n")
    parts.append(Part(path: path, text: isPlain ? scalar.text : "(text)", range: node.range))
  case .sequence(let elements):
    if elements.isEmpty { parts.append(Part(path: path, text: "[]", range: range)) }
    if elements.allSatisfy({ $0.scalar != nil }) && !elements.isEmpty {
      let text = elements.compactMap { $0.scalar?.text }.joined(separator: ", ")
      parts.append(Part(path: path, text: "[\(text)]", range: node.range))
    } else {
      for (index, element) in elements.enumerated() { collect(element, "\(path)[\(index + 1)]", element.range, &parts) }
    }
  case .mapping(let entries):
    if entries.isEmpty { parts.append(Part(path: path, text: "{}", range: range)) }
    for entry in entries { collect(entry.value, "\(path).\(entry.key)", entry.keyRange, &parts) }
  }
}

/// What is nowhere written at the resource and still holds.
private func inheritedParts(
  of resource: ResourceDeclaration, _ configuration: Configuration, written: [Part]
) -> [Part] {
  let paths = Set(written.map(\.path))
  var parts: [Part] = []
  if let region = resource.region, !paths.contains("region") {
    let connection = configuration.connections[resource.connection]?.range
    parts.append(Part(path: "region", text: region, range: connection))
  }
  if resource.address.section == "buckets", !paths.contains("bucketName") {
    parts.append(Part(path: "bucketName", text: resource.name, origin: "the key"))
  }
  if !paths.contains("deletion") {
    parts.append(Part(path: "deletion", text: resource.deletion.rawValue, origin: "default"))
  }
  return parts
}

private func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
