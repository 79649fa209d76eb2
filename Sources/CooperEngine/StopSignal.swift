private import Synchronization

/// Set once, by Ctrl-C: no new call is started, those in flight are finished and recorded.
public final class StopSignal: Sendable {
  private let stopped = Atomic<Bool>(false)

  public init() {}

  public func stop() { stopped.store(true, ordering: .releasing) }
  public var isStopped: Bool { stopped.load(ordering: .acquiring) }
}
