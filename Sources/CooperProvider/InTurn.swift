/// Calls one after the other; the first that fails is the last.
public struct InTurn: Procedure {
  private var rest: [any Procedure<Void>]
  public let plannedCalls: [Call]

  public init(_ procedures: [any Procedure<Void>]) {
    rest = procedures
    plannedCalls = procedures.flatMap(\.plannedCalls)
  }

  public mutating func next(_ reply: Reply?) -> Step<Void> {
    var reply = reply
    while var current = rest.first {
      let step = current.next(reply)
      rest[0] = current
      guard case .done = step else { return step }
      rest.removeFirst()
      reply = nil
    }
    return .done(())
  }
}

/// Lists from several procedures, one after the other, as one list.
public struct Gathered<Item: Sendable>: Procedure {
  private var rest: [any Procedure<[Item]>]
  private var found: [Item] = []

  public init(_ procedures: [any Procedure<[Item]>]) { rest = procedures }

  public mutating func next(_ reply: Reply?) -> Step<[Item]> {
    var reply = reply
    while var current = rest.first {
      let step = current.next(reply)
      rest[0] = current
      guard case .done(let items) = step else { return step }
      found += items
      rest.removeFirst()
      reply = nil
    }
    return .done(found)
  }
}

/// A procedure that first looks, so that plans can't see from it which calls follow: they are listed beside it.
public struct Planned<Output: Sendable>: Procedure {
  private var inner: any Procedure<Output>
  public let plannedCalls: [Call]

  public init(_ inner: any Procedure<Output>, lists calls: [Call]) {
    self.inner = inner
    plannedCalls = calls
  }

  public mutating func next(_ reply: Reply?) -> Step<Output> { inner.next(reply) }
}
