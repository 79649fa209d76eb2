import CooperModel
import CooperProvider
import CooperSchema

/// Sets, lengthens or locks the policy of a container, each with the ETag of the state before
/// (Storage Resource Provider, Blob Containers, immutability policies).
struct WriteImmutability: Procedure {
  private enum Phase {
    case looking
    case setting(etag: String?)
    case locking(etag: String)
    case extending(etag: String)
  }

  private let target: Target
  private let before: Immutability?
  private let after: Immutability
  private var phase = Phase.looking

  init(_ target: Target, from before: Immutability?, to after: Immutability) {
    self.target = target
    self.before = before
    self.after = after
  }

  private var look: Call { ContainerCall.read(target) }

  private var properties: Value {
    var properties: ValueMap = [
      "immutabilityPeriodSinceCreationInDays": .integer(after.period.wholeDays ?? 1)
    ]
    if let appends = after.appends { properties["allowProtectedAppendWrites"] = .bool(appends) }
    return ["properties": .map(properties)]
  }

  private func policy(_ method: HTTPMethod, _ more: [String], _ etag: String?, _ body: Value?, _ action: String) -> Call
  {
    ContainerCall.arm(
      method, target, ["immutabilityPolicies", "default"] + more, ifMatch: etag, body: body,
      needs: "/immutabilityPolicies/" + action)
  }

  private func call(of phase: Phase) -> Call {
    switch phase {
    case .looking: look
    case .setting(let etag): policy(.put, [], etag, properties, "write")
    case .locking(let etag): policy(.post, ["lock"], etag, nil, "lock/action")
    case .extending(let etag): policy(.post, ["extend"], etag, properties, "extend/action")
    }
  }

  var plannedCalls: [Call] {
    if before?.locked == true { return [call(of: .extending(etag: "…"))] }
    var calls: [Call] = []
    if isSettingNeeded { calls.append(call(of: .setting(etag: before == nil ? nil : "…"))) }
    if after.locked == true { calls.append(call(of: .locking(etag: "…"))) }
    return calls
  }

  /// A policy that is as wished but for its lock is not written again.
  private var isSettingNeeded: Bool {
    before.map { $0.period != after.period || ($0.appends ?? false) != (after.appends ?? false) } ?? true
  }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    guard let reply else { return .call(call(of: phase)) }
    do throws(CallFailure) {
      switch phase {
      case .looking: try looked(reply)
      case .setting:
        let document = try ArmReply.document(reply, to: call(of: phase))
        guard after.locked == true else { return .done(()) }
        guard let etag = ArmDocument.etag(reply, document) else {
          throw ArmReply.broken("etag", call(of: phase))
        }
        phase = .locking(etag: etag)
      case .locking, .extending:
        _ = try reply.succeeded(call(of: phase))
        return .done(())
      }
      return .call(call(of: phase))
    } catch {
      return .failed(error)
    }
  }

  private mutating func looked(_ reply: Reply) throws(CallFailure) {
    let view = try ContainerView.read(reply, target)
    let now = (view.immutability ?? nil).map { AzureImmutability.canonical($0, on: target.site) }
    guard now == before else {
      throw CallFailure(
        .stale, code: "PreconditionFailed", "the immutability policy of \(target.name) is another one now", status: 412,
        call: look.line)
    }
    guard before != nil else {
      phase = .setting(etag: nil)
      return
    }
    guard let etag = view.immutabilityTag else { throw ArmReply.broken("immutabilityPolicy.etag", look) }
    if before?.locked == true {
      phase = .extending(etag: etag)
    } else {
      phase = isSettingNeeded ? .setting(etag: etag) : .locking(etag: etag)
    }
  }
}

/// Takes words out of a container's hold and puts others in (Blob Containers, Set and Clear Legal Hold).
struct WriteLegalHold: Procedure {
  private let calls: [Call]
  private var index = 0

  init(_ target: Target, added: [String], removed: [String]) {
    func call(_ name: String, _ words: [String]) -> Call? {
      if words.isEmpty { return nil }
      return ContainerCall.arm(
        .post, target, [name], body: ["tags": .list(words.map { .string($0) })], needs: "/\(name)/action")
    }
    // Held first, so that nothing is free in between.
    calls = [call("setLegalHold", added), call("clearLegalHold", removed)].compactMap { $0 }
  }

  var plannedCalls: [Call] { calls }

  mutating func next(_ reply: Reply?) -> Step<Void> {
    guard index < calls.count else { return .done(()) }
    guard let reply else { return .call(calls[index]) }
    do throws(CallFailure) {
      _ = try reply.succeeded(calls[index])
    } catch {
      return .failed(error)
    }
    index += 1
    return next(nil)
  }
}
