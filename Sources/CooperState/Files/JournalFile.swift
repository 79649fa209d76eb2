#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The journal on disk, open for appending by the one who holds the lock.
///
/// An append is all or nothing: what was written of it is cut off again when the disk is full.
struct JournalFile {
  typealias Writer = @Sendable (Int32, [UInt8], String) throws(SystemError) -> Void

  let path: String
  private let write: Writer
  private var descriptor: Int32?
  /// Where the last whole line ends.
  private(set) var size = 0
  /// How much of it is known to be on the medium.
  private(set) var syncedSize = 0
  /// Why nothing can be appended any more; after a failed sync nobody knows what is on the medium.
  private var broken: SystemError?

  /// `write` writes all bytes or throws; tests put a full disk in its place.
  init(path: String, write: @escaping Writer = SystemCalls.writeAll) {
    self.path = path
    self.write = write
  }

  /// Opens or makes the file and cuts off a torn last line, so that the next line starts at a line's start.
  private mutating func open() throws(SystemError) -> Int32 {
    if let broken { throw broken }
    if let descriptor { return descriptor }
    let opened = try SystemCalls.openFile(path, O_RDWR | O_CREAT | O_APPEND)
    do throws(SystemError) {
      let bytes = try SystemCalls.readAll(opened, path)
      size = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      if size < bytes.count { try SystemCalls.truncate(opened, to: size, path) }
      // The name itself must survive a loss of power, or the events in it don't.
      try SystemCalls.syncDirectory(FilePaths.parent(of: path))
    } catch {
      SystemCalls.closeFile(opened)
      throw error
    }
    descriptor = opened
    return opened
  }

  /// Appends whole lines; after an error the file is as before, or nothing more can be appended.
  mutating func append(_ bytes: [UInt8]) throws(SystemError) {
    let descriptor = try open()
    do throws(SystemError) {
      try write(descriptor, bytes, path)
      size += bytes.count
    } catch {
      do throws(SystemError) {
        try SystemCalls.truncate(descriptor, to: size, path)
      } catch let second {
        broken = second
      }
      throw error
    }
  }

  /// Puts all that was appended on the medium.
  mutating func sync() throws(SystemError) {
    guard syncedSize < size else {
      if let broken { throw broken }
      return
    }
    let descriptor = try open()
    do throws(SystemError) {
      try SystemCalls.syncData(descriptor, path)
      syncedSize = size
    } catch {
      // The kernel may count the pages as written after it has reported the error once (fsync(2)).
      broken = error
      throw error
    }
  }

  /// Removes the file, whose events are in the saved state.
  mutating func drop() throws(SystemError) {
    close()
    try SystemCalls.remove(path)
    broken = nil
  }

  mutating func close() {
    if let descriptor { SystemCalls.closeFile(descriptor) }
    descriptor = nil
    size = 0
    syncedSize = 0
  }
}
