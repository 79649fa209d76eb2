public import CooperModel
public import CooperSchema

// How a provider has its kind issue keys that are shown once (IAM access keys, HMAC keys at Google)
//
// The provider says which calls there are; when they are made, where the secret goes, what is recorded and what plans
// show is the engine's. In the provider:
//
//   1. The variant of the identity has the field `keys` (`IssuedKeys.setting`), and the connection type's
//      `KindSupport.settings` for `identities` holds "keys".
//   2. `kind.issue(KeyIssuer(limit:list:create:disable:delete:verify:))` on its identity kind. This adds the facet
//      `accessKeys`; nothing else of it is written by the provider.
//        list     all keys of the identity, also those that others made
//        create   makes one; never idempotent, never retried; the secret goes straight from the reply's bytes into `Secret`
//        disable  no effect on one that is disabled already
//        delete   one that is gone is done; where only disabled keys can be deleted, it is given a disabled one
//        verify   a harmless signed call, run on `Connection.signedIn(with:)`; it waits, bounded, until a new key is known
//   3. `Connection.signedIn(with:)` gives the same connection signing with that key; nil where keys sign for another
//      protocol, and then nothing is verified.
//
// What the engine makes of it (CooperEngine/Keys):
//
//   The YAML's `keys: { to:, rotate:, maxAge:, deleteOld: }` and the ledger among the recorded outputs give the facet that is
//   desired; `list` and the ledger give the one that is observed. A key that is due is made so: the ids that are there are
//   journaled, create, verify, write to the sink, journal id and fingerprint, let those who use it go on, disable the one
//   before. A run that ends between create and the sink leaves an id that the journal doesn't know: the next plan shows it as
//   `lost`, deletes it and makes another; if the sink holds that very key it is taken over instead. Keys that others made are
//   left alone. Who names the identity reads the secret through the outputs `accessKeyId` and `secretAccessKey` as ever, and
//   is changed in the same run when the key is exchanged.

/// A key as its provider lists it.
public struct IssuedKey: Sendable, Hashable {
  public var id: String
  public var isActive: Bool
  /// What a change of it is bound to, where the provider has such, e.g. an ETag.
  public var revision: String?

  public init(id: String, isActive: Bool, revision: String? = nil) {
    self.id = id
    self.isActive = isActive
    self.revision = revision
  }
}

/// A key with its secret, in memory only.
public struct KeyPair: Sendable {
  public var id: String
  public var secret: Secret

  public init(id: String, secret: Secret) {
    self.id = id
    self.secret = secret
  }
}

/// The calls by which an identity gets keys that are shown once; see the page at the head of this file.
public struct KeyIssuer: Sendable {
  /// Keys that one identity can have.
  public var limit: Int
  public var list: @Sendable (Target) -> any Procedure<[IssuedKey]>
  public var create: @Sendable (Target) -> any Procedure<KeyPair>
  public var disable: @Sendable (Target, IssuedKey) -> any Procedure<Void>
  public var delete: @Sendable (Target, IssuedKey) -> any Procedure<Void>
  public var verify: (@Sendable (Target) -> any Procedure<Void>)?

  public init(
    limit: Int, list: @escaping @Sendable (Target) -> any Procedure<[IssuedKey]>,
    create: @escaping @Sendable (Target) -> any Procedure<KeyPair>,
    disable: @escaping @Sendable (Target, IssuedKey) -> any Procedure<Void>,
    delete: @escaping @Sendable (Target, IssuedKey) -> any Procedure<Void>,
    verify: (@Sendable (Target) -> any Procedure<Void>)? = nil
  ) {
    self.limit = limit
    self.list = list
    self.create = create
    self.disable = disable
    self.delete = delete
    self.verify = verify
  }

  /// What a listing and the ledger say together.
  public static func observed(_ listed: [IssuedKey], _ ledger: KeyLedger) -> Value? {
    let there = Dictionary(listed.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    guard ledger.generation > 0 || ledger.before != nil else { return nil }
    var map: ValueMap = ["generation": .integer(ledger.generation)]
    if let current = ledger.current, there[current.id]?.isActive == true { map["current"] = .string(current.id) }
    map["sink"] = ledger.sink.map { .string($0) }
    map["rotate"] = ledger.rotate.map { .string($0) }
    let previous = ledger.previous.compactMap { key in
      there[key.id].map { (key.id, Value.string($0.isActive ? "active" : "disabled")) }
    }
    if !previous.isEmpty { map["previous"] = .map(ValueMap(previous)) }
    let lost = lost(listed, ledger)
    if !lost.isEmpty { map["lost"] = .list(lost.map { .string($0.id) }) }
    return .map(map)
  }

  /// Keys that a run made and nobody kept.
  public static func lost(_ listed: [IssuedKey], _ ledger: KeyLedger) -> [IssuedKey] {
    guard let before = ledger.before else { return [] }
    let known = Set(before).union(ledger.keys.map(\.id))
    return listed.filter { !known.contains($0.id) }.sorted { $0.id < $1.id }
  }

  /// The facet that stands for the keys; the engine alone writes it.
  var facet: AnyFacet {
    AnyFacet(
      schema: IssuedKeys.facet,
      read: { target in
        Then(list(target)) { listed in
          let value = Self.observed(listed, KeyLedger(target.outputs[IssuedKeys.ledgerOutput]))
          return Immediate(value.map { .present($0) } ?? .absent)
        }
      },
      write: { change, target in Effect(rank: Int.max, .procedure(PlannedKeyCalls(calls(change, target)))) },
      risks: { change, _ in Self.risks(change) })
  }

  private static func risks(_ change: FacetChange<Value>) -> [Risk] {
    let after = change.after?["previous"]?.map ?? ValueMap()
    return (change.before?["previous"]?.map ?? ValueMap()).compactMap { pair in
      guard after[pair.key] == nil else { return nil }
      return Risk(.irreversible, "key \(pair.key), which was exchanged, is deleted", needsConsent: false)
    }
  }

  /// What a plan lists, in the order in which it is done.
  private func calls(_ change: FacetChange<Value>, _ target: Target) -> [Call] {
    var calls: [Call] = []
    let before = change.before?["previous"]?.map ?? ValueMap()
    let after = change.after?["previous"]?.map ?? ValueMap()
    for id in change.before?["lost"]?.list?.compactMap(\.string) ?? [] {
      calls += delete(target, IssuedKey(id: id, isActive: true)).plannedCalls
    }
    for pair in before where after[pair.key] == nil {
      calls += delete(target, IssuedKey(id: pair.key, isActive: false)).plannedCalls
    }
    if change.after?["current"] != change.before?["current"] {
      calls += create(target).plannedCalls
      if let verify { calls += verify(target).plannedCalls }
    }
    for pair in after where pair.value.string == "disabled" && before[pair.key]?.string != "disabled" {
      calls += disable(target, IssuedKey(id: pair.key, isActive: true)).plannedCalls
    }
    return calls
  }
}

/// Calls to be listed; what is done with keys takes more than calls.
private struct PlannedKeyCalls: Procedure {
  let plannedCalls: [Call]

  init(_ calls: [Call]) { plannedCalls = calls }

  func next(_ reply: Reply?) -> Step<Void> {
    .failed(CallFailure(.invalid, code: "KEY0003", "keys are exchanged step by step, not by one write"))
  }
}

extension Kind {
  /// Lets the kind issue keys.
  public mutating func issue(_ issuer: KeyIssuer) {
    keys = issuer
    facets.append(issuer.facet)
  }
}

/// A place at a provider in which keys are kept and read again, e.g. a Secret in a cluster.
public struct SecretStore: Sendable {
  /// Writes the named texts, each put together at the moment of sending; `place` is what the YAML says of it.
  public var write: @Sendable (Site, _ place: KeySink, _ texts: [String: [BodyPart]]) -> any Procedure<Void>
  /// Reads them; nil when there is no such place.
  public var read: @Sendable (Site, _ place: KeySink) -> any Procedure<[String: Secret]?>

  public init(
    write: @escaping @Sendable (Site, KeySink, [String: [BodyPart]]) -> any Procedure<Void>,
    read: @escaping @Sendable (Site, KeySink) -> any Procedure<[String: Secret]?>
  ) {
    self.write = write
    self.read = read
  }
}
