internal import CooperEngine

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Ctrl-C: the first asks the run to stop after the calls in flight, the second leaves at once (the journal is safe).
enum Signals {
  /// Process-wide because a C signal handler can't carry a context; it only touches the atomic inside.
  static let stop = StopSignal()

  static func install() {
    signal(SIGPIPE, SIG_IGN)
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in
        if Signals.stop.isStopped { _exit(130) }
        Signals.stop.stop()
      }
    }
    _ = stop.isStopped
  }
}
