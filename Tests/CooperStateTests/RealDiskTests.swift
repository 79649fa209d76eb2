import CooperModel
import CooperSchema
import Foundation
import Testing

@testable import CooperState

/// A file system of 64 KiB in memory; nil where this user may not mount one.
private final class SmallDisk: Sendable {
  let directory: TemporaryDirectory

  init?() {
    guard getuid() == 0, let directory = try? TemporaryDirectory(),
      mount("tmpfs", directory.path, "tmpfs", 0, "size=64k") == 0
    else { return nil }
    self.directory = directory
  }

  deinit { umount2(directory.path, Int32(MNT_DETACH)) }
}

@Suite struct RealDiskTests {
  @Test("A disk that is really full: appends fail whole, what was durable is there, and with room again all goes on")
  func full() async throws {
    guard let disk = SmallDisk() else { return }
    let store = FileStateStore(base: disk.directory.path, environment: nil, cooperVersion: "0.1.0")
    try disk.directory.write([UInt8](repeating: 0, count: 16 << 10), "ballast")
    let lease = try await store.lock(Sample.holder)
    try await lease.commit(Sample.snapshot(serial: 1), replacing: nil)
    try await lease.append([Sample.begin(serial: 1)], durable: true)
    var appended = 0
    var failure: StateFailure?
    while failure == nil {
      var bucket = Sample.bucket("n\(appended)")
      bucket.settings["text"] = .string(String(repeating: "x", count: 997))
      let event = Event.intent(Address("buckets", "b\(appended)"), .create, bucket)
      do throws(StateFailure) {
        try await lease.append([event], durable: true)
        appended += 1
      } catch {
        failure = error
      }
    }
    #expect(failure?.kind == .unavailable)
    #expect(failure?.message.contains("No space left on device") == true)
    let stored = try await store.read()
    #expect(stored.journal.count == appended + 1)
    let saved = await #expect(throws: StateFailure.self) {
      var next = StateSnapshot.fold(try #require(stored.snapshot), stored.journal)
      next.serial = 2
      try await lease.commit(next, replacing: 1)
    }
    #expect(saved?.kind == .unavailable)
    #expect(try await store.read() == stored, "a save that failed changes nothing")
    #expect(!disk.directory.names(".cooper").contains("state.json.new"))
    try FileManager.default.removeItem(atPath: disk.directory.path + "/ballast")
    try await lease.append([.end], durable: true)
    #expect(try await store.read().journal == stored.journal + [.end])
    try await lease.commit(Sample.snapshot(serial: 2), replacing: 1)
    try await lease.append([Sample.begin(serial: 2), .end], durable: true)
    #expect(try await store.read().journal.count == 2)
    await lease.release()
  }

  @Test("A place that may not be written is unavailable, with the way out")
  func notADirectory() async throws {
    let directory = try TemporaryDirectory()
    try directory.write([1], ".cooper")
    let store = FileStateStore(base: directory.path, environment: "prod", cooperVersion: "0.1.0")
    let failure = await #expect(throws: StateFailure.self) { try await store.lock(Sample.holder) }
    #expect(failure?.kind == .unavailable)
    #expect(failure?.message.contains("Not a directory") == true)
  }

  @Test("Readers without a lock see one whole run or the next, never a mixture, while a writer saves")
  func readersBesideWriter() async throws {
    let directory = try TemporaryDirectory()
    let store = FileStateStore(base: directory.path, environment: nil, cooperVersion: "0.1.0")
    let lease = try await store.lock(Sample.holder)
    try await lease.commit(Sample.snapshot(serial: 1), replacing: nil)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for serial in 1..<60 {
          // Each run replaces bucket n by bucket n + 1: there is exactly one, or none before the first.
          let address = Address("buckets", "b\(serial)")
          let events: [Event] = [
            Sample.begin(serial: serial),
            .moved(from: Address("buckets", "b\(serial - 1)"), to: address), .recorded(address, Sample.bucket()),
          ]
          try await lease.append(events, durable: false)
          try await lease.commit(Sample.snapshot(serial: serial + 1, [address: Sample.bucket()]), replacing: serial)
        }
      }
      group.addTask {
        var last = 0
        while last < 60 {
          let stored = try await store.read()
          let snapshot = try #require(stored.snapshot)
          #expect(snapshot.serial >= last)
          last = snapshot.serial
          let folded = StateSnapshot.fold(snapshot, stored.journal)
          #expect(folded.resources.count <= 1 && folded.violations().isEmpty)
          if last > 1 { #expect(folded.resources.count == 1) }
        }
      }
      try await group.waitForAll()
    }
    await lease.release()
  }
}
