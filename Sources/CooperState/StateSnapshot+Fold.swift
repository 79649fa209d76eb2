public import CooperModel
internal import CooperSchema

/// How events become state. Pure; every rule is total, so that any prefix of a journal folds to a legal state.
///
/// A journal is folded at most once into a saved state: `begin` carries the serial it builds on, and a run whose serial
/// isn't the snapshot's has been saved already (the process died between saving the state and dropping the journal).
/// Within a run the rules below may see an event again when an interrupted run is resumed, and are made for that.
extension StateSnapshot {
  /// Applies one event; `begin` and `end` change nothing here, see `fold`.
  public mutating func apply(_ event: Event) {
    switch event {
    case .begin, .end: break
    case .intent(let address, .create, let resource): intendCreate(address, resource)
    case .intent(let address, .delete, let resource), .intent(let address, .purge, let resource):
      intendDelete(address, resource)
    case .outcome(let address, .create, let outcome): endCreate(address, outcome)
    case .outcome(let address, .delete, let outcome), .outcome(let address, .purge, let outcome):
      endDelete(address, outcome)
    case .recorded(let address, let resource): record(address, resource)
    case .redeclared(let address, let resource): redeclare(address, resource)
    case .facet(let address, let name, let facet):
      // Of an unknown address there is nothing to say: it was forgotten or deleted.
      resources[address]?.facets[name] = facet
      if facet == nil { resources[address]?.replaceSecrets(of: name, [:]) }
    case .outputs(let address, let outputs):
      for pair in outputs { resources[address]?.outputs[pair.key] = pair.value }
    case .forgotten(let address): resources[address] = nil
    case .moved(let from, let to): move(from, to)
    case .connection(let name, let connection): connections[name] = connection
    // What was fingerprinted under it stays comparable only while it stays.
    case .fingerprintKey(let key): fingerprintKey = fingerprintKey ?? key
    case .secrets(let address, let part, let fingerprints): resources[address]?.replaceSecrets(of: part, fingerprints)
    }
  }

  /// The snapshot after all events, except those of runs whose lineage or serial is not this snapshot's: they are in it
  /// already. Events before any `begin` follow a save within their run and count. The serial stays; saving raises it.
  public static func fold(_ snapshot: StateSnapshot, _ events: some Sequence<Event>) -> StateSnapshot {
    var result = snapshot
    var isFolded = false
    for event in events {
      if case .begin(_, _, _, let lineage, let serial) = event {
        isFolded = lineage != snapshot.lineage || serial != snapshot.serial
      } else if !isFolded {
        result.apply(event)
      }
    }
    return result
  }

  /// Resources with a create or delete whose outcome isn't known, in order; the next run resolves them by observation.
  public var openIntents: [Address] {
    resources.compactMap { $0.value.status == .complete ? nil : $0.key }.sorted()
  }

  /// An entry that is complete and of the same identity stays (something vanished and is made again: what was recorded
  /// is still the best knowledge). Anything else is replaced by the given one, being created.
  private mutating func intendCreate(_ address: Address, _ resource: RecordedResource) {
    if let known = resources[address], known.status == .complete, known.identity == resource.identity { return }
    var entry = resource
    entry.status = .creating
    resources[address] = entry
  }

  /// An outcome belongs to an intent: done completes what is being created or complete, nothing else. What was just made
  /// has none of the facets of a namesake that vanished.
  private mutating func endCreate(_ address: Address, _ outcome: Event.Outcome) {
    guard var entry = resources[address], entry.status != .deleting else { return }
    switch outcome {
    case .done(let outputs):
      entry.status = .complete
      entry.facets = [:]
      entry.secrets = [:]
      entry.outputs = outputs
      resources[address] = entry
    case .nothingHappened:
      if entry.status == .creating { resources[address] = nil }
    }
  }

  /// Marks the entry; an unknown one is taken as given, because it may be gone half way and must not be lost.
  private mutating func intendDelete(_ address: Address, _ resource: RecordedResource) {
    var entry = resources[address] ?? resource
    entry.status = .deleting
    resources[address] = entry
  }

  /// An outcome belongs to an intent: only what is being deleted goes, or comes back as complete.
  private mutating func endDelete(_ address: Address, _ outcome: Event.Outcome) {
    guard resources[address]?.status == .deleting else { return }
    switch outcome {
    case .done: resources[address] = nil
    case .nothingHappened: resources[address]?.status = .complete
    }
  }

  /// Replaces everything, status too, but the facets, which have events of their own; an unknown address takes all.
  private mutating func record(_ address: Address, _ resource: RecordedResource) {
    var entry = resource
    if let known = resources[address] {
      entry.facets = known.facets
      entry.secrets = known.secrets
    }
    resources[address] = entry
  }

  /// Takes over what is declared besides facets; identity, outputs and origin are facts and stay.
  private mutating func redeclare(_ address: Address, _ resource: RecordedResource) {
    guard var entry = resources[address] else { return }
    entry.connection = resource.connection
    entry.region = resource.region
    entry.settings = resource.settings
    entry.deletion = resource.deletion
    entry.declaredAt = resource.declaredAt
    entry.dependsOn = resource.dependsOn
    entry.status = .complete
    resources[address] = entry
  }

  /// Renames once: without the first address it has happened, and a recorded second address is never overwritten.
  private mutating func move(_ from: Address, _ to: Address) {
    guard resources[to] == nil, let entry = resources.removeValue(forKey: from) else { return }
    resources[to] = entry
  }
}

extension StateSnapshot {
  /// A new lineage: 128 random bits as 32 hexadecimal digits.
  public static func newLineage(using generator: inout some RandomNumberGenerator) -> String {
    let digits = Array("0123456789abcdef")
    return String((0..<32).map { _ in digits[Int.random(in: 0..<16, using: &generator)] })
  }
}

extension RecordedResource {
  /// Puts fingerprints in the place of all those of one setting or facet.
  fileprivate mutating func replaceSecrets(of part: String, _ fingerprints: [String: String]) {
    secrets = secrets.filter { !Self.isPlace($0.key, in: part) }
    for (place, fingerprint) in fingerprints where Self.isPlace(place, in: part) { secrets[place] = fingerprint }
  }

  private static func isPlace(_ place: String, in part: String) -> Bool {
    place == part || place.hasPrefix(part + ".")
  }
}
