import Synchronization

/// A clock that only moves when it is told to.
final class ScriptedClock: Sendable {
  private let seconds = Mutex<Double>(0)

  var now: Double { seconds.withLock { $0 } }

  func advance(by amount: Double) { seconds.withLock { $0 += amount } }
}
