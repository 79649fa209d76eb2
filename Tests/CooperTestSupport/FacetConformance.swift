internal import CooperModel
public import CooperProvider
public import CooperSchema

/// What every facet of every provider must do; each check returns what is wrong, in words.
///
/// The store is a stand-in that keeps documents by sub-resource and answers as the provider does.
public struct FacetConformance: Sendable {
  /// A stand-in for the provider: it answers calls and may keep what it is sent.
  public struct Store: Sendable {
    public var documents: [String: [UInt8]] = [:]
    /// What a sub-resource answers that was never set.
    public var absent: @Sendable (String) -> Reply
    /// Answers every read instead, e.g. with 403.
    public var readAnswer: Reply?

    public init(absent: @escaping @Sendable (String) -> Reply) { self.absent = absent }

    public mutating func answer(_ call: Call) -> Reply {
      let name = call.query.first?.name ?? ""
      switch call.method {
      case .get: return readAnswer ?? documents[name].map { Reply(status: 200, body: $0) } ?? absent(name)
      case .put:
        documents[name] = call.body
        return Reply(status: 200)
      case .delete:
        documents[name] = nil
        return Reply(status: 204)
      default: return Reply(status: 405)
      }
    }
  }

  public let facet: AnyFacet
  public let target: Target
  public let store: Store

  public init(_ facet: AnyFacet, on target: Target, store: Store) {
    self.facet = facet
    self.target = target
    self.store = store
  }

  /// Written and read back, a value is the same; cleared, it is gone.
  public func roundTrip(_ value: Value) -> [String] {
    var store = store
    do {
      let desired = try facet.canonical(value, target.site)
      let written = try write(FacetChange(before: nil, after: desired), &store)
      if let failure = written.failure { return ["the write failed: \(failure.code) \(failure.message)"] }
      let observed = read(store)
      guard case .present(let found) = observed.output else {
        return ["nothing is read back: \(observed.output.map { "\($0)" } ?? observed.failure?.message ?? "no end")"]
      }
      let same = facet.comparable(found, to: desired, on: target)
      if same != desired { return ["read back as \(Self.text(same)), written as \(Self.text(desired))"] }
      guard facet.schema.cleared != nil else { return [] }
      let cleared = try write(FacetChange(before: desired, after: nil), &store)
      if let failure = cleared.failure { return ["the clearing failed: \(failure.code) \(failure.message)"] }
      if case .absent = read(store).output { return [] }
      return ["cleared, but \(read(store).output.map { "\($0)" } ?? "unreadable") is there"]
    } catch {
      return ["\(error)"]
    }
  }

  /// Passing a canonical value again changes nothing.
  public func idempotence(_ value: Value) -> [String] {
    do {
      let once = try facet.canonical(value, target.site)
      let twice = try facet.canonical(once, target.site)
      return once == twice ? [] : ["canonical once \(Self.text(once)), twice \(Self.text(twice))"]
    } catch {
      return ["\(error)"]
    }
  }

  /// Each kind of refusal ends where it belongs, and never in "absent".
  public func refusals() -> [String] {
    var found: [String] = []
    func expect(_ reply: Reply, _ kind: CallFailure.Kind) {
      var store = store
      store.readAnswer = reply
      let failure = read(store).failure
      if failure?.kind != kind { found.append("\(reply.status) is \(failure.map { "\($0.kind)" } ?? "no failure")") }
      if kind == .denied, failure?.permission == nil { found.append("\(reply.status) names no permission") }
      if failure?.call == nil { found.append("\(reply.status) names no call") }
    }
    expect(.error(403, "AccessDenied"), .denied)
    expect(.error(404, "NoSuchBucket"), .notFound)
    expect(.error(403, "SignatureDoesNotMatch"), .unauthenticated)
    expect(.error(503, "SlowDown"), .throttled(retryAfter: nil))
    expect(.error(500, "InternalError"), .unavailable)
    expect(Reply(200, "<Cut><Off>"), .protocolBroken)
    for reply in Self.unsupported {
      var store = store
      store.readAnswer = reply
      if case .unsupported = read(store).output { continue }
      found.append("\(reply.status) is not read as unsupported")
    }
    return found
  }

  /// What the store can't hold is never deleted, and never written without a look.
  public func wrongCalls(_ value: Value, guardsFirstWrite: Bool) -> [String] {
    var found: [String] = []
    for reply in Self.unsupported {
      var store = store
      store.readAnswer = reply
      do {
        let desired = try facet.canonical(value, target.site)
        if facet.schema.cleared != nil {
          let cleared = try write(FacetChange(before: desired, after: nil), &store)
          if cleared.methods != [.get] { found.append("clearing called \(cleared.methods) after \(reply.status)") }
          if cleared.failure?.kind != .unsupported { found.append("clearing did not fail after \(reply.status)") }
        }
        guard guardsFirstWrite else { continue }
        let written = try write(FacetChange(before: nil, after: desired), &store)
        if written.methods != [.get] { found.append("writing called \(written.methods) after \(reply.status)") }
      } catch {
        found.append("\(error)")
      }
    }
    return found
  }

  private static let unsupported = [
    Reply.error(405, "MethodNotAllowed"), Reply.error(501, "NotImplemented"),
    Reply(200, "<ListBucketResult><Name>b</Name></ListBucketResult>"),
  ]

  public func read(_ store: Store) -> ProcedureRun<Observed<Value>> {
    var store = store
    return ProcedureRun(facet.read(target)) { store.answer($0) }
  }

  public func write(_ change: FacetChange<Value>, _ store: inout Store) throws -> ProcedureRun<Void> {
    guard case .procedure(let procedure) = try facet.write(change, target).content else {
      throw CallFailure(.invalid, code: "Patch", "the facet writes a patch, not a procedure")
    }
    return ProcedureRun(procedure) { store.answer($0) }
  }

  private static func text(_ value: Value) -> String {
    String(decoding: ValueJSON.encode(value, pretty: false), as: UTF8.self)
  }
}
