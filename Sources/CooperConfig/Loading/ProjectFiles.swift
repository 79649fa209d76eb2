/// The files of one project, named by paths relative to it with `/` between the parts.
public protocol ProjectFiles: Sendable {
  /// Reads a whole file.
  func read(_ path: String) throws(ProjectFileError) -> [UInt8]
  /// Lists a directory, in any order; the empty path is the project itself.
  func entries(of directory: String) throws(ProjectFileError) -> [ProjectFileEntry]
}

/// One name in a directory.
public struct ProjectFileEntry: Sendable, Hashable {
  public var name: String
  public var isDirectory: Bool

  public init(_ name: String, isDirectory: Bool = false) {
    self.name = name
    self.isDirectory = isDirectory
  }
}

/// Why a file of the project can't be had.
public enum ProjectFileError: Error, Sendable, Hashable {
  case notFound
  /// A link leads out of the project; what it points at is never read.
  case outsideProject
  /// The reason in the words of the operating system.
  case unreadable(String)

  var words: String {
    switch self {
    case .notFound: "there is no such file"
    case .outsideProject: "it leads out of the project"
    case .unreadable(let reason): reason
    }
  }
}
