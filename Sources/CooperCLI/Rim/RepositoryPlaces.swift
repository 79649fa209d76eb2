internal import CooperDiagnostics
private import FoundationEssentials

/// Names of files as the repository has them: annotations and code scanners start at its root, Cooper at the project.
struct RepositoryPlaces {
  /// From the repository's root to the project; empty, or ends in a slash.
  private let project: String
  /// From the repository's root to the working directory, for files that the command line names.
  private let here: String
  private let fromCommandLine: Set<String>

  init(_ session: Session) {
    let manager = FileManager.default
    project = Self.prefix(of: session.directory)
    here = Self.prefix(of: manager.currentDirectoryPath)
    fromCommandLine = Set(session.options.varFile)
  }

  func renamed(_ sources: SourceMap) -> SourceMap {
    sources.renamed { name in
      if name.hasPrefix("/") { return name }
      return (fromCommandLine.contains(name) ? here : project) + name
    }
  }

  /// The way down to a directory from the nearest one above it that holds `.git`; empty when there is none.
  private static func prefix(of directory: String) -> String {
    var parts: [Substring] = []
    for part in directory.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    for count in stride(from: parts.count, through: 0, by: -1) {
      let place = "/" + parts[..<count].joined(separator: "/")
      if FileManager.default.fileExists(atPath: place == "/" ? "/.git" : place + "/.git") {
        return parts[count...].map { $0 + "/" }.joined()
      }
    }
    return ""
  }
}
