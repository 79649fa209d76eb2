import CooperProvider
import CooperSchema

/// Calls one after the other, each with a check of its reply.
struct CallSequence: Procedure {
  struct Step: Sendable {
    var call: Call
    var check: @Sendable (Reply) throws(CallFailure) -> Void

    /// A call that must succeed with an object.
    init(_ call: Call) {
      self.init(call) { (reply) throws(CallFailure) in _ = try reply.object(call) }
    }

    init(_ call: Call, check: @escaping @Sendable (Reply) throws(CallFailure) -> Void) {
      self.call = call
      self.check = check
    }
  }

  let steps: [Step]
  private var place = -1

  init(_ steps: [Step]) { self.steps = steps }

  mutating func next(_ reply: Reply?) -> CooperProvider.Step<Void> {
    if let reply, steps.indices.contains(place) {
      do throws(CallFailure) { try steps[place].check(reply) } catch { return .failed(error) }
    }
    place += 1
    return place < steps.count ? .call(steps[place].call) : .done(())
  }

  var plannedCalls: [Call] { steps.map(\.call) }
}

/// Runs procedures one after the other.
struct InTurn: Procedure {
  private var rest: [any Procedure<Void>]
  private let planned: [Call]

  init(_ procedures: [any Procedure<Void>]) {
    rest = procedures
    planned = procedures.flatMap(\.plannedCalls)
  }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    var reply = reply
    while !rest.isEmpty {
      let step = rest[0].next(reply)
      guard case .done = step else { return step }
      rest.removeFirst()
      reply = nil
    }
    return .done(())
  }

  var plannedCalls: [Call] { planned }
}

/// Asks the same again and again, with growing pauses, until an answer says enough or the budget is used up.
struct Poll<Output: Sendable>: Procedure {
  enum Verdict: Sendable {
    case done(Output)
    /// More is to be asked in the same round.
    case ask([Call])
    /// Not yet; the text says what is missing.
    case notYet(String)
    case failed(CallFailure)
  }

  private let first: [Call]
  private let budget: Duration
  private let judge: @Sendable ([(Call, Reply)], _ round: Int) -> Verdict
  private let late: @Sendable (String) -> CallFailure
  private var open: [Call] = []
  private var asked: Call?
  private var heard: [(Call, Reply)] = []
  private var waited = Duration.zero
  private var round = 0
  private var isWaiting = false

  init(
    _ first: [Call], budget: Duration, late: @escaping @Sendable (String) -> CallFailure,
    judge: @escaping @Sendable ([(Call, Reply)], Int) -> Verdict
  ) {
    self.first = first
    self.budget = budget
    self.late = late
    self.judge = judge
  }

  mutating func next(_ reply: Reply?) -> Step<Output> {
    if let asked, let reply {
      heard.append((asked, reply))
      self.asked = nil
    } else {
      open = first
      heard = []
    }
    while true {
      if !open.isEmpty {
        let call = open.removeFirst()
        asked = call
        return .call(call)
      }
      switch judge(heard, round) {
      case .done(let output): return .done(output)
      case .failed(let failure): return .failed(failure)
      case .ask(let more) where !more.isEmpty: open = more
      case .ask: return .failed(late("nothing more can be asked"))
      case .notYet(let missing):
        guard waited < budget else { return .failed(late(missing)) }
        let pause = min(Duration.milliseconds(500 << min(round, 4)), budget - waited)
        waited += pause
        round += 1
        return .wait(pause)
      }
    }
  }

  var plannedCalls: [Call] { first }
}

/// Looks at an object and deletes that very one; then waits until it is gone, since finalizers may take their time.
struct GuardedDeletion: Procedure {
  private enum Stage { case start, looked, deleted, waiting }

  let place: ObjectPlace
  /// Of what Cooper made; nil where nobody recorded it.
  let recordedUID: String?
  /// Says whether what was found may go; false leaves it.
  let mayGo: @Sendable (Value) -> Bool
  private var stage = Stage.start
  private var uid = ""
  private var waits = 0

  static let longestWaits = 30

  init(_ place: ObjectPlace, recordedUID: String? = nil, mayGo: @escaping @Sendable (Value) -> Bool = { _ in true }) {
    self.place = place
    self.recordedUID = recordedUID
    self.mayGo = mayGo
  }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    do throws(CallFailure) { return try advance(reply) } catch { return .failed(error) }
  }

  private mutating func advance(_ reply: Reply?) throws(CallFailure) -> Step<Void> {
    switch (stage, reply) {
    case (.start, _):
      stage = .looked
      return .call(place.look)
    case (.looked, let reply?): return try look(reply)
    case (.deleted, let reply?):
      if reply.status == 404 { return .done(()) }
      guard 200..<300 ~= reply.status else {
        throw StatusFailure.failure(reply, to: place.delete(uid: uid, resourceVersion: nil))
      }
      stage = .waiting
      return .call(place.look)
    case (.waiting, nil): return .call(place.look)
    case (.waiting, let reply?):
      guard let left = try reply.objectIfThere(place.look), left["metadata"]?["uid"]?.string == uid else {
        return .done(())
      }
      waits += 1
      guard waits < Self.longestWaits else { throw lingering(left) }
      return .wait(.milliseconds(min(2_000, 100 << min(waits, 5))))
    case (_, nil): throw CallFailure(.protocolBroken, code: "NoReply", "there is no reply to go on with")
    }
  }

  private mutating func look(_ reply: Reply) throws(CallFailure) -> Step<Void> {
    guard let found = try reply.objectIfThere(place.look), mayGo(found) else { return .done(()) }
    guard let uid = found["metadata"]?["uid"]?.string else {
      throw CallFailure(.protocolBroken, code: "K8S0004", "\(place.words) has no uid")
    }
    if let recordedUID, recordedUID != uid {
      throw CallFailure(
        .conflict, code: "K8S0011",
        "\(place.words) is not what Cooper made: somebody removed that and made another one of the same name; it stays. "
          + "Write  removed: { …: forget }  to let go of it")
    }
    self.uid = uid
    stage = .deleted
    return .call(place.delete(uid: uid, resourceVersion: found["metadata"]?["resourceVersion"]?.string))
  }

  private func lingering(_ object: Value) -> CallFailure {
    let finalizers = (object["metadata"]?["finalizers"]?.list ?? []).compactMap(\.string)
    return CallFailure(
      .unavailable, code: "K8S0013",
      "\(place.words) is being deleted and still waits for \(finalizers.joined(separator: ", ")); the next apply goes on",
      mayHaveHappened: true)
  }

  var plannedCalls: [Call] { [place.look, place.delete(uid: "…", resourceVersion: nil)] }
}
