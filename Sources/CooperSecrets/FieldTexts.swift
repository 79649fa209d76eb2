public import CooperDiagnostics
internal import CooperSyntax

/// A text in a YAML file with the field that it stands in, as sealed secrets are bound to fields.
public struct FieldText: Sendable, Hashable {
  /// E.g. `connections.minio.access.secretAccessKey`, whichever file or environment it is written for.
  public var field: String
  public var text: String
  public var range: SourceRange
  /// Where it stands in the file, quotes and all.
  public var bytes: Range<Int>
}

/// All texts of a file, in the order in which they stand there; a text that merge keys bring to several fields is there
/// once for each. Empty for a file that is no YAML.
///
/// `types` are the words for types of connections, whose blocks in a resource are no part of a field's name.
public func fieldTexts(in source: SourceText, types: Set<String>) -> [FieldText] {
  var sources = SourceMap()
  let lines = SourceLines(source)
  var found: [FieldText] = []
  for document in parse(source, id: sources.add(source)).value ?? [] {
    collect(document, [], lines, types, &found)
  }
  return found
}

private func collect(
  _ node: SyntaxNode, _ path: [String], _ lines: SourceLines, _ types: Set<String>, _ found: inout [FieldText]
) {
  switch node.content {
  case .missing: break
  case .scalar(let scalar):
    guard let start = offset(of: node.range.start, lines), let end = offset(of: node.range.end, lines), start <= end
    else { return }
    found.append(
      FieldText(field: field(path, types), text: scalar.text, range: node.range, bytes: start..<end))
  case .sequence(let elements):
    for (index, element) in elements.enumerated() { collect(element, path + [String(index)], lines, types, &found) }
  case .mapping(let entries):
    for entry in entries { collect(entry.value, path + [entry.key], lines, types, &found) }
  }
}

/// The name of a field wherever it is written: inline for an environment, in `facets:`, in a block for one type.
private func field(_ path: [String], _ types: Set<String>) -> String {
  var path = path[...]
  if path.first == "environments", path.count > 2 { path = path.dropFirst(2) }
  var names = Array(path)
  if names.first == "facets", names.count > 2 { names[0] = "buckets" }
  if names.count > 3, names[0] != "connections", types.contains(names[2]) { names.remove(at: 2) }
  return names.joined(separator: ".")
}

/// Columns count code points from 1.
private func offset(of position: SourcePosition, _ lines: SourceLines) -> Int? {
  guard position.line >= 1, Int(position.line) <= lines.count else { return nil }
  let line = lines[Int(position.line)]
  var left = Int(position.column) - 1
  var index = line.startIndex
  while left > 0, index < line.endIndex {
    index += 1
    while index < line.endIndex, line[index] & 0xC0 == 0x80 { index += 1 }
    left -= 1
  }
  return left == 0 ? index : nil
}
