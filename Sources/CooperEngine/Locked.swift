private import Synchronization

/// A value behind a mutex, for the few places that are shared between tasks.
final class Locked<State: Sendable>: Sendable {
  private let mutex: Mutex<State>

  init(_ state: State) { mutex = Mutex(state) }

  func withLock<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
    mutex.withLock { state in body(&state) }
  }
}
