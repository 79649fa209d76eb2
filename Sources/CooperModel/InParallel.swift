internal import Dispatch
internal import Synchronization

/// Fewer resources than this aren't worth a second processor.
public let parallelThreshold = 256

/// Computes a value for each index, in order, on all processors when there are many; the body must be pure.
///
/// For stages of the pure centre over thousands of resources; anything that waits belongs into tasks instead.
public func inParallel<Output: Sendable>(
  _ count: Int, atLeast threshold: Int = parallelThreshold, _ body: @Sendable (Int) -> Output
) -> [Output] {
  guard count >= threshold else { return (0..<count).map(body) }
  return inParallelChunks(count) { range in range.map(body) }.flatMap { $0 }
}

/// Splits the indexes into runs of about equal length and computes a value for each run, in order.
public func inParallelChunks<Output: Sendable>(
  _ count: Int, _ body: @Sendable (Range<Int>) -> Output
) -> [Output] {
  // More runs than processors, because another process may hold one of them up, and all wait for the last one; long
  // enough that what each of them looks up for itself pays.
  let chunks = max(1, min(count, max(8, min(count / 400, 24))))
  let outputs = Mutex([Output?](repeating: nil, count: chunks))
  DispatchQueue.concurrentPerform(iterations: chunks) { chunk in
    let output = body(count * chunk / chunks..<count * (chunk + 1) / chunks)
    outputs.withLock { $0[chunk] = output }
  }
  return outputs.withLock { $0.compactMap { $0 } }
}
