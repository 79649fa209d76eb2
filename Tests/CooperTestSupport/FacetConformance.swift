internal import CooperModel
public import CooperProvider
public import CooperSchema

/// What every facet of every provider must do; each check returns what is wrong, in words.
///
/// The store is a stand-in that keeps documents by sub-resource and answers as the provider does.
public struct FacetConformance: Sendable {
  /// A stand-in for the provider: it answers calls and may keep what it is sent.
  public struct Store: Sendable {
    /// By sub-resource, and by sub-resource and id where there are several.
    public var documents: [String: [UInt8]] = [:]
    /// What a sub-resource answers that was never set.
    public var absent: @Sendable (String) -> Reply
    /// Answers every read instead, e.g. with 403.
    public var readAnswer: Reply?
    /// What is kept of a write, where a read answers another document than the one that was sent.
    public var kept: @Sendable (Call) -> [UInt8] = { $0.body }
    /// The page of a listing of documents with ids; nil for a sub-resource that has one document.
    public var listing: @Sendable (_ name: String, _ documents: [[UInt8]], Call) -> Reply? = { _, _, _ in nil }

    public init(absent: @escaping @Sendable (String) -> Reply) { self.absent = absent }

    public mutating func answer(_ call: Call) -> Reply {
      let name = call.query.first?.name ?? ""
      let id = call.query.first { $0.name == "id" }?.value
      let place = id.map { "\(name)&id=\($0)" } ?? name
      switch call.method {
      case .get:
        if let readAnswer { return readAnswer }
        let all = documents.filter { $0.key.hasPrefix("\(name)&id=") }.sorted { $0.key < $1.key }.map(\.value)
        if id == nil, let page = listing(name, all, call) { return page }
        return documents[place].map { Reply(status: 200, body: $0) } ?? absent(name)
      case .put:
        documents[place] = kept(call)
        return Reply(status: 200)
      case .delete:
        documents[place] = nil
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
      let desired = try desired(value)
      let written = try write(FacetChange(before: nil, after: desired), &store)
      if let failure = written.failure { return ["the write failed: \(failure.code) \(failure.message)"] }
      let observed = read(store)
      guard let desired else { return isAbsent(observed) ? [] : ["what says \"not set\" is read back as set"] }
      guard case .present(let found) = observed.output else {
        return ["nothing is read back: \(observed.output.map { "\($0)" } ?? observed.failure?.message ?? "no end")"]
      }
      let same = facet.comparable(found, to: desired, on: target)
      if same != desired { return ["read back as \(Self.text(same)), written as \(Self.text(desired))"] }
      guard facet.schema.cleared != nil else { return [] }
      let cleared = try write(FacetChange(before: desired, after: nil), &store)
      if let failure = cleared.failure { return ["the clearing failed: \(failure.code) \(failure.message)"] }
      return isAbsent(read(store))
        ? [] : ["cleared, but \(read(store).output.map { "\($0)" } ?? "unreadable") is there"]
    } catch {
      return ["\(error)"]
    }
  }

  /// From one value to another: what is gone is gone, and what stays is as it was.
  public func replacement(_ earlier: Value, by later: Value) -> [String] {
    var store = store
    do {
      let (before, after) = (try desired(earlier), try desired(later))
      for change in [FacetChange(before: nil, after: before), FacetChange(before: before, after: after)] {
        if let failure = try write(change, &store).failure { return ["\(failure.code) \(failure.message)"] }
      }
      let observed = read(store)
      guard let after else { return isAbsent(observed) ? [] : ["something is left"] }
      guard case .present(let found) = observed.output else { return ["nothing is read back"] }
      let same = facet.comparable(found, to: after, on: target)
      return same == after ? [] : ["read back as \(Self.text(same)), written as \(Self.text(after))"]
    } catch {
      return ["\(error)"]
    }
  }

  /// Every call of a read, a write and a clearing names what it needs, and a plan lists the calls that change something.
  public func permissions(_ value: Value) -> [String] {
    var store = store
    var found: [String] = []
    func look(_ what: String, _ calls: [Call], _ planned: [Call]) {
      for call in calls where call.permissions.isEmpty { found.append("\(what): \(call.method) without a permission") }
      let writes = calls.filter { !$0.reads }
      if writes != planned.filter({ !$0.reads }) { found.append("\(what): the plan lists other calls than are made") }
    }
    do {
      let desired = try desired(value)
      let reading = facet.read(target)
      look("read", ProcedureRun(reading) { store.answer($0) }.calls, reading.plannedCalls)
      var changes = [FacetChange<Value>(before: nil, after: desired)]
      if desired == nil { changes = [] }
      if facet.schema.cleared != nil, desired != nil { changes.append(FacetChange(before: desired, after: nil)) }
      for change in changes {
        guard case .procedure(let procedure) = try facet.write(change, target(of: change)).content else { continue }
        look("write", ProcedureRun(procedure) { store.answer($0) }.calls, procedure.plannedCalls)
      }
    } catch {
      found.append("\(error)")
    }
    return found
  }

  /// The canonical value; nil for the spelling that means "managed and cleared".
  private func desired(_ value: Value) throws -> Value? {
    let canonical = try facet.canonical(value, target.site)
    return canonical == facet.schema.cleared ? nil : canonical
  }

  private func isAbsent(_ run: ProcedureRun<Observed<Value>>) -> Bool {
    switch run.output {
    case .absent: true
    case .present(let value): value == facet.schema.cleared
    default: false
    }
  }

  /// A first write is that of a resource which is being made.
  private func target(of change: FacetChange<Value>) -> Target {
    guard change.before == nil else { return target }
    var making = target
    making.atCreation = ValueMap([(facet.name, change.after ?? .null)])
    return making
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
        guard let desired = try desired(value) else { continue }
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
    guard case .procedure(let procedure) = try facet.write(change, target(of: change)).content else {
      throw CallFailure(.invalid, code: "Patch", "the facet writes a patch, not a procedure")
    }
    return ProcedureRun(procedure) { store.answer($0) }
  }

  private static func text(_ value: Value) -> String {
    String(decoding: ValueJSON.encode(value, pretty: false), as: UTF8.self)
  }
}
