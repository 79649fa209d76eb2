/// Time as the engine sees it; the simulation gives a virtual one.
public struct EngineClock: Sendable {
  /// Seconds since 1970 and their fraction.
  public var now: @Sendable () -> Double
  public var sleep: @Sendable (Duration) async throws -> Void

  public init(now: @escaping @Sendable () -> Double, sleep: @escaping @Sendable (Duration) async throws -> Void) {
    self.now = now
    self.sleep = sleep
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
