import CooperModel
import CooperProvider
import CooperSchema

/// Reads the grant's assignments at each of its accounts.
struct ReadAssignments: Procedure {
  private let target: Target
  private let places: [AssignmentPlace]
  private var found: [RoleAssignment] = []
  private var index = 0
  private var pages: ArmPages?

  init(_ target: Target) {
    self.target = target
    // Accounts that it named before may still hold roles of it.
    let named = AssignmentPlace.accounts(target.settings)
    let before = target.recordedSettings.map { AssignmentPlace.accounts($0) } ?? []
    places = named + before.filter { !named.contains($0) }
  }

  mutating func next(_ reply: Reply?) -> Step<[RoleAssignment]> {
    guard index < places.count else { return .done(found) }
    let place = places[index]
    var running = pages ?? ArmPages(AzureAssignments.list(place, target.site), on: target.site)
    let step = running.next(reply)
    pages = running
    switch step {
    case .call(let call): return .call(call)
    case .wait(let duration): return .wait(duration)
    // Without the account there is no role on it.
    case .failed(let failure) where failure.kind == .notFound: break
    case .failed(let failure): return .failed(failure)
    case .done(let page): found += AzureAssignments.own(page.elements, place, target)
    }
    index += 1
    pages = nil
    return next(nil)
  }
}

/// Calls one after the other, each of which must succeed; what is gone already is deleted.
struct CallsInTurn: Procedure {
  private let calls: [Call]
  private var index = 0

  init(_ calls: [Call]) { self.calls = calls }

  var plannedCalls: [Call] { calls }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    guard index < calls.count else { return .done(()) }
    let call = calls[index]
    guard let reply else { return .call(call) }
    do throws(CallFailure) {
      if reply.status != 404 || call.method != .delete { _ = try reply.succeeded(call) }
    } catch {
      return .failed(error)
    }
    index += 1
    return next(nil)
  }
}

/// What is read as observed; an answer that is no list of assignments says that whoever answers has none.
struct ObserveAssignments: Procedure {
  private var reading: ReadAssignments

  init(reading: ReadAssignments) { self.reading = reading }

  mutating func next(_ reply: Reply?) -> Step<Observed<[RoleAssignment]>> {
    switch reading.next(reply) {
    case .call(let call): .call(call)
    case .wait(let duration): .wait(duration)
    case .done(let found): .done(found.isEmpty ? .absent : .present(found))
    case .failed(let failure) where failure.kind == .unsupported: .done(.unsupported(failure.message))
    case .failed(let failure): .failed(failure)
    }
  }
}

/// Writes only after a look that was answered as Resource Manager does.
struct LookThenCalls: Procedure {
  private var look: ReadAssignments
  private var calls: CallsInTurn
  private var hasLooked = false

  init(_ look: ReadAssignments, _ calls: CallsInTurn) {
    self.look = look
    self.calls = calls
  }

  var plannedCalls: [Call] { calls.plannedCalls }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    if hasLooked { return calls.next(reply) }
    switch look.next(reply) {
    case .call(let call): return .call(call)
    case .wait(let duration): return .wait(duration)
    case .failed(let failure): return .failed(failure)
    case .done:
      hasLooked = true
      return calls.next(nil)
    }
  }
}
