internal import CooperEngine

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

enum SystemClock {
  /// Seconds since 1970 and their fraction.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  static let engine = EngineClock(now: now, sleep: { try await Task.sleep(for: $0) })
}
