internal import CooperConfig
internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// What the YAML and the ledger together ask of the keys of an identity; pure.
struct KeyDemand: Sendable {
  var address: Address
  /// The setting `keys`.
  var keys: Value
  var ledger: KeyLedger
  /// Keys that one identity can have.
  var limit: Int
  /// Seconds since 1970.
  var now: Int64
  /// The id in the sink; nil when it holds none.
  var kept: String?
  /// Whether the sink could be looked into.
  var isSinkKnown: Bool
  /// Its provider no longer lists the key as active: whoever uses it is to get another one in the same run.
  var isGone = false

  private func seconds(_ field: String) -> Int64? {
    keys[field].flatMap { try? TimeSpan(value: $0) }.map { $0.seconds }
  }

  /// Whether another key is to be made.
  var isDue: Bool {
    guard let current = ledger.current, let sink = KeySink(keys["to"]) else { return true }
    if isGone { return true }
    if ledger.sink != sink.label || ledger.rotate != keys["rotate"]?.string { return true }
    if isSinkKnown, kept != current.id { return true }
    return seconds("maxAge").map { current.madeAt + $0 <= now } ?? false
  }

  /// The facet as it shall be.
  var value: Value {
    let isDue = isDue
    var map: ValueMap = ["generation": .integer(ledger.generation + (isDue ? 1 : 0))]
    map["current"] = isDue ? .unknown("\(address).accessKeyId") : ledger.current.map { .string($0.id) }
    map["sink"] = KeySink(keys["to"]).map { .string($0.label) }
    map["rotate"] = keys["rotate"]
    var previous = ledger.previous.filter { key in
      guard let patience = seconds("deleteOld"), let replaced = key.replacedAt else { return true }
      return replaced + patience > now
    }
    if isDue, !isGone, seconds("deleteOld") != 0, let current = ledger.current { previous.append(current) }
    // The new one needs a place; the oldest make room.
    let room = isDue ? limit - 1 : limit
    if previous.count > room { previous.removeFirst(previous.count - room) }
    if !previous.isEmpty { map["previous"] = .map(ValueMap(previous.map { ($0.id, Value.string("disabled")) })) }
    return .map(map)
  }
}

extension ResourceDeclaration {
  /// How many keys there are to have been, where Cooper makes them: what names the identity is changed with them.
  var keyGeneration: Int64? { facet(IssuedKeys.facetName)?.value["generation"]?.integer }
}

extension KeyDemand {
  init(
    _ address: Address, _ keys: Value, _ ledger: KeyLedger, _ limit: Int, _ now: Int64, _ files: KeyFiles,
    _ sights: KeySights
  ) {
    self.init(address: address, keys: keys, ledger: ledger, limit: limit, now: now, kept: nil, isSinkKnown: false)
    guard ledger.current != nil, let sink = KeySink(keys["to"]) else { return }
    isGone = sights.gone.contains(address)
    if case .secret = sink {
      guard case .known(let id) = sights.kept[address] else { return }
      kept = id
      isSinkKnown = true
      return
    }
    do throws(CallFailure) {
      kept = try files.id(sink, address)
      isSinkKnown = true
    } catch {
      // Who can't look into it knows nothing of it.
      isSinkKnown = false
    }
  }
}
