internal import CooperState

/// A store whose lock is waited for, with pauses that grow to two seconds; everything else is the inner store's.
struct PatientStore: StateStore {
  let inner: any StateStore
  /// Seconds to wait at most.
  let patience: Double
  let sleep: @Sendable (Duration) async throws -> Void
  let now: @Sendable () -> Double
  /// Told once, when the wait begins.
  let onWait: @Sendable (LockHolder?) -> Void

  var location: String { inner.location }

  func read() async throws(StateFailure) -> StoredState { try await inner.read() }

  func lock(_ holder: LockHolder) async throws(StateFailure) -> any StateLease {
    let end = now() + patience
    var pause = 0.05
    var told = false
    while true {
      let refusal: StateFailure
      do throws(StateFailure) {
        return try await inner.lock(holder)
      } catch {
        guard case .locked(let other) = error.kind, now() < end else { throw error }
        if !told { onWait(other) }
        told = true
        refusal = error
      }
      do { try await sleep(.seconds(min(pause, max(0.001, end - now())))) } catch { throw refusal }
      pause = min(2, pause * 2)
    }
  }
}
