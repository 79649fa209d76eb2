internal import CooperModel
internal import CooperProvider

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Reads a file that holds a secret: a regular file of limited size that nobody but its owner can use.
enum SecretFile {
  static let limit = 1 << 20

  /// `path` is absolute; `shown` is how the YAML names it. With `roots` the file must lie below one of them, links followed.
  static func read(_ path: String, shown: String, roots: [String]?) throws(CallFailure) -> Secret {
    guard let resolved = withoutLinks(path) else { throw .secretFile(shown, words(errno)) }
    if let roots, !roots.compactMap(withoutLinks).contains(where: { isBelow(resolved, $0) }) {
      throw .secretOutside(shown)
    }
    // Not through a link put there since, and never waiting for somebody to write into a pipe.
    let descriptor = open(resolved, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw .secretFile(shown, words(errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .secretFile(shown, words(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .secretFile(shown, "it is no regular file") }
    let mode = status.st_mode & 0o777
    guard mode & 0o077 == 0 else { throw .openFile(shown, mode: "0" + String(mode, radix: 8)) }
    guard status.st_size <= limit else { throw .secretFile(shown, "it has more than \(limit) bytes") }
    guard let secret = contents(descriptor, limit: limit) else { throw .secretFile(shown, "it can't be read") }
    return secret
  }

  /// All that a descriptor gives, without line breaks at the end; nil when it fails or gives more than the limit.
  static func contents(_ descriptor: Int32, limit: Int) -> Secret? {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limit + 1, alignment: 1)
    var count = 0
    defer {
      wipe(UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
      buffer.deallocate()
    }
    while count <= limit {
      let got = systemRead(descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
      if got == 0 { return trimmed(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
      if got < 0 {
        if errno == EINTR { continue }
        return nil
      }
      count += got
    }
    return nil
  }

  /// Without the line breaks at its end, which editors and `echo` add.
  static func trimmed(_ bytes: UnsafeRawBufferPointer) -> Secret {
    var count = bytes.count
    while count > 0, bytes[count - 1] == 0x0A || bytes[count - 1] == 0x0D { count -= 1 }
    return Secret(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
  }

  static func withoutLinks(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  static func isBelow(_ path: String, _ root: String) -> Bool { path.hasPrefix(root == "/" ? "/" : root + "/") }

  static func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, buffer.baseAddress, buffer.count)
  }

  private static func read(_ descriptor: Int32, _ base: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, base, count)
    #else
      Darwin.read(descriptor, base, count)
    #endif
  }

  private static func words(_ code: Int32) -> String {
    switch code {
    case ENOENT, ENOTDIR: "there is no such file"
    case EACCES, EPERM: "permission denied"
    case ELOOP: "its links lead round in a circle"
    default: "it can't be opened"
    }
  }
}
