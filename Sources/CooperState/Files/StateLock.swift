import CooperSchema

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An advisory flock(2) on a file that is never deleted, so that nobody locks a name that is gone.
///
/// The kernel releases it when the process dies. Who holds it stands in the file, for others to be told only.
struct StateLock {
  let path: String
  private let descriptor: Int32

  /// Takes the lock or fails with `.locked` at once.
  init(path: String, holder: LockHolder) throws(StateFailure) {
    self.path = path
    do throws(SystemError) {
      descriptor = try SystemCalls.openFile(path, O_RDWR | O_CREAT)
    } catch {
      throw error.failure
    }
    do throws(SystemError) {
      try SystemCalls.retrying("lock", path) { [descriptor] in flock(descriptor, LOCK_EX | LOCK_NB) }
      try SystemCalls.truncate(descriptor, to: 0, path)
      try SystemCalls.writeAll(descriptor, ValueJSON.encode(holder.value, pretty: true), path)
    } catch {
      defer { SystemCalls.closeFile(descriptor) }
      guard error.doing == "lock", error.code == EWOULDBLOCK else { throw error.failure }
      let other = StateLock.holder(in: try? SystemCalls.contents(of: path))
      let who = other.map { "\($0.owner) on \($0.host) (process \($0.process), \($0.command))" } ?? "another process"
      throw StateFailure(
        .locked(other), "\(path) is locked by \(who)",
        fix: "Wait until it ends, or wait here with --lock-timeout. A dead process holds no lock.")
    }
  }

  func release() {
    // The text goes first: nobody may be told of a holder who isn't one any more.
    try? SystemCalls.truncate(descriptor, to: 0, path)
    SystemCalls.closeFile(descriptor)
  }

  /// Who the lock's text names; nil when it is empty or being written.
  static func holder(in bytes: [UInt8]?) -> LockHolder? {
    guard let bytes, let value = try? ValueJSON.decode(bytes) else { return nil }
    return LockHolder(value: value)
  }
}

extension LockHolder {
  var value: Value {
    [
      "owner": .string(owner), "host": .string(host), "process": .integer(Int64(process)), "command": .string(command),
      "since": .integer(since),
    ]
  }

  init?(value: Value) {
    guard let owner = value["owner"]?.string, let host = value["host"]?.string,
      let process = value["process"]?.integer.flatMap(Int32.init(exactly:)),
      let command = value["command"]?.string, let since = value["since"]?.integer
    else { return nil }
    self.init(owner: owner, host: host, process: process, command: command, since: since)
  }
}
