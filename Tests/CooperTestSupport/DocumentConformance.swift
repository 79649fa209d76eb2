internal import CooperModel
public import CooperProvider
public import CooperSchema

/// A stand-in for a provider that keeps whole documents and answers as the provider does.
public protocol DocumentStore: Sendable {
  /// Answers every read instead, e.g. with 403.
  var readAnswer: Reply? { get set }
  /// Answers every write instead, e.g. with 501.
  var writeAnswer: Reply? { get set }
  mutating func answer(_ call: Call) -> Reply
}

/// What every facet of a provider must do whose facets share one document (GCS, Azure): each check returns what is wrong.
public struct DocumentConformance<Store: DocumentStore>: Sendable {
  /// Replies in the provider's own words.
  public struct Refusals: Sendable {
    public var denied: Reply
    public var missing: Reply
    public var unauthenticated: Reply
    public var throttled: Reply
    public var unavailable: Reply
    public var cut: Reply
    /// 405, 501, and a good status with a document of another kind.
    public var unsupported: [Reply]

    public init(
      denied: Reply, missing: Reply, unauthenticated: Reply, throttled: Reply, unavailable: Reply, cut: Reply,
      unsupported: [Reply]
    ) {
      self.denied = denied
      self.missing = missing
      self.unauthenticated = unauthenticated
      self.throttled = throttled
      self.unavailable = unavailable
      self.cut = cut
      self.unsupported = unsupported
    }
  }

  public let kind: Kind
  public let facet: AnyFacet
  public let target: Target
  public let store: Store
  public let refusals: Refusals

  public init(_ facet: AnyFacet, of kind: Kind, on target: Target, store: Store, refusals: Refusals) {
    self.facet = facet
    self.kind = kind
    self.target = target
    self.store = store
    self.refusals = refusals
  }

  public func read(_ store: inout Store) -> ProcedureRun<Observed<Value>> {
    ProcedureRun(facet.read(target)) { store.answer($0) }
  }

  /// As the engine writes: the facet's own procedure, or its fragment in the kind's one call.
  public func write(
    _ change: FacetChange<Value>, _ store: inout Store, revision: String? = nil
  ) throws -> ProcedureRun<Void> {
    switch (try facet.write(change, target).content, kind.granularity) {
    case (.procedure(let procedure), _): return ProcedureRun(procedure) { store.answer($0) }
    case (.patch(let fragment), .resource(let combine)):
      return ProcedureRun(combine([fragment], target, revision)) { store.answer($0) }
    case (.patch, .facet): throw CallFailure(.invalid, code: "Patch", "a kind of single facets takes no fragments")
    }
  }

  /// Written and read back, a value is the same; then the plan is empty; cleared, it is gone; and nothing else moved.
  public func roundTrip(_ value: Value, neighbours: [AnyFacet]) -> [String] {
    var store = store
    do {
      let before = neighbours.map { neighbour in ProcedureRun(neighbour.read(target)) { store.answer($0) }.output }
      let desired = try facet.canonical(value, target.site)
      let start = observed(&store, to: desired)
      if desired != facet.schema.cleared {
        let written = try write(FacetChange(before: start, after: desired), &store)
        if let failure = written.failure { return ["the write failed: \(failure.code) \(failure.message)"] }
        let same = observed(&store, to: desired)
        guard same == desired else { return ["read back as \(Self.text(same)), written as \(Self.text(desired))"] }
      }
      if facet.schema.cleared != nil {
        let cleared = try write(FacetChange(before: observed(&store, to: nil), after: nil), &store)
        if let failure = cleared.failure { return ["the clearing failed: \(failure.code) \(failure.message)"] }
        if let left = observed(&store, to: nil), left != facet.schema.cleared {
          return ["cleared, but \(Self.text(left)) is there"]
        }
      }
      let after = neighbours.map { neighbour in ProcedureRun(neighbour.read(target)) { store.answer($0) }.output }
      return zip(neighbours, zip(before, after)).compactMap { neighbour, pair in
        pair.0 == pair.1 ? nil : "\(neighbour.name) changed along with \(facet.name)"
      }
    } catch {
      return ["\(error)"]
    }
  }

  private func observed(_ store: inout Store, to desired: Value?) -> Value? {
    guard case .present(let found) = read(&store).output else { return nil }
    return facet.comparable(found, to: desired, on: target)
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
  public func refusedReads() -> [String] {
    var found: [String] = []
    func expect(_ reply: Reply, _ kind: CallFailure.Kind) {
      var store = store
      store.readAnswer = reply
      let run = read(&store)
      let failure = run.failure
      if failure?.kind != kind {
        found.append("\(reply.status) is \(failure.map { "\($0.kind)" } ?? "\(String(describing: run.output))")")
      }
      if kind == .denied, failure?.permission == nil { found.append("\(reply.status) names no permission") }
      if failure?.call == nil { found.append("\(reply.status) names no call") }
    }
    expect(refusals.denied, .denied)
    expect(refusals.missing, .notFound)
    expect(refusals.unauthenticated, .unauthenticated)
    expect(refusals.throttled, .throttled(retryAfter: nil))
    expect(refusals.unavailable, .unavailable)
    expect(refusals.cut, .protocolBroken)
    for reply in refusals.unsupported {
      var store = store
      store.readAnswer = reply
      if case .unsupported = read(&store).output { continue }
      found.append("\(reply.status) is not read as unsupported")
    }
    return found
  }

  /// A write that the store refuses fails, ends, and deletes nothing.
  public func refusedWrites(_ value: Value) -> [String] {
    var found: [String] = []
    for reply in refusals.unsupported {
      var store = store
      store.writeAnswer = reply
      do {
        let desired = try facet.canonical(value, target.site)
        let run = try write(FacetChange(before: nil, after: desired), &store)
        if run.failure?.kind != .unsupported { found.append("a write ended otherwise after \(reply.status)") }
        if run.methods.contains(.delete) { found.append("a write deleted after \(reply.status)") }
      } catch {
        found.append("\(error)")
      }
    }
    return found
  }

  /// Each call says what right it needs.
  public func permissions(_ value: Value) -> [String] {
    var store = store
    do {
      let desired = try facet.canonical(value, target.site)
      var calls = read(&store).calls + (try write(FacetChange(before: nil, after: desired), &store).calls)
      if facet.schema.cleared != nil { calls += try write(FacetChange(before: desired, after: nil), &store).calls }
      return calls.filter { $0.permissions.isEmpty }.map { "\($0.method.rawValue) \($0.path) needs no permission" }
    } catch {
      return ["\(error)"]
    }
  }

  private static func text(_ value: Value?) -> String {
    value.map { String(decoding: ValueJSON.encode($0, pretty: false), as: UTF8.self) } ?? "nothing"
  }
}
