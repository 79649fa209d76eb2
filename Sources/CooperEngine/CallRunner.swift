public import CooperProvider

/// Runs procedures on connections; nothing else in the program talks to a provider.
public struct CallRunner: Sendable {
  public let clock: EngineClock
  public let retry: RetryPolicy
  /// Uniform in 0..<1, for jitter.
  public let random: @Sendable () -> Double
  /// Told of every attempt that failed and is tried again.
  public let onRetry: @Sendable (Call, CallFailure, Duration) -> Void
  /// Where bodies get their secrets from at the moment of sending.
  public var secret: @Sendable (SecretUse) async throws(CallFailure) -> Secret = { use throws(CallFailure) in
    throw CallFailure(.unavailable, code: "ENG0014", "\(use.field) is a secret, and this run looks up none")
  }

  public init(
    clock: EngineClock, retry: RetryPolicy, random: @escaping @Sendable () -> Double,
    onRetry: @escaping @Sendable (Call, CallFailure, Duration) -> Void = { _, _, _ in }
  ) {
    self.clock = clock
    self.retry = retry
    self.random = random
    self.onRetry = onRetry
  }

  /// Drives a procedure to its end; `memo` answers read calls that were already made.
  public func run<Output: Sendable>(
    _ procedure: any Procedure<Output>, on connection: any Connection, memo: ReplyMemo? = nil
  ) async throws(CallFailure) -> Output {
    try await run(procedure, on: connection, memo: memo, decoded: nil)
  }

  /// As above; `decoded` spares the decoding of what another resource answered to the letter.
  func run<Output: Sendable>(
    _ procedure: any Procedure<Output>, on connection: any Connection, memo: ReplyMemo?,
    decoded: DecodedReplies<Output>?
  ) async throws(CallFailure) -> Output {
    var procedure = procedure
    let decoded = procedure.decodesBodyAlone ? decoded : nil
    var reply: Reply?
    while true {
      if let decoded, let reply, let output = decoded.output(of: reply) { return output }
      switch procedure.next(reply) {
      case .done(let output):
        if let decoded, let reply { decoded.store(output, of: reply) }
        return output
      case .failed(let failure): throw failure
      case .wait(let duration):
        try await pause(duration)
        reply = nil
      case .call(let call):
        if let known = memo?[call] {
          reply = known
        } else {
          let fresh = try await send(call, on: connection)
          memo?.store(fresh, for: call)
          reply = fresh
        }
      }
    }
  }

  /// One call with the retries its failures allow.
  private func send(_ call: Call, on connection: any Connection) async throws(CallFailure) -> Reply {
    let begun = clock.now()
    var attempt = 1
    while true {
      let failure: CallFailure
      var exhausted: Reply?
      do throws(CallFailure) {
        let reply = try await connection.attempt(try await filled(call))
        guard let transient = connection.transientFailure(reply, to: call) else { return reply }
        failure = transient
        exhausted = reply
      } catch {
        failure = error
      }
      let elapsed = Duration.seconds(clock.now() - begun)
      let decision = retry.decide(
        failure, attempt: attempt, idempotent: call.idempotent, random: random(), elapsed: elapsed)
      switch decision {
      case .stop:
        if let exhausted, call.reads == false, exhausted.status == 409 { return exhausted }
        throw failure
      case .wait(let duration):
        onRetry(call, failure, duration)
        try await pause(duration)
        attempt += 1
      }
    }
  }

  /// The call with its secrets in place; it is dropped after the attempt.
  private func filled(_ call: Call) async throws(CallFailure) -> Call {
    guard !call.secretBody.isEmpty else { return call }
    var found: [SecretUse: Secret] = [:]
    for use in call.secretBody.secrets where found[use] == nil { found[use] = try await secret(use) }
    var call = call
    call.body = try call.secretBody.filled { use throws(CallFailure) in
      guard let secret = found[use] else {
        throw CallFailure(.invalid, code: "ENG0014", "\(use.field) was not looked up")
      }
      return secret
    }
    call.secretBody = []
    return call
  }

  private func pause(_ duration: Duration) async throws(CallFailure) {
    do {
      try await clock.sleep(duration)
    } catch {
      throw CallFailure(.unavailable, code: "Cancelled", "the run was stopped while waiting")
    }
  }
}

/// Replies of one look at one resource, so that equal read calls of its facets are sent once.
public final class ReplyMemo: Sendable {
  private let replies = Locked<[Call: Reply]>([:])

  public init() {}

  subscript(call: Call) -> Reply? { call.reads ? replies.withLock { $0[call] } : nil }

  func store(_ reply: Reply, for call: Call) {
    guard call.reads else { return }
    replies.withLock { $0[call] = reply }
  }
}
