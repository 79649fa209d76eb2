private import Synchronization

/// A seeded source of numbers in 0..<1 that many tasks may share.
final class Dice: Sendable {
  private let state: Mutex<SplitMix64>

  init(seed: UInt64) { state = Mutex(SplitMix64(seed: seed)) }

  func roll() -> Double { Double(state.withLock { $0.next() } >> 11) / 9_007_199_254_740_992 }
}
