internal import CooperEngine
internal import CooperModel
internal import CooperPlan
private import Synchronization

/// One line on a terminal that tells how far a long step is; nothing elsewhere.
final class ProgressMeter: Sendable {
  private struct State {
    var shownAt = 0.0
    var isShown = false
  }

  private let output: Output
  private let begun = SystemClock.now()
  private let state = Mutex(State())
  /// Work that is over sooner than this shows nothing.
  private static let patience = 0.5

  init(_ output: Output) { self.output = output }

  func observed(_ done: Int, of total: Int) { show("observing  \(done)/\(total) reads") }

  private func show(_ text: String) {
    guard output.isTerminalError else { return }
    let now = SystemClock.now()
    guard now - begun > Self.patience else { return }
    let due = state.withLock { state in
      guard now - state.shownAt > 0.1 else { return false }
      state.shownAt = now
      state.isShown = true
      return true
    }
    if due { output.note("\r\u{1b}[K\(text)  \(Int(now - begun)) s", terminator: "") }
  }

  func clear() {
    let shown = state.withLock { state in
      defer { state.isShown = false }
      return state.isShown
    }
    if shown { output.note("\r\u{1b}[K", terminator: "") }
  }
}
