internal import FoundationEssentials

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The files below one directory of this machine; links that lead out of it are refused.
public struct DirectoryFiles: ProjectFiles {
  /// The directory without links in its path.
  public let root: String

  public init(root: String) { self.root = Self.withoutLinks(root) ?? root }

  public func read(_ path: String) throws(ProjectFileError) -> [UInt8] {
    let place = try locate(path)
    do {
      return Array(try Data(contentsOf: URL(filePath: place)))
    } catch {
      throw .unreadable("it can't be read")
    }
  }

  public func entries(of directory: String) throws(ProjectFileError) -> [ProjectFileEntry] {
    let place = try locate(directory)
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: place) else {
      throw .unreadable("it can't be listed")
    }
    return names.map { name in
      var isDirectory = false
      _ = FileManager.default.fileExists(atPath: place + "/" + name, isDirectory: &isDirectory)
      return ProjectFileEntry(name, isDirectory: isDirectory)
    }
  }

  private func locate(_ path: String) throws(ProjectFileError) -> String {
    guard let place = Self.withoutLinks(path.isEmpty ? root : root + "/" + path) else {
      guard errno == ENOENT || errno == ENOTDIR else { throw .unreadable(String(cString: strerror(errno))) }
      throw .notFound
    }
    guard place == root || place.hasPrefix(root == "/" ? "/" : root + "/") else { throw .outsideProject }
    return place
  }

  private static func withoutLinks(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
