private import Synchronization

/// Runs all jobs of a simulated program on the calling thread, in an order that the seed decides.
///
/// Safe to share: jobs and timers are only touched under the mutex.
public final class SeededScheduler: TaskExecutor, Sendable {
  private struct Timer {
    var due: Double
    var order: Int
    var continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var jobs: [UnownedJob] = []
    var timers: [Timer] = []
    var now: Double
    var order = 0
    var random: SplitMix64
  }

  private let state: Mutex<State>

  public init(seed: UInt64, startingAt now: Double = 1_800_000_000) {
    state = Mutex(State(now: now, random: SplitMix64(seed: seed)))
  }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.jobs.append(job) }
  }

  /// Virtual seconds since 1970.
  public var now: Double { state.withLock { $0.now } }

  /// Suspends for a virtual time; it passes when nothing else can run.
  public func sleep(_ duration: Duration) async {
    let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    await withCheckedContinuation { continuation in
      state.withLock { state in
        state.order += 1
        state.timers.append(Timer(due: state.now + seconds, order: state.order, continuation: continuation))
      }
    }
  }

  /// Runs a program to its end; deadlock (nothing to run, nothing to wait for) ends it with nil.
  public func run<Output: Sendable>(_ program: @escaping @Sendable () async -> Output) -> Output? {
    let box = Box<Output>()
    Task(executorPreference: self) {
      let output = await program()
      box.mutex.withLock { $0 = output }
    }
    while true {
      if let job = takeJob() {
        job.runSynchronously(on: asUnownedTaskExecutor())
      } else if let timer = takeTimer() {
        timer.resume()
      } else {
        return box.mutex.withLock { $0 }
      }
    }
  }

  private final class Box<Output: Sendable>: Sendable {
    let mutex = Mutex<Output?>(nil)
  }

  private func takeJob() -> UnownedJob? {
    state.withLock { state in
      guard !state.jobs.isEmpty else { return nil }
      let index = Int(state.random.next() % UInt64(state.jobs.count))
      state.jobs.swapAt(index, state.jobs.count - 1)
      return state.jobs.removeLast()
    }
  }

  private func takeTimer() -> CheckedContinuation<Void, Never>? {
    state.withLock { state in
      guard
        let first = state.timers.indices.min(by: { a, b in
          (state.timers[a].due, state.timers[a].order) < (state.timers[b].due, state.timers[b].order)
        })
      else { return nil }
      let timer = state.timers.remove(at: first)
      state.now = max(state.now, timer.due)
      return timer.continuation
    }
  }
}

/// A small seeded generator (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// True with a probability of `percent` in a hundred.
  public mutating func chance(_ percent: Int) -> Bool { Int(next() % 100) < percent }
}
