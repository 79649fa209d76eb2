internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperSchema
internal import CooperSecrets
internal import CooperState

/// Makes a key, proves that it works, keeps it, and later retires the ones before; each step journaled, so that a run
/// that ends anywhere is finished by the next one.
struct KeyExchange: Sendable {
  let execution: ChangeExecution
  let issuer: KeyIssuer
  let step: FacetPlan
  let sink: KeySink
  let book: OutputBook

  private var target: Target { execution.target }
  private var address: Address { execution.address }
  private var now: Int64 { Int64(execution.runner.clock.now()) }

  /// What is left to do when those who use the key have gone on.
  struct Retirement: Sendable {
    var exchange: KeyExchange
    var ledger: KeyLedger
  }

  /// Up to the point at which the new key is in use; nil when no key waits for its end.
  func run() async throws(ExecutionFailure) -> Retirement? {
    var ledger = KeyLedger(target.outputs[IssuedKeys.ledgerOutput])
    var listed = try await listed()
    try await settleLost(&ledger, &listed)
    let isDue =
      (step.after?["generation"]?.integer ?? 0) > ledger.generation
      || !listed.contains { $0.id == ledger.current?.id && $0.isActive }
    if isDue { try await exchange(&ledger, &listed) }
    ledger.before = nil
    try await record(ledger, listed)
    execution.progress(.facetWritten(address, IssuedKeys.facetName))
    let previous = Set(ledger.previous.map(\.id))
    let waits = listed.contains { key in
      previous.contains(key.id) && (key.isActive || wanted(key.id) == nil)
    }
    return waits || previous.contains { id in !listed.contains { $0.id == id } }
      ? Retirement(exchange: self, ledger: ledger) : nil
  }

  /// What becomes of a key that was exchanged; nil when it is to go.
  private func wanted(_ id: String) -> String? { step.after?["previous"]?[id]?.string }

  /// A key that an interrupted run made: taken over when its secret was kept, else deleted, as nobody can use it.
  private func settleLost(_ ledger: inout KeyLedger, _ listed: inout [IssuedKey]) async throws(ExecutionFailure) {
    let lost = KeyIssuer.lost(listed, ledger)
    guard !lost.isEmpty else { return }
    let kept = try await reaching { () async throws(CallFailure) in try await book.kept(in: sink, address) }
    for key in lost {
      if let kept, kept.id == key.id, key.isActive {
        take(kept, into: &ledger)
      } else {
        try await remove(key)
        listed.removeAll { $0.id == key.id }
      }
    }
    ledger.before = nil
    try await record(ledger, listed)
  }

  private func exchange(_ ledger: inout KeyLedger, _ listed: inout [IssuedKey]) async throws(ExecutionFailure) {
    try await reaching { () async throws(CallFailure) in try await book.check(sink, address) }
    for key in ledger.previous where wanted(key.id) == nil {
      if let there = listed.first(where: { $0.id == key.id }) { try await remove(there) }
      listed.removeAll { $0.id == key.id }
      ledger.keys.removeAll { $0.id == key.id }
    }
    guard listed.count < issuer.limit else { throw noRoom(listed) }
    ledger.before = listed.map(\.id).sorted()
    try await execution.durably([.outputs(address, [IssuedKeys.ledgerOutput: ledger.value])])
    let pair: KeyPair
    do throws(ExecutionFailure) {
      pair = try await execution.call(issuer.create(target), facet: step.name)
    } catch {
      if error.failure.provesNothingHappened {
        ledger.before = nil
        await execution.journal.append([.outputs(address, [IssuedKeys.ledgerOutput: ledger.value])])
      }
      throw error
    }
    try await verify(pair)
    try await reaching { () async throws(CallFailure) in try await book.keep(pair, in: sink, address) }
    take(pair, into: &ledger)
    listed.append(IssuedKey(id: pair.id, isActive: true))
  }

  /// From here on this is the key of the identity.
  private func take(_ pair: KeyPair, into ledger: inout KeyLedger) {
    for index in ledger.keys.indices where ledger.keys[index].replacedAt == nil { ledger.keys[index].replacedAt = now }
    ledger.keys.append(KeyLedger.Key(id: pair.id, madeAt: now))
    ledger.generation += 1
    ledger.sink = sink.label
    ledger.rotate = target.settings[IssuedKeys.setting]?["rotate"]?.string
    book.issued(pair, to: address)
  }

  /// A call signed with the new key, until the provider knows it; bounded.
  private func verify(_ pair: KeyPair) async throws(ExecutionFailure) {
    guard let verify = issuer.verify else { return }
    var attempt = 0
    while true {
      // Afresh each time: a connection remembers that its key was refused.
      guard let connection = execution.connection.signedIn(with: pair) else { return }
      do throws(CallFailure) {
        return try await execution.runner.run(verify(target), on: connection)
      } catch {
        attempt += 1
        guard [.unauthenticated, .denied, .unavailable].contains(error.kind), attempt < Self.verifications else {
          throw ExecutionFailure(
            CallFailure(
              error.kind, code: "KEY0004",
              "the new key \(pair.id) does not work: \(error.message); the key before stays in use, and the next apply "
                + "deletes this one and makes another", status: error.status, call: error.call), facet: step.name)
        }
      }
      try? await execution.runner.clock.sleep(.milliseconds(min(4_000, 100 << attempt)))
    }
  }

  /// With doubling pauses from 200 ms to 4 s: about half a minute.
  private static let verifications = 11

  /// Those who use the key have the new one: disables and deletes what the plan says.
  func retire(_ before: KeyLedger) async throws(ExecutionFailure) {
    var ledger = before
    var listed = try await listed()
    for key in ledger.previous {
      guard let index = listed.firstIndex(where: { $0.id == key.id }) else {
        // Somebody deleted it already.
        ledger.keys.removeAll { $0.id == key.id }
        continue
      }
      if wanted(key.id) == nil {
        try await remove(listed[index])
        listed.remove(at: index)
        ledger.keys.removeAll { $0.id == key.id }
      } else if listed[index].isActive {
        try await execution.call(issuer.disable(target, listed[index]), facet: step.name)
        listed[index].isActive = false
      }
    }
    try await record(ledger, listed)
  }

  private func remove(_ key: IssuedKey) async throws(ExecutionFailure) {
    var key = key
    if key.isActive {
      try await execution.call(issuer.disable(target, key), facet: step.name)
      // Bound to what it was before it was disabled no more.
      key = try await listed().first { $0.id == key.id } ?? key
    }
    try await execution.call(issuer.delete(target, key), facet: step.name)
  }

  private func listed() async throws(ExecutionFailure) -> [IssuedKey] {
    var tries = 0
    while true {
      do throws(ExecutionFailure) {
        return try await execution.call(issuer.list(target), facet: step.name)
      } catch {
        // What was just made may not be known everywhere yet.
        tries += 1
        guard error.failure.kind == .notFound, tries < FacetWrites.newResourceTries else { throw error }
        try? await execution.runner.clock.sleep(.milliseconds(100 << tries))
      }
    }
  }

  private func record(_ ledger: KeyLedger, _ listed: [IssuedKey]) async throws(ExecutionFailure) {
    var outputs: ValueMap = [IssuedKeys.ledgerOutput: ledger.value]
    if let current = ledger.current {
      outputs["accessKeyId"] = .string(current.id)
      outputs["accessKeyMadeAt"] = .integer(current.madeAt)
    }
    var events: [Event] = [.outputs(address, outputs)]
    if let value = KeyIssuer.observed(listed, ledger) {
      events.append(.facet(address, step.name, RecordedFacet(value: value, writtenAt: now, digestBefore: nil)))
    }
    if let pair = book.pair(of: address), pair.id == ledger.current?.id, let key = execution.secrets.key {
      events.append(.secrets(address, step.name, [step.name + ".current": key.fingerprint(pair.secret)]))
    }
    try await execution.durably(events)
    book.learn(address, outputs)
  }

  private func noRoom(_ listed: [IssuedKey]) -> ExecutionFailure {
    ExecutionFailure(
      CallFailure(
        .conflict, code: "KEY0001",
        "\(target.name) has \(listed.count) keys and can't have more (\(listed.map(\.id).sorted().joined(separator: ", "))); "
          + "those that Cooper didn't make are left alone: delete one that nobody uses, and apply again"),
      facet: step.name)
  }

  private func reaching<Output>(
    _ body: () async throws(CallFailure) -> Output
  ) async throws(ExecutionFailure) -> Output {
    do throws(CallFailure) { return try await body() } catch { throw ExecutionFailure(error, facet: step.name) }
  }
}

extension ChangeExecution {
  /// The step that makes or retires keys, which is no facet's write.
  var keyStep: FacetPlan? {
    guard kind.keys != nil else { return nil }
    return change.facets.first { $0.name == IssuedKeys.facetName && $0.action == .set }
  }

  func exchangeKeys() async throws(ExecutionFailure) {
    guard let step = keyStep, let issuer = kind.keys else { return }
    guard let sink = KeySink(target.settings[IssuedKeys.setting]?["to"]), let book else {
      throw ExecutionFailure(
        CallFailure(.invalid, code: "KEY0002", "there is no place for the key of \(address)"), facet: step.name)
    }
    let exchange = KeyExchange(execution: self, issuer: issuer, step: step, sink: sink, book: book)
    if let left = try await exchange.run() { retirements.withLock { $0[address] = left } }
  }
}
