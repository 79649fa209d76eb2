import CooperProvider
import Testing

@Suite("Retry policy")
struct RetryPolicyTests {
  let policy = RetryPolicy.standard

  private func attempts(_ failure: CallFailure, idempotent: Bool = true, _ policy: RetryPolicy = .standard) -> Int {
    var attempt = 1
    while case .wait = policy.decide(failure, attempt: attempt, idempotent: idempotent, random: 0) { attempt += 1 }
    return attempt
  }

  private func unavailable(_ code: String, status: Int? = nil, mayHaveHappened: Bool = true) -> CallFailure {
    CallFailure(.unavailable, code: code, "", status: status, mayHaveHappened: mayHaveHappened)
  }

  @Test("Attempts by kind of failure")
  func attemptsByKind() {
    #expect(attempts(CallFailure(.throttled(retryAfter: nil), code: "SlowDown", "")) == 8)
    #expect(attempts(unavailable("InternalError", status: 500)) == 5)
    #expect(attempts(unavailable(TransportCode.cutShort)) == 5)
    #expect(attempts(unavailable(TransportCode.timeout)) == 5)
    #expect(attempts(unavailable(TransportCode.connectFailed, mayHaveHappened: false)) == 3)
    #expect(attempts(CallFailure(.conflict, code: "OperationAborted", "", status: 409)) == 5)
    // Whoever calls a conflict transient knows the provider's codes; the policy knows none.
    #expect(attempts(CallFailure(.conflict, code: "SomeVendorsOwn", "", status: 409)) == 5)
  }

  @Test(
    "A wrong secret, name or certificate is tried once",
    arguments: [
      CallFailure(.unauthenticated, code: "SignatureDoesNotMatch", ""), CallFailure(.denied, code: "AccessDenied", ""),
      CallFailure(.unavailable, code: TransportCode.tlsFailed, ""),
      CallFailure(.unavailable, code: TransportCode.resolveFailed, ""),
      CallFailure(.unavailable, code: TransportCode.cancelled, ""), CallFailure(.invalid, code: "MalformedXML", ""),
      CallFailure(.notFound, code: "NoSuchBucket", ""), CallFailure(.unsupported, code: "NotImplemented", ""),
      CallFailure(.protocolBroken, code: "UnexpectedRoot", ""),
    ])
  func never(_ failure: CallFailure) { #expect(attempts(failure) == 1) }

  @Test("What must not be done twice is repeated only if nothing can have happened")
  func notIdempotent() {
    #expect(attempts(unavailable(TransportCode.cutShort), idempotent: false) == 1)
    #expect(attempts(unavailable(TransportCode.connectFailed, mayHaveHappened: false), idempotent: false) == 3)
    // A 500 may come after the deed, even where nobody set the mark.
    #expect(attempts(unavailable("InternalError", status: 500, mayHaveHappened: false), idempotent: false) == 1)
    #expect(attempts(CallFailure(.throttled(retryAfter: nil), code: "SlowDown", ""), idempotent: false) == 8)
  }

  @Test("Waits double to a cap, with full jitter")
  func backOff() {
    let failure = CallFailure(.throttled(retryAfter: nil), code: "SlowDown", "")
    var patient = policy
    patient.throttledAttempts = 100
    patient.budget = .seconds(1000)
    func wait(_ attempt: Int, _ random: Double) -> RetryPolicy.Decision {
      patient.decide(failure, attempt: attempt, idempotent: true, random: random)
    }
    #expect(wait(1, 0) == .wait(.zero))
    #expect(wait(1, 0.5) == .wait(.milliseconds(50)))
    #expect(wait(2, 0.5) == .wait(.milliseconds(100)))
    #expect(wait(4, 0.5) == .wait(.milliseconds(400)))
    #expect(wait(9, 0.5) == .wait(.seconds(10)))
    #expect(wait(90, 0.5) == .wait(.seconds(10)))
  }

  @Test("Retry-After is waited out, and more so that callers spread")
  func retryAfter() {
    let failure = CallFailure(.throttled(retryAfter: .seconds(3)), code: "SlowDown", "")
    #expect(policy.decide(failure, attempt: 5, idempotent: true, random: 0) == .wait(.seconds(3)))
    #expect(policy.decide(failure, attempt: 5, idempotent: true, random: 0.5) == .wait(.milliseconds(3050)))
  }

  @Test("The budget ends it")
  func budget() {
    let failure = CallFailure(.throttled(retryAfter: .seconds(30)), code: "SlowDown", "")
    func decide(_ elapsed: Duration) -> RetryPolicy.Decision {
      policy.decide(failure, attempt: 1, idempotent: true, random: 0, elapsed: elapsed)
    }
    #expect(decide(.seconds(90)) == .wait(.seconds(30)))
    #expect(decide(.seconds(91)) == .stop)
  }

  @Test("None never repeats")
  func none() {
    #expect(attempts(CallFailure(.throttled(retryAfter: nil), code: "SlowDown", ""), .none) == 1)
    #expect(attempts(unavailable(TransportCode.connectFailed), .none) == 1)
  }
}
