public import CooperConfig

/// A project that exists in memory only.
public struct MemoryFiles: ProjectFiles {
  public var texts: [String: String]
  /// Files that are no text; each has an entry in `texts` as well.
  public var bytes: [String: [UInt8]] = [:]

  public init(_ texts: [String: String]) { self.texts = texts }

  public func read(_ path: String) throws(ProjectFileError) -> [UInt8] {
    if let bytes = bytes[path] { return bytes }
    guard let text = texts[path] else { throw .notFound }
    return Array(text.utf8)
  }

  public func entries(of directory: String) throws(ProjectFileError) -> [ProjectFileEntry] {
    let prefix = directory.isEmpty ? "" : directory + "/"
    var found: Set<ProjectFileEntry> = []
    for path in texts.keys where path.hasPrefix(prefix) {
      let rest = path.dropFirst(prefix.count)
      let name = rest.prefix { $0 != "/" }
      found.insert(ProjectFileEntry(String(name), isDirectory: name.count < rest.count))
    }
    return Array(found)
  }
}
