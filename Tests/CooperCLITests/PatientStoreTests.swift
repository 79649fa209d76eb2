import CooperState
import CooperTestSupport
import Foundation
import Synchronization
import Testing

@testable import CooperCLI

@Suite("Waiting for the lock")
struct PatientStoreTests {
  private static let holder = LockHolder(owner: "ana", host: "here", process: 1, command: "test", since: 0)

  /// A clock that stands still but for the pauses; what is slept for is noted.
  private final class Pauses: Sendable {
    let seconds = Mutex<[Double]>([])
    var total: Double { seconds.withLock { $0.reduce(0, +) } }
    func add(_ pause: Duration) {
      let (whole, rest) = pause.components
      seconds.withLock { $0.append(Double(whole) + Double(rest) / 1e18) }
    }
  }

  @Test("Pauses grow to two seconds, and the wait ends when its time is over")
  func givesUp() async throws {
    let directory = NSTemporaryDirectory() + "cooper-lock-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let inner = FileStateStore(base: directory, environment: nil, cooperVersion: "test")
    let lease = try await inner.lock(Self.holder)
    let pauses = Pauses()
    let told = Mutex(0)
    let store = PatientStore(
      inner: inner, patience: 30, sleep: { pauses.add($0) }, now: { pauses.total },
      onWait: { _ in told.withLock { $0 += 1 } })
    await #expect(throws: StateFailure.self) { _ = try await store.lock(Self.holder) }
    #expect(told.withLock { $0 } == 1)
    #expect(abs(pauses.total - 30) < 0.01)
    #expect(pauses.seconds.withLock { $0.max() } == 2)
    #expect(pauses.seconds.withLock { $0.first } == 0.05)
    await lease.release()
    _ = try await store.lock(Self.holder)
  }
}
