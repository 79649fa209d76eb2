internal import CooperProvider

/// What replies of one facet on one connection said, so that equal documents of many resources are decoded once.
///
/// An estate made from profiles holds the same few documents in every bucket. Where every document is another one
/// (policies name their bucket), it gives up after a while.
final class DecodedReplies<Output: Sendable>: Sendable {
  private struct State {
    var outputs: [Body: Output] = [:]
    var hits = 0
  }

  /// Bytes that are hashed at once; an array of bytes would be hashed one by one.
  private struct Body: Hashable {
    let bytes: [UInt8]

    func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
  }

  /// More different documents than this aren't kept.
  private static var capacity: Int { 32 }
  private let state = Locked(State())

  func output(of reply: Reply) -> Output? {
    guard 200..<300 ~= reply.status else { return nil }
    return state.withLock { state in
      if state.hits == 0, state.outputs.count >= Self.capacity { return nil }
      guard let output = state.outputs[Body(bytes: reply.body)] else { return nil }
      state.hits += 1
      return output
    }
  }

  func store(_ output: Output, of reply: Reply) {
    guard 200..<300 ~= reply.status else { return }
    state.withLock { state in
      if state.outputs.count < Self.capacity { state.outputs[Body(bytes: reply.body)] = output }
    }
  }
}
