import CooperProvider

/// A write whose refusal is looked into before it is told.
struct RefusedWrite: Procedure {
  enum Next: Sendable {
    case tell(CallFailure)
    /// A read that says more about it.
    case ask(any Procedure<CallFailure>)
    case again(after: Duration)
  }

  private let write: any Procedure<Void>
  private let follow: @Sendable (CallFailure, _ attempt: Int) -> Next
  private var running: any Procedure<Void>
  private var question: (failure: CallFailure, procedure: any Procedure<CallFailure>)?
  private var attempt = 1

  init(_ write: any Procedure<Void>, _ follow: @escaping @Sendable (CallFailure, _ attempt: Int) -> Next) {
    self.write = write
    self.follow = follow
    running = write
  }

  var plannedCalls: [Call] { write.plannedCalls }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    if question != nil { return ask(reply) }
    switch running.next(reply) {
    case .failed(let failure):
      switch follow(failure, attempt) {
      case .tell(let told): return .failed(told)
      case .ask(let procedure):
        question = (failure, procedure)
        return ask(nil)
      case .again(let pause):
        attempt += 1
        running = write
        return .wait(pause)
      }
    case let step: return step
    }
  }

  /// Whatever becomes of the question, the refusal stands.
  private mutating func ask(_ reply: Reply?) -> Step<Void> {
    guard var (failure, procedure) = question else { return .done(()) }
    let step = procedure.next(reply)
    question = (failure, procedure)
    switch step {
    case .call(let call): return .call(call)
    case .wait(let duration): return .wait(duration)
    case .done(let told): failure = told
    case .failed: break
    }
    return .failed(failure)
  }
}
