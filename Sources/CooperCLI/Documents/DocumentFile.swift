internal import CooperConfig
internal import CooperDocuments
internal import CooperModel
internal import CooperSchema

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A place in the project where a document is written: never outside, never over what somebody else wrote.
struct DocumentFile {
  /// Absolute, without a link in it.
  let root: String
  /// As the YAML says it.
  let path: String
  /// Files that hold the project itself.
  let sources: Set<String>

  static func mode(holdsSecrets: Bool) -> Int { holdsSecrets ? 0o600 : 0o644 }

  private var absolute: String { root + "/" + path }

  /// Checks the place; nothing is made by it.
  func check() throws(DocumentProblem) {
    let parts = path.split(separator: "/").map(String.init)
    let hidden = parts.first { [".git", ".cooper"].contains($0.lowercased()) }
    if let hidden { throw .badPlace(path, "\(hidden) is no place for documents") }
    if path.hasSuffix("/") || parts.isEmpty || parts.contains("..") || path.hasPrefix("/") {
      throw .badPlace(path, "it is no path of a file inside the project")
    }
    if sources.contains(parts.filter { $0 != "." }.joined(separator: "/")) {
      throw .badPlace(path, "it is a file of the project itself")
    }
    // The deepest directory that is there tells whether links lead away.
    var directory = parts.dropLast().filter { $0 != "." }
    while true {
      let place = directory.isEmpty ? root : root + "/" + directory.joined(separator: "/")
      if let real = SecretFile.withoutLinks(place) {
        guard real == root || SecretFile.isBelow(real, root) else {
          throw .badPlace(path, "a link leads out of the project")
        }
        break
      }
      guard !directory.isEmpty else { break }
      directory.removeLast()
    }
    var status = stat()
    guard lstat(absolute, &status) == 0 else { return }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFLNK: throw .badPlace(path, "it is a link")
    default: throw .badPlace(path, "it is no regular file")
    }
  }

  /// What is there; nil when nothing is.
  func contents() throws(DocumentProblem) -> (bytes: [UInt8], mode: Int)? {
    let bytes: [UInt8]?
    do { bytes = try Files(directory: root).read(path) } catch { throw .unreadable(path) }
    return bytes.map { ($0, FormatRim.mode(of: absolute)) }
  }

  /// True for what Cooper wrote there before: it has Cooper's first line, or is JSON with the very same members.
  static func isOurs(_ old: [UInt8], _ new: [UInt8]) -> Bool {
    if old.isEmpty || old.starts(with: Array(Documents.mark.utf8)) || old == new { return true }
    if new.starts(with: Array("op=".utf8)) { return old.starts(with: Array("op=".utf8)) }
    guard let before = try? ValueJSON.decode(old), let after = try? ValueJSON.decode(new) else { return false }
    return signature(before) == signature(after)
  }

  private static func signature(_ value: Value) -> [String]? {
    switch value {
    case .map(let map): map.keys
    case .list(let elements): ["[]"] + (elements.first?.map?.keys ?? [])
    default: nil
    }
  }

  /// Replaces the file in one step, with the mode that its contents need from the first byte on.
  func write(_ bytes: [UInt8], mode: Int) throws(DocumentProblem) {
    let directory = path.split(separator: "/").dropLast().joined(separator: "/")
    do {
      if !directory.isEmpty { try Files(directory: root).makeDirectory(directory) }
    } catch {
      throw .unwritable(path, "its directory can't be made")
    }
    let new = absolute + ".cooper-new"
    // What a run that died left there goes.
    unlink(new)
    do throws(FileReplacement.Failure) {
      try FileReplacement.create(new) { (descriptor) throws(FileReplacement.Failure) in
        fchmod(descriptor, mode_t(mode))
        var failure: FileReplacement.Failure?
        bytes.withUnsafeBytes { buffer in
          do throws(FileReplacement.Failure) {
            try FileReplacement.writeAll(buffer, descriptor, new)
          } catch { failure = error }
        }
        if let failure { throw failure }
      }
    } catch {
      unlink(new)
      throw .unwritable(path, error.description)
    }
    guard rename(new, absolute) == 0 else {
      unlink(new)
      throw .unwritable(path, "it can't be replaced")
    }
  }
}

extension DocumentProblem {
  fileprivate static func badPlace(_ path: String, _ reason: String) -> DocumentProblem {
    DocumentProblem("DOC0008", "\(path): \(reason)", fix: "write another  path:")
  }

  static func foreign(_ path: String) -> DocumentProblem {
    DocumentProblem(
      "DOC0009", "\(path) was not written by Cooper and stays as it is",
      fix: "move it away, write another  path:, or replace it by  cooper emit --force")
  }

  fileprivate static func unreadable(_ path: String) -> DocumentProblem {
    DocumentProblem("DOC0010", "\(path) can't be read", fix: "look at its permissions")
  }

  fileprivate static func unwritable(_ path: String, _ reason: String) -> DocumentProblem {
    DocumentProblem("DOC0010", "\(path) can't be written: \(reason)", fix: "look at permissions and space")
  }
}
