internal import CooperEngine

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Ctrl-C: a command that only reads ends at once; an apply is asked to stop after the calls in flight, and ends at
/// once when asked again (the journal is safe).
enum Signals {
  /// Process-wide because a C signal handler can't carry a context; it only touches the atomic inside.
  static let stop = StopSignal()

  /// For the time in which nothing is written.
  static func installLeaving() {
    signal(SIGPIPE, SIG_IGN)
    for number in [SIGINT, SIGTERM] { signal(number) { _ in _exit(130) } }
  }

  /// For a short time of calls with time limits, behind which something is cleaned up; asking again changes nothing.
  static func hold() {
    _ = stop.isStopped
    for number in [SIGINT, SIGTERM] { signal(number) { _ in Signals.stop.stop() } }
  }

  /// For the time in which a run must not be torn.
  static func install() {
    _ = stop.isStopped
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in
        if Signals.stop.isStopped { _exit(130) }
        Signals.stop.stop()
      }
    }
  }
}
