import CooperModel
import CooperSchema
import Foundation
import Testing

@testable import CooperState

/// `flock(1)` holding a lock in a process of its own until it is ended.
private final class LockingProcess: @unchecked Sendable {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  /// Returns when the lock is held.
  init(path: String) throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["flock", "--no-fork", path, "sh", "-c", "echo held; exec cat"]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    _ = output.fileHandleForReading.availableData
  }

  func kill() {
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  func end() throws {
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}

@Suite struct StateLockTests {
  let directory: TemporaryDirectory
  let store: FileStateStore
  var lockFile: String { directory.path + "/.cooper/lock" }

  init() throws {
    directory = try TemporaryDirectory()
    store = FileStateStore(base: directory.path, environment: nil, cooperVersion: "0.1.0")
  }

  private func failure(of holder: LockHolder) async -> StateFailure? {
    do throws(StateFailure) {
      let lease = try await store.lock(holder)
      await lease.release()
      return nil
    } catch {
      return error
    }
  }

  @Test("Two in one process: the second is told at once who holds it, and gets it after the release")
  func oneProcess() async throws {
    let lease = try await store.lock(Sample.holder)
    let refused = await failure(of: Sample.holder)
    #expect(refused?.kind == .locked(Sample.holder))
    #expect(refused?.message == "\(lockFile) is locked by r-1 on h (process 7, apply)")
    #expect(try store.lockHolder() == Sample.holder)
    await lease.release()
    #expect(try store.lockHolder() == nil)
    #expect(await failure(of: Sample.holder) == nil)
    #expect(directory.names(".cooper") == ["lock"], "the lock's file is never deleted")
  }

  @Test("A lease that is forgotten, not released, holds no lock")
  func forgotten() async throws {
    _ = try await store.lock(Sample.holder)
    #expect(await failure(of: Sample.holder) == nil)
  }

  @Test("Another process holds it: locked; it ends: free")
  func twoProcesses() async throws {
    try directory.write(Array("{}".utf8), ".cooper/lock")
    let other = try LockingProcess(path: lockFile)
    let refused = await failure(of: Sample.holder)
    #expect(refused?.kind == .locked(nil))
    #expect(directory.bytes(".cooper/lock") == Array("{}".utf8), "who is refused writes nothing")
    try other.end()
    #expect(await failure(of: Sample.holder) == nil)
  }

  @Test("The holder is killed: its text is left, its lock is not")
  func deadHolder() async throws {
    try directory.write(ValueJSON.encode(Sample.holder.value, pretty: true), ".cooper/lock")
    let other = try LockingProcess(path: lockFile)
    #expect(await failure(of: Sample.holder)?.kind == .locked(Sample.holder))
    other.kill()
    #expect(await failure(of: Sample.holder) == nil)
  }

  @Test("Neither lock nor journal is inherited by a process that is started meanwhile: both close on exec")
  func notInherited() async throws {
    let lease = try await store.lock(Sample.holder)
    try await lease.append([Sample.begin(serial: 0)], durable: false)
    var open: [String: Bool] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
      guard let number = Int32(name),
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + name),
        target.hasPrefix(directory.path)
      else { continue }
      open[String(target.dropFirst(directory.path.count))] = fcntl(number, F_GETFD) & FD_CLOEXEC != 0
    }
    #expect(open == ["/.cooper/lock": true, "/.cooper/journal.jsonl": true])
    await lease.release()
  }
}
