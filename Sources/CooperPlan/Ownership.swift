public import CooperModel
public import CooperSchema

/// Which entries of a facet belong to the project: all of them, all but ignored keys, or only those written here.
struct Ownership: Sendable {
  let schema: FacetSchema
  /// `shared:` names this facet: entries that others wrote stay.
  let isShared: Bool
  /// Keys with these prefixes are others' business.
  let ignoredPrefixes: [String]

  var isPartial: Bool { isShared || !ignoredPrefixes.isEmpty }

  /// What to write so that owned entries are as desired and all others as observed.
  func merged(desired: Value?, observed: Value?, recorded: Value?) -> Value? {
    guard isPartial, let observed else { return desired }
    let own = ownedKeys(desired: desired, recorded: recorded)
    var entries = EntryList(desired ?? Self.emptied(observed), schema)
    let others = EntryList(observed, schema).entries.filter { !owns($0.key, own) }
    if !others.isEmpty { entries.keepMeaning(of: observed) }
    entries.entries += others
    return entries.entries.isEmpty ? nil : entries.value
  }

  /// The owned entries of an observed value, to be compared with what is recorded.
  func restricted(observed: Value?, desired: Value?, recorded: Value?) -> Value? {
    guard isPartial, let observed else { return observed }
    let own = ownedKeys(desired: desired, recorded: recorded)
    var entries = EntryList(observed, schema)
    entries.entries.removeAll { !owns($0.key, own) }
    // What surrounds statements is shared as well: it is nobody's change.
    if let frame = recorded ?? desired { entries.takeFrame(of: frame) }
    return entries.entries.isEmpty ? nil : entries.value
  }

  private func ownedKeys(desired: Value?, recorded: Value?) -> Set<String> {
    Set([desired, recorded].compactMap { $0 }.flatMap { EntryList($0, schema).entries.map(\.key) })
  }

  private func owns(_ key: String, _ own: Set<String>) -> Bool {
    if own.contains(key) { return true }
    if isShared { return false }
    return !ignoredPrefixes.contains { key.hasPrefix($0) }
  }

  private static func emptied(_ value: Value) -> Value {
    if case .map(var map) = value {
      if map["Statement"] != nil { map["Statement"] = .list([]) } else { map = ValueMap() }
      return .map(map)
    }
    return .list([])
  }
}

extension FacetPlan {
  /// Where only some entries are owned: whether these are there as they were written and those that were taken away are
  /// gone, whatever others added in the meantime.
  public func isHeld(by observed: Value, _ schema: FacetSchema) -> Bool {
    guard let owned else { return false }
    func entries(_ value: Value?) -> Set<ValueMap.Pair> { Set(value.map { EntryList($0, schema).entries } ?? []) }
    let found = entries(observed)
    return entries(owned).isSubset(of: found) && found.isDisjoint(with: entries(before).subtracting(entries(after)))
  }
}

/// A value as entries with keys: pairs of a map, or statements of a policy by Sid.
private struct EntryList {
  var entries: [ValueMap.Pair]
  private var frame: ValueMap?
  private let own: FacetEntries?

  init(_ value: Value, _ schema: FacetSchema) {
    own = schema.entries
    if let own {
      entries = own.parted(value)
      frame = nil
      return
    }
    guard case .map(let map) = value else {
      entries = []
      frame = nil
      return
    }
    if case .document = schema.shape {
      frame = map
      // Without a Sid a statement is known by what it says: its place in the list is shared with others' statements.
      entries = (map["Statement"]?.list ?? []).map { statement in
        let key = statement["Sid"]?.string ?? "without Sid: " + ObservationDigest.digest(of: statement)
        return ValueMap.Pair(key, statement)
      }
    } else {
      frame = nil
      entries = Array(map)
    }
  }

  /// Others' statements are read by the rules of their document's version, which a statement can't bring along: variables
  /// in policies, for example, are plain text in the first version.
  mutating func keepMeaning(of observed: Value) {
    guard frame != nil, let version = observed["Version"]?.string else { return }
    if (frame?["Version"]?.string ?? "") < version { frame?["Version"] = .string(version) }
  }

  mutating func takeFrame(of other: Value) {
    guard frame != nil, case .map(let map) = other else { return }
    frame = map
  }

  var value: Value {
    if let own { return own.joined(entries) }
    guard var document = frame else { return .map(ValueMap(entries.map { ($0.key, $0.value) })) }
    document["Statement"] = .list(entries.map(\.value))
    return .map(document)
  }
}
