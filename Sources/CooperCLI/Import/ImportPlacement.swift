internal import CooperConfig
internal import CooperDiagnostics
internal import CooperSyntax

/// The project's files with some replaced or added in memory, so that a change can be tried before it is written.
struct OverlaidFiles: ProjectFiles {
  let base: any ProjectFiles
  var texts: [String: String]

  func read(_ path: String) throws(ProjectFileError) -> [UInt8] {
    if let text = texts[path] { return Array(text.utf8) }
    return try base.read(path)
  }

  func entries(of directory: String) throws(ProjectFileError) -> [ProjectFileEntry] {
    let prefix = directory.isEmpty ? "" : directory + "/"
    var added: Set<ProjectFileEntry> = []
    for path in texts.keys where path.hasPrefix(prefix) {
      let rest = path.dropFirst(prefix.count)
      let name = rest.prefix { $0 != "/" }
      added.insert(ProjectFileEntry(String(name), isDirectory: name.count < rest.count))
    }
    do throws(ProjectFileError) {
      return Array(added.union(try base.entries(of: directory)))
    } catch {
      guard !added.isEmpty else { throw error }
      return Array(added)
    }
  }
}

/// Where the block of an imported resource goes, and the line of `cooper.yaml` that includes it.
enum ImportPlacement {
  static let directory = "imported"
  static let pattern = "imported/*.yaml"
  static let line = "include: [\"\(pattern)\"]"

  static func path(_ name: String) -> String { "\(directory)/\(name).yaml" }

  /// `cooper.yaml` with the pattern added to its `include`; nil where that can't be done without touching more.
  static func including(_ root: String) -> String? {
    var sources = SourceMap()
    let text = SourceText(name: "cooper.yaml", text: root)
    guard let documents = parse(text, id: sources.add(text)).value, documents.count == 1,
      let entries = documents[0].entries
    else { return nil }
    var lines = root.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let include = entries.first(where: { $0.key == "include" }) else {
      // Behind the name and the description, as  cooper fmt  has it.
      let above = entries.last { $0.key == "name" || $0.key == "description" }
      guard let above, above.keyRange.start.column == 1,
        above.value.range.start.line == above.keyRange.start.line,
        above.value.range.end.line == above.keyRange.start.line
      else { return nil }
      lines.insert(line, at: Int(above.keyRange.start.line))
      return lines.joined(separator: "\n")
    }
    let range = include.value.range
    guard case .sequence(let elements) = include.value.content, !elements.isEmpty, range.start.line == range.end.line
    else { return nil }
    let index = Int(range.start.line) - 1
    guard lines.indices.contains(index) else { return nil }
    var scalars = Array(lines[index].unicodeScalars)
    let end = Int(range.end.column) - 2
    guard scalars.indices.contains(end), scalars[end] == "]" else { return nil }
    scalars.insert(contentsOf: Array(", \"\(pattern)\"".unicodeScalars), at: end)
    lines[index] = String(String.UnicodeScalarView(scalars))
    return lines.joined(separator: "\n")
  }
}
