internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperSchema
internal import CooperState

/// Carries out one change: serial calls on one resource, each step journaled so that any instruction may be the last.
struct ChangeExecution: Sendable {
  var change: Change
  let part: ChangePart
  let kind: Kind
  let connection: any Connection
  let runner: CallRunner
  let journal: JournalWriter
  let stop: StopSignal
  let secrets: SecretLook
  let book: OutputBook?
  /// By connection, what platforms said of themselves for this change.
  let parties: ValueMap
  let retirements: Locked<[Address: KeyExchange.Retirement]>
  let progress: @Sendable (ExecutionEvent) -> Void

  var target: Target { change.targetInRun }
  var address: Address { change.address }

  func run() async throws(ExecutionFailure) {
    if let broken = await journal.failure { throw Self.unrecordable(broken) }
    if part == .rest { return try await finishFacets() }
    if let from = change.movedFrom { await journal.append([.moved(from: from, to: address)]) }
    switch change.action {
    case .create: try await create()
    case .update, .adopt, .release, .move: try await update()
    case .delete: try await delete()
    case .forget: await journal.append([.forgotten(address)])
    case .replace:
      throw ExecutionFailure(
        CallFailure(.invalid, code: "ENG0001", "a \(change.kind) is never replaced; the plan should have blocked this"))
    }
  }

  private func create() async throws(ExecutionFailure) {
    switch try await call(kind.find(target)) {
    case .absent: break
    case .present:
      throw ExecutionFailure(
        CallFailure(.conflict, code: "ENG0002", "\(target.name) appeared since the plan was made; plan again"))
    case .foreign(let owner):
      throw ExecutionFailure(
        CallFailure(.conflict, code: "ENG0003", "the name \(target.name) was taken by somebody else (\(owner))"))
    }
    try await durably([.intent(address, .create, entry(.created))])
    let outputs: ValueMap
    do throws(ExecutionFailure) {
      outputs = try await make()
    } catch {
      if error.failure.provesNothingHappened {
        await journal.append([.outcome(address, .create, .nothingHappened(error.failure.message))])
      }
      throw error
    }
    var made = entry(.created, outputs)
    made.status = .creating
    try await durably([.outcome(address, .create, .done(outputs)), .recorded(address, made)])
    // What the provider answered, e.g. a uid, is known to the reads that follow.
    var named = self
    for pair in outputs { named.change.target.outputs[pair.key] = pair.value }
    try await FacetWrites(named, isNew: true).run()
    try await named.learnOutputs(outputs)
    await recordParties()
    try await named.exchangeKeys()
    if part == .whole { await journal.append([.redeclared(address, made)] + settingSecrets) }
  }

  /// The facets that had to wait for others.
  private func finishFacets() async throws(ExecutionFailure) {
    let isNew = change.action == .create || change.reasons.contains(.interrupted)
    try await FacetWrites(self, isNew: isNew).run()
    await journal.append([.redeclared(address, entry(.created))] + settingSecrets)
  }

  /// Reads what the provider chose by itself, and records it; what needs it can go on.
  private func learnOutputs(_ created: ValueMap) async throws(ExecutionFailure) {
    var outputs = created
    if let read = kind.outputs {
      for pair in try await call(read(target)) { outputs[pair.key] = pair.value }
      await journal.append([.outputs(address, outputs)])
    }
    book?.learn(address, outputs)
  }

  /// Keeps with the identity what the platforms said that it trusts.
  private func recordParties() async {
    guard !parties.isEmpty else { return }
    var outputs: ValueMap = ["parties": .map(parties)]
    for field in ["accountId", "externalId"] { outputs[field] = parties.first?.value[field] }
    await journal.append([.outputs(address, outputs)])
  }

  static let creationTries = 4

  /// The document goes along with the call that makes what is one document.
  private var creation: any Procedure<ValueMap> {
    guard let payload = kind.payload, let step = change.facets.first(where: { $0.name == payload.facet.name }),
      let document = step.after
    else { return kind.create(change.birth) }
    return payload.create(target, document)
  }

  /// Sends the create, again only after a look proved that nothing came of it; a failure after that leaves the outcome open.
  private func make() async throws(ExecutionFailure) -> ValueMap {
    var attempt = 1
    while true {
      var failed: ExecutionFailure
      do throws(ExecutionFailure) {
        return try await call(creation)
      } catch {
        failed = error
      }
      // An earlier attempt may have arrived late: then this one is told that the name is taken.
      let isOpen = !failed.failure.provesNothingHappened || attempt > 1
      if attempt > 1 { failed.failure.mayHaveHappened = true }
      guard isOpen, [.unavailable, .conflict].contains(failed.failure.kind), attempt < Self.creationTries,
        !stop.isStopped
      else { throw failed }
      try? await runner.clock.sleep(.milliseconds(100 << attempt))
      switch try? await call(kind.find(target)) {
      case .present: return ValueMap()
      case .absent: attempt += 1
      case .foreign, nil: throw failed
      }
    }
  }

  private func update() async throws(ExecutionFailure) {
    let origin: RecordedResource.Origin =
      change.refersOnly ? .existing : change.action == .adopt ? .adopted : .created
    let resumes = change.reasons.contains(.interrupted)
    if change.action == .adopt, !resumes { try await durably([.recorded(address, entry(origin))]) }
    try await FacetWrites(self, isNew: resumes).run()
    if change.action == .adopt || resumes || target.outputs.isEmpty { try await learnOutputs(target.outputs) }
    await recordParties()
    try await exchangeKeys()
    guard part == .whole else { return }
    await journal.append([.redeclared(address, entry(origin))] + settingSecrets)
  }

  /// Fingerprints of the secrets in settings; those of a facet are recorded with it.
  private var settingSecrets: [Event] {
    kind.schema.settings.compactMap { secrets.event(address, $0.name) }
  }

  private func delete() async throws(ExecutionFailure) {
    let operation: Event.Operation = change.purges ? .purge : .delete
    try await durably([.intent(address, operation, entry(.created))])
    do throws(ExecutionFailure) {
      if change.purges { try await call(kind.empty(target)) }
      try await call(kind.delete(target))
    } catch {
      if error.failure.kind == .notFound {
        await journal.append([.outcome(address, operation, .done(ValueMap()))])
        return
      }
      if error.failure.provesNothingHappened, !change.purges {
        await journal.append([.outcome(address, operation, .nothingHappened(error.failure.message))])
      }
      throw error
    }
    await journal.append([.outcome(address, operation, .done(ValueMap()))])
  }

  func call<Output: Sendable>(
    _ procedure: any Procedure<Output>, facet: String? = nil, memo: ReplyMemo? = nil
  ) async throws(ExecutionFailure) -> Output {
    do throws(CallFailure) {
      return try await runner.run(procedure, on: connection, memo: memo)
    } catch {
      throw ExecutionFailure(error, facet: facet)
    }
  }

  func durably(_ events: [Event]) async throws(ExecutionFailure) {
    do throws(StateFailure) {
      try await journal.appendDurably(events)
    } catch {
      throw Self.unrecordable(error)
    }
  }

  /// After a failed journal write no call is made any more: what it did couldn't be recorded.
  static func unrecordable(_ failure: StateFailure) -> ExecutionFailure {
    ExecutionFailure(
      CallFailure(
        .unavailable, code: "STA0010", "the state could not be written, so nothing more is done: \(failure.message)"))
  }

  private func entry(_ origin: RecordedResource.Origin, _ outputs: ValueMap = ValueMap()) -> RecordedResource {
    var entry = RecordedResource(
      kind: change.kind, connection: change.connection, identity: target.identity, region: target.region,
      settings: target.settings, deletion: change.deletion, outputs: outputs, origin: origin,
      declaredAt: change.origin.map { "\($0.file):\($0.line)" })
    entry.dependsOn = change.dependsOn
    return entry
  }
}

extension CallFailure {
  /// True when the provider refused, or the request never left; a 5xx may come after the deed.
  var provesNothingHappened: Bool {
    switch kind {
    case .denied, .unauthenticated, .unsupported, .invalid, .conflict, .stale, .throttled: !mayHaveHappened
    case .unavailable: !mayHaveHappened && status == nil
    case .notFound, .protocolBroken: false
    }
  }
}
