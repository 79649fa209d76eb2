import CooperProvider
import CooperSchema

/// Reads objects and, where they are not as wanted, has the cluster try the change without keeping it: who owns the
/// fields, and whether it would be taken, is known when the plan is made.
struct AppliedRead<Model: Sendable>: Procedure {
  struct Wanted: Sendable {
    var place: ObjectPlace
    /// Nil where it isn't known yet, or holds secrets: read only.
    var object: Value?
    /// What is wanted in view of what is there, e.g. with a default that has to be written because the cluster says else.
    var inView: @Sendable (_ object: Value, _ found: Value) -> Value

    init(
      _ place: ObjectPlace, _ object: Value?,
      inView: @escaping @Sendable (Value, Value) -> Value = { object, _ in object }
    ) {
      self.place = place
      self.object = object
      self.inView = inView
    }
  }

  private let wanted: [Wanted]
  private let manager: String
  /// Makes the model of what was found, in the order of what is wanted, and of who owns the fields that differ; nil means
  /// that nothing is there.
  private let make: @Sendable (_ objects: [Value?], _ owners: [String: String]) -> Model?
  private var found: [Value?] = []
  private var owners: [String: String] = [:]
  private var trial: Call?

  init(
    place: ObjectPlace, wanted: [Wanted], manager: String,
    make: @escaping @Sendable ([Value?], [String: String]) -> Model?
  ) {
    self.wanted = wanted
    self.manager = manager
    self.make = make
  }

  mutating func next(_ reply: Reply?) -> Step<Observed<Model>> {
    do throws(CallFailure) {
      if let reply { try hear(reply) }
    } catch {
      return .failed(error)
    }
    if let trial { return .call(trial) }
    if found.count < wanted.count { return .call(wanted[found.count].place.look) }
    return .done(make(found, owners).map { .present($0) } ?? .absent)
  }

  private mutating func hear(_ reply: Reply) throws(CallFailure) {
    if let call = trial {
      trial = nil
      // Who may only read learns what differs, and not who owns it.
      if 200..<300 ~= reply.status || reply.status == 403 { return }
      let conflicts = StatusFailure.conflicts(try? ValueJSON.decode(reply.body))
      guard !conflicts.isEmpty else { throw StatusFailure.failure(reply, to: call) }
      for conflict in conflicts { owners[conflict.field] = conflict.owner }
      return
    }
    let next = wanted[found.count]
    let object = try reply.objectIfThere(next.place.look)
    found.append(object)
    guard let object, let wanted = next.object else { return }
    let desired = next.inView(wanted, object)
    // Its head is how it was found.
    if Self.holds(object["spec"] ?? [:], desired["spec"] ?? [:]) { return }
    trial = next.place.apply(desired, manager: manager, isTrial: true)
  }

  /// True when everything that is desired is there.
  private static func holds(_ object: Value, _ desired: Value) -> Bool {
    guard case .map(let map) = desired else { return object == desired }
    return map.allSatisfy { pair in object[pair.key].map { holds($0, pair.value) } ?? false }
  }

  var plannedCalls: [Call] { wanted.map(\.place.look) }
}
