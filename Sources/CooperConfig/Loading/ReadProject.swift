internal import CooperDiagnostics
internal import CooperModel
internal import CooperSyntax

/// The texts of a project, parsed and sorted into sections, before any environment is chosen.
struct ProjectText: Sendable {
  var sources = SourceMap()
  var base = Layer()
  var name = ""
  /// Overlays by environment: what stands inline, then what stands in `environments/NAME.yaml`.
  var environments: [String: [Layer]] = [:]
  /// Places of the environments' keys; empty when the project has no environments.
  var environmentKeys: [String: SourceRange] = [:]
  var diagnostics: [Diagnostic] = []
}

/// Reads `cooper.yaml`, what it includes, and the overlays of its environments.
struct ReadProject {
  static let rootFile = "cooper.yaml"
  /// The version of the language that this build speaks.
  static let languageVersion = "1"

  let files: any ProjectFiles
  let sections: Sections
  private var text = ProjectText()
  private var readPaths: Set<String> = [rootFile]

  init(files: any ProjectFiles, catalog: Catalog) {
    self.files = files
    sections = Sections(catalog)
  }

  /// Returns nil when there is no root file to begin with.
  static func read(_ files: any ProjectFiles, _ catalog: Catalog) -> Diagnosed<ProjectText> {
    var reader = ReadProject(files: files, catalog: catalog)
    let bytes: [UInt8]
    do throws(ProjectFileError) {
      bytes = try files.read(rootFile)
    } catch {
      return Diagnosed(nil, [.noProject(error)])
    }
    reader.readRoot(bytes)
    reader.text.diagnostics += reader.text.base.foldFacets()
    let diagnostics = reader.text.diagnostics
    return Diagnosed(reader.text, diagnostics)
  }

  private mutating func readRoot(_ bytes: [UInt8]) {
    let documents = parsed(Self.rootFile, bytes)
    for document in documents { add(document, .root) }
    let start = documents.first?.range
    checkVersion(start)
    readName(start)
    readIncludes()
    readEnvironments()
  }

  private mutating func parsed(_ path: String, _ bytes: [UInt8]) -> [SyntaxNode] {
    let source = SourceText(name: path, bytes: bytes)
    let result = parse(source, id: text.sources.add(source))
    text.diagnostics += result.diagnostics
    return result.value ?? []
  }

  private mutating func add(_ document: SyntaxNode, _ role: Layer.Role) {
    text.diagnostics += text.base.add(document, as: role, sections)
  }

  private mutating func checkVersion(_ start: SourceRange?) {
    // A root file that can't be read to its end has its own diagnostic already.
    guard let start else {
      if !text.diagnostics.contains(where: { $0.severity == .error }) { text.diagnostics.append(.noVersion(nil)) }
      return
    }
    guard let version = text.base.singles["cooper"] else { return text.diagnostics.append(.noVersion(start)) }
    guard version.value.scalar?.text != Self.languageVersion else { return }
    text.diagnostics.append(.otherVersion(version))
  }

  private mutating func readName(_ start: SourceRange?) {
    guard let start else { return }
    guard let entry = text.base.singles["name"] else { return text.diagnostics.append(.noProjectName(start)) }
    guard let name = entry.value.scalar?.text, !entry.value.isNull, Self.isProjectName(name) else {
      return text.diagnostics.append(.badProjectName(entry))
    }
    text.name = name
  }

  private static func isProjectName(_ name: String) -> Bool {
    guard (1...64).contains(name.utf8.count) else { return false }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }

  // MARK: Includes

  private mutating func readIncludes() {
    guard let entry = text.base.singles["include"] else { return }
    let patterns: [SyntaxNode]
    switch entry.value.content {
    case .sequence(let elements): patterns = elements
    case .scalar where !entry.value.isNull: patterns = [entry.value]
    default: return text.diagnostics.append(.wrongIncludeForm(entry.value.range))
    }
    for node in patterns {
      guard let written = node.scalar?.text else {
        text.diagnostics.append(.wrongIncludeForm(node.range))
        continue
      }
      include(written, node.range)
    }
  }

  private mutating func include(_ written: String, _ range: SourceRange) {
    let pattern: GlobPattern
    do throws(GlobPattern.Refusal) {
      pattern = try GlobPattern(written)
    } catch {
      return text.diagnostics.append(.includeEscapes(written, error, range))
    }
    let paths = pattern.isLiteral ? [pattern.parts.joined(separator: "/")] : pattern.files(in: files)
    if paths.isEmpty { text.diagnostics.append(.includeMatchesNothing(written, range)) }
    readIncluded(paths.filter { readPaths.insert($0).inserted }, range)
  }

  /// Files know nothing of each other until their sections are joined, so that many are parsed on all processors.
  private mutating func readIncluded(_ paths: [String], _ range: SourceRange) {
    var found: [(source: SourceText, id: SourceID)] = []
    for path in paths {
      do throws(ProjectFileError) {
        let source = SourceText(name: path, bytes: try files.read(path))
        found.append((source, text.sources.add(source)))
      } catch {
        text.diagnostics.append(.unreadableFile(path, error, range))
      }
    }
    let sources = found
    for result in inParallel(sources.count, atLeast: Self.manyFiles, { parse(sources[$0].source, id: sources[$0].id) })
    {
      text.diagnostics += result.diagnostics
      for document in result.value ?? [] { add(document, .included) }
    }
  }

  /// Fewer files than this are parsed in turn.
  private static let manyFiles = 8

  // MARK: Environments

  private mutating func readEnvironments() {
    guard let section = text.base.singles["environments"] else { return }
    guard let entries = section.value.entries else {
      return text.diagnostics.append(.wrongSectionForm(section, "a map from names"))
    }
    for entry in entries where !entry.key.hasPrefix("x-") {
      text.environmentKeys[entry.key] = entry.keyRange
      guard Self.isProjectName(entry.key) else {
        text.diagnostics.append(.badName(entry, "environments", "it becomes part of paths: letters, digits, - and _"))
        continue
      }
      var inline = Layer()
      text.diagnostics += inline.add(entry.value, as: .overlay, sections)
      text.diagnostics += inline.foldFacets()
      var layers = [inline]
      if let overlay = readOverlay("environments/\(entry.key).yaml", entry.keyRange) { layers.append(overlay) }
      text.environments[entry.key] = layers
    }
  }

  private mutating func readOverlay(_ path: String, _ range: SourceRange) -> Layer? {
    guard readPaths.insert(path).inserted else {
      text.diagnostics.append(.overlayIncluded(path, range))
      return nil
    }
    var layer = Layer()
    do throws(ProjectFileError) {
      for document in parsed(path, try files.read(path)) {
        text.diagnostics += layer.add(document, as: .overlay, sections)
      }
    } catch .notFound {
      return nil
    } catch {
      text.diagnostics.append(.unreadableFile(path, error, range))
      return nil
    }
    text.diagnostics += layer.foldFacets()
    return layer
  }
}

extension Diagnostic {
  static func noProject(_ error: ProjectFileError) -> Diagnostic {
    Diagnostic(
      .noProject, .error, "There is no cooper.yaml to read: \(error.words)",
      fix: ["run  cooper init   to make a project here, or name its directory with --project"])
  }

  static func noVersion(_ start: SourceRange?) -> Diagnostic {
    Diagnostic(
      .noVersion, .error, "cooper.yaml does not say which version of the language it is written in", at: start,
      fix: ["write  cooper: \(ReadProject.languageVersion)   as its first line"])
  }

  static func otherVersion(_ entry: SyntaxNode.Entry) -> Diagnostic {
    Diagnostic(
      .otherVersion, .error, "This build speaks version \(ReadProject.languageVersion) of the language only",
      at: entry.value.range, fix: ["write  cooper: \(ReadProject.languageVersion)   or use another cooper"])
  }

  static func noProjectName(_ start: SourceRange) -> Diagnostic {
    Diagnostic(
      .noProjectName, .error, "The project has no name", at: start,
      fix: ["write  name: my-storage   into cooper.yaml"])
  }

  static func badProjectName(_ entry: SyntaxNode.Entry) -> Diagnostic {
    Diagnostic(
      .noProjectName, .error, "The project's name must be 1 to 64 letters, digits, hyphens or underscores",
      at: entry.value.range)
  }

  static func wrongIncludeForm(_ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .wrongIncludeForm, .error, "\"include\" must be a list of paths", at: range,
      fix: ["for example  include: [\"buckets/*.yaml\"]"])
  }

  static func includeEscapes(_ written: String, _ refusal: GlobPattern.Refusal, _ range: SourceRange) -> Diagnostic {
    let reason =
      switch refusal {
      case .absolute: "it is an absolute path"
      case .climbs: "it climbs out with \"..\""
      case .empty: "it names no file"
      }
    return Diagnostic(
      .includeEscapes, .error, "\"\(written)\" can't be included: \(reason)", at: range,
      notes: [Note("paths start at the project's directory and stay below it")])
  }

  static func includeMatchesNothing(_ written: String, _ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .includeMatchesNothing, .warning, "No file matches \"\(written)\"", at: range,
      notes: [Note("paths start at the project's directory; * stays in one directory, ** goes below")])
  }

  static func unreadableFile(_ path: String, _ error: ProjectFileError, _ range: SourceRange) -> Diagnostic {
    Diagnostic(.unreadableFile, .error, "\"\(path)\" can't be read: \(error.words)", at: range)
  }

  static func overlayIncluded(_ path: String, _ range: SourceRange) -> Diagnostic {
    Diagnostic(
      .unreadableFile, .error, "\"\(path)\" is included, but it is the overlay of an environment", at: range,
      fix: ["take it out of \"include\""])
  }
}
