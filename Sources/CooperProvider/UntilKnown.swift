/// Begins a procedure again while the provider hasn't yet learned of what was just made: with doubling pauses, bounded.
///
/// A new role or user is unknown to other calls for some seconds (IAM User Guide, "Changes that I make are not always
/// immediately visible"; Google, IAM documentation, "Create service accounts").
public struct UntilKnown<Output: Sendable>: Procedure {
  private let whole: any Procedure<Output>
  private var running: any Procedure<Output>
  private let isPassing: @Sendable (CallFailure) -> Bool
  private var tries = 0

  /// About twenty seconds in all.
  private static var limit: Int { 9 }

  public init(_ procedure: any Procedure<Output>, _ isPassing: @escaping @Sendable (CallFailure) -> Bool) {
    whole = procedure
    running = procedure
    self.isPassing = isPassing
  }

  public var plannedCalls: [Call] { whole.plannedCalls }

  public mutating func next(_ reply: Reply?) -> Step<Output> {
    let step = running.next(reply)
    guard case .failed(let failure) = step, isPassing(failure), tries < Self.limit else { return step }
    tries += 1
    running = whole
    return .wait(.milliseconds(min(5_000, 50 << tries)))
  }
}
