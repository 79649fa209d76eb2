/// What a procedure wants next.
public enum Step<Output: Sendable>: Sendable {
  case call(Call)
  case wait(Duration)
  case done(Output)
  case failed(CallFailure)
}

/// A pure state machine over calls and replies; the engine runs it, a simulated store drives the very same.
///
/// The first `next` gets nil; each later one gets the reply to the last call, or nil after a wait.
public protocol Procedure<Output>: Sendable {
  associatedtype Output: Sendable
  mutating func next(_ reply: Reply?) -> Step<Output>
  /// The calls it makes when all goes well, as a plan lists them; a loop counts once.
  var plannedCalls: [Call] { get }
  /// It is one call whose output depends on the reply's body alone, not on the resource: equal bodies mean the same.
  var decodesBodyAlone: Bool { get }
}

extension Procedure {
  public var decodesBodyAlone: Bool { false }

  /// The first call only; a procedure with more steps lists its own.
  public var plannedCalls: [Call] {
    var copy = self
    if case .call(let call) = copy.next(nil) { return [call] }
    return []
  }
}

/// The most common procedure: one call and a decoder of its reply.
public struct SingleCall<Output: Sendable>: Procedure {
  public let call: Call
  public let decodesBodyAlone: Bool
  private let decode: @Sendable (Reply) throws(CallFailure) -> Output

  /// `ofBodyAlone` promises that an output of the decoder, unlike its failures, depends on the reply's body only.
  public init(
    _ call: Call, ofBodyAlone: Bool = false, decode: @escaping @Sendable (Reply) throws(CallFailure) -> Output
  ) {
    self.call = call
    decodesBodyAlone = ofBodyAlone
    self.decode = decode
  }

  public func next(_ reply: Reply?) -> Step<Output> {
    guard let reply else { return .call(call) }
    do throws(CallFailure) { return .done(try decode(reply)) } catch { return .failed(error) }
  }
}

/// A procedure that needs no call.
public struct Immediate<Output: Sendable>: Procedure {
  private let step: Step<Output>

  public init(_ output: Output) { step = .done(output) }
  public init(failing failure: CallFailure) { step = .failed(failure) }

  public func next(_ reply: Reply?) -> Step<Output> { step }
}

/// Runs a procedure and feeds its output to a function that says how to go on.
public struct Then<First: Sendable, Output: Sendable>: Procedure {
  private var first: any Procedure<First>
  private var second: (any Procedure<Output>)?
  private let follow: @Sendable (First) -> any Procedure<Output>

  public init(_ first: any Procedure<First>, _ follow: @escaping @Sendable (First) -> any Procedure<Output>) {
    self.first = first
    self.follow = follow
  }

  public mutating func next(_ reply: Reply?) -> Step<Output> {
    if second != nil { return advanceSecond(reply) }
    switch first.next(reply) {
    case .call(let call): return .call(call)
    case .wait(let duration): return .wait(duration)
    case .failed(let failure): return .failed(failure)
    case .done(let output):
      second = follow(output)
      return advanceSecond(nil)
    }
  }

  private mutating func advanceSecond(_ reply: Reply?) -> Step<Output> {
    guard var running = second else { return .failed(CallFailure(.protocolBroken, code: "NoStep", "no step follows")) }
    let step = running.next(reply)
    second = running
    return step
  }
}
