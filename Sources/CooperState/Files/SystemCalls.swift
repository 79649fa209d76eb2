#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A system call that failed; EINTR never shows, the call is made again.
struct SystemError: Error, Hashable {
  var doing: String
  var path: String
  var code: Int32

  var reason: String { String(cString: strerror(code)) }

  /// As callers of a store are told: the disk failed, nothing that was recorded is lost.
  var failure: StateFailure {
    let fix: String? =
      switch code {
      case ENOSPC, EDQUOT, EFBIG: "Make room on the disk and run again; what was done so far is recorded."
      case EACCES, EPERM, EROFS: "Let this user write there, or choose another place with --state."
      default: nil
      }
    return StateFailure(.unavailable, "can't \(doing) \(path): \(reason)", fix: fix)
  }
}

/// The few calls that keeping files safely takes. Everything that is opened is closed on exec.
enum SystemCalls {
  /// Tells one version of a file from the next.
  struct Stamp: Hashable {
    var inode: UInt64
    var size: Int64
    var changedSeconds: Int64
    var changedNanoseconds: Int64
  }

  /// Makes the call again as long as a signal interrupts it; -1 becomes an error.
  @discardableResult
  static func retrying<T: SignedInteger>(
    _ doing: String, _ path: String, _ call: () -> T
  ) throws(SystemError) -> T {
    while true {
      let result = call()
      if result != -1 { return result }
      if errno != EINTR { throw SystemError(doing: doing, path: path, code: errno) }
    }
  }

  static func openFile(_ path: String, _ flags: Int32, mode: UInt32 = 0o600) throws(SystemError) -> Int32 {
    let verb = flags & O_CREAT == 0 ? "open" : "write"
    return try retrying(verb, path) { open(path, flags | O_CLOEXEC, mode_t(mode)) }
  }

  /// Errors of close are not looked at: what must be on the medium was synced before.
  static func closeFile(_ descriptor: Int32) { _ = close(descriptor) }

  /// The whole file, or nil when there is none.
  static func contents(of path: String) throws(SystemError) -> [UInt8]? {
    let descriptor: Int32
    do throws(SystemError) {
      descriptor = try openFile(path, O_RDONLY)
    } catch {
      if error.code == ENOENT { return nil }
      throw error
    }
    defer { closeFile(descriptor) }
    return try readAll(descriptor, path)
  }

  /// Reads from where the descriptor stands to the end.
  static func readAll(_ descriptor: Int32, _ path: String) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    let size = 1 << 18
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try retrying("read", path) { read(descriptor, buffer.baseAddress, size) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer.prefix(count))
    }
  }

  /// Writes all bytes with as few calls as the system allows, and goes on after a short write.
  static func writeAll(_ descriptor: Int32, _ bytes: [UInt8], _ path: String) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = try retrying("write", path) {
        rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      }
      rest = rest.dropFirst(count)
    }
  }

  static func truncate(_ descriptor: Int32, to size: Int, _ path: String) throws(SystemError) {
    try retrying("shorten", path) { ftruncate(descriptor, off_t(size)) }
  }

  static func sync(_ descriptor: Int32, _ path: String) throws(SystemError) {
    try retrying("sync", path) { fsync(descriptor) }
  }

  /// Content and size reach the medium; other metadata may not.
  static func syncData(_ descriptor: Int32, _ path: String) throws(SystemError) {
    #if canImport(Glibc) || canImport(Musl)
      try retrying("sync", path) { fdatasync(descriptor) }
    #else
      try sync(descriptor, path)
    #endif
  }

  /// Makes names in a directory durable: new files, renames.
  static func syncDirectory(_ path: String) throws(SystemError) {
    let descriptor = try openFile(path, O_RDONLY | O_DIRECTORY)
    defer { closeFile(descriptor) }
    try sync(descriptor, path)
  }

  static func replace(_ target: String, with path: String) throws(SystemError) {
    try retrying("replace", target) { rename(path, target) }
  }

  static func keepCopy(of path: String, as target: String) throws(SystemError) {
    try retrying("keep a copy as", target) { link(path, target) }
  }

  /// Removes a file; one that isn't there is fine.
  static func remove(_ path: String) throws(SystemError) {
    do throws(SystemError) {
      try retrying("remove", path) { unlink(path) }
    } catch {
      if error.code != ENOENT { throw error }
    }
  }

  static func stamp(_ path: String) throws(SystemError) -> Stamp? {
    var info = stat()
    do throws(SystemError) {
      try retrying("look at", path) { stat(path, &info) }
    } catch {
      if error.code == ENOENT { return nil }
      throw error
    }
    #if canImport(Glibc) || canImport(Musl)
      let changed = info.st_ctim
    #else
      let changed = info.st_ctimespec
    #endif
    return Stamp(
      inode: UInt64(info.st_ino), size: Int64(info.st_size), changedSeconds: Int64(changed.tv_sec),
      changedNanoseconds: Int64(changed.tv_nsec))
  }

  /// Makes a directory and all above it, for this user only (0700); existing ones stay as they are.
  static func makeDirectories(_ path: String) throws(SystemError) {
    guard !path.isEmpty, path != "/" else { return }
    do throws(SystemError) {
      try retrying("make the directory", path) { mkdir(path, 0o700) }
    } catch {
      switch error.code {
      case EEXIST: return
      case ENOENT:
        try makeDirectories(FilePaths.parent(of: path))
        try makeDirectories(path)
      default: throw error
      }
    }
  }

  /// Names in a directory, in no order; none when it isn't there.
  static func names(in path: String) throws(SystemError) -> [String] {
    guard let directory = opendir(path) else {
      if errno == ENOENT { return [] }
      throw SystemError(doing: "list", path: path, code: errno)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}
