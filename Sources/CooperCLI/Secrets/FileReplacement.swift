internal import CooperModel

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Replaces several files, each in one step, after all new texts are on the disk: either every file can be written or none
/// is touched.
enum FileReplacement {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Paths are absolute; links are followed and stay links, modes stay.
  static func replace(_ files: [(path: String, bytes: [UInt8])]) throws(Failure) {
    var staged: [(new: String, path: String)] = []
    do throws(Failure) {
      for file in files {
        let path = SecretFile.withoutLinks(file.path) ?? file.path
        staged.append((path + ".cooper-new", path))
        try write(file.bytes, to: path + ".cooper-new", mode: mode(of: path))
      }
    } catch {
      for file in staged { unlink(file.new) }
      throw error
    }
    for file in staged where rename(file.new, file.path) != 0 {
      let problem = words(errno)
      for rest in staged { unlink(rest.new) }
      throw Failure(description: "\(file.path): \(problem); run it again, what was rewritten already stays good")
    }
  }

  /// Makes a file that must not be there yet, for nobody but its owner.
  static func create(_ path: String, _ body: (Int32) throws(Failure) -> Void) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Failure(description: "\(path): \(words(errno))") }
    defer { close(descriptor) }
    try body(descriptor)
    guard fsync(descriptor) == 0 else { throw Failure(description: "\(path): \(words(errno))") }
  }

  static func writeAll(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32, _ path: String) throws(Failure) {
    var rest = bytes
    while !rest.isEmpty {
      let count = systemWrite(descriptor, rest)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Failure(description: "\(path): \(words(errno))") }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Replaces or makes one file with that mode, on the disk for good when it returns; its name is that of no link.
  static func replaceDurably(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(Failure) {
    let new = path + ".cooper-new"
    do throws(Failure) { try write(bytes, to: new, mode: mode) } catch {
      unlink(new)
      throw error
    }
    guard rename(new, path) == 0 else {
      let problem = words(errno)
      unlink(new)
      throw Failure(description: problem)
    }
    let directory = open(
      String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]), O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    guard directory >= 0 else { throw Failure(description: words(errno)) }
    defer { close(directory) }
    guard fsync(directory) == 0 else { throw Failure(description: words(errno)) }
  }

  private static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(Failure) {
    // What a run that died left there goes.
    unlink(path)
    var failure: Failure?
    try create(path) { (descriptor) throws(Failure) in
      fchmod(descriptor, mode)
      bytes.withUnsafeBytes { bytes in
        do throws(Failure) { try writeAll(bytes, descriptor, path) } catch { failure = error }
      }
    }
    if let failure { throw failure }
  }

  private static func mode(of path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0o644
  }

  private static func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, buffer.baseAddress, buffer.count)
    #else
      Darwin.write(descriptor, buffer.baseAddress, buffer.count)
    #endif
  }

  private static func words(_ code: Int32) -> String {
    switch code {
    case EACCES, EPERM: "permission denied"
    case ENOSPC: "no space left on the device"
    case EROFS: "the file system is read-only"
    case EEXIST: "it exists already"
    case ENOENT, ENOTDIR: "there is no such directory"
    default: String(cString: strerror(code))
    }
  }
}
