import CooperModel
import CooperProvider
import CooperSchema

/// The bucket's own document, which all facets but `iam` are read from and written to (Cloud Storage JSON API, Buckets).
enum BucketDocument {
  static let kind = "storage#bucket"

  /// One GET for all facets: equal calls of one look are sent once. ACLs aren't asked for, which needs fewer rights.
  static func get(_ target: Target) -> Call {
    .bucket(.get, target, query: [QueryItem("projection", "noAcl")], needs: "storage.buckets.get")
  }

  /// Decodes one facet out of the document; a decoder that returns nil found that nothing is set.
  static func read<Model: Sendable>(
    _ target: Target, _ decode: @escaping @Sendable (ValueMap, Call) throws(CallFailure) -> Model?
  ) -> any Procedure<Observed<Model>> {
    let call = get(target)
    return SingleCall<Observed<Model>>(call, ofBodyAlone: true) { (reply) throws(CallFailure) in
      do throws(CallFailure) {
        let document = try reply.document(kind, to: call)
        return try decode(document, call).map { .present($0) } ?? .absent
      } catch {
        guard error.kind == .unsupported else { throw error }
        return .unsupported("\(error.call.map { $0 + ": " } ?? "")\(error.code), \(error.message)")
      }
    }
  }

  /// The metageneration, which every change of the document or of its rights counts up.
  static func revision(_ target: Target) -> any Procedure<String?> {
    let call = get(target)
    return SingleCall<String?>(call) { (reply) throws(CallFailure) in
      try reply.document(kind, to: call).number("metageneration", of: call).map { String($0) }
    }
  }
}

/// Fields of a bucket that one facet wants changed; null clears a field, what is absent stays (JSON API, patch).
struct BucketPatch: Sendable {
  /// Not a field of the document: asks for the lock once the policy is as planned.
  private static let lockKey = "lockRetentionPolicy"

  var fields: ValueMap

  init(_ fields: ValueMap) { self.fields = fields }

  /// As a fragment that `PatchBucket` puts together with those of other facets.
  func effect(rank: Int = FacetRank.document, locking: Bool = false) -> Effect {
    var fragment = fields
    if locking { fragment[Self.lockKey] = true }
    return Effect(rank: rank, .patch(.map(fragment)))
  }

  /// The fragments as one patch, and whether the retention policy is to be locked.
  static func joined(_ fragments: [Value]) -> (patch: BucketPatch, locks: Bool) {
    var fields = ValueMap()
    for fragment in fragments { fields = merged(fields, fragment.map ?? ValueMap()) }
    let locks = fields[lockKey] != nil
    fields[lockKey] = nil
    return (BucketPatch(fields), locks)
  }

  private static func merged(_ first: ValueMap, _ second: ValueMap) -> ValueMap {
    var result = first
    for pair in second {
      if let mine = result[pair.key]?.map, let others = pair.value.map {
        result[pair.key] = .map(merged(mine, others))
      } else {
        result[pair.key] = pair.value
      }
    }
    return result
  }

  /// Whether a document is what the patch would make of it.
  func isDone(in document: ValueMap) -> Bool { Self.isDone(.map(fields), in: .map(document)) }

  private static func isDone(_ wanted: Value, in found: Value?) -> Bool {
    switch (wanted, found) {
    case (.null, nil), (.null, .null?): true
    case (.bool(false), nil): true
    case (.map(let wanted), _): wanted.allSatisfy { isDone($0.value, in: found?[$0.key]) }
    case (.list([]), nil): true
    case (.list(let wanted), .list(let found)?): same(wanted, found)
    default: found.map { same(wanted, $0) } ?? false
    }
  }

  private static func same(_ wanted: [Value], _ found: [Value]) -> Bool {
    wanted.count == found.count && zip(wanted, found).allSatisfy { same($0, $1) }
  }

  /// Equal, whichever way an int64 is spelled.
  private static func same(_ wanted: Value, _ found: Value) -> Bool {
    if let wanted = wanted.wholeNumber, let found = found.wholeNumber { return wanted == found }
    switch (wanted, found) {
    case (.map(let wanted), .map(let found)):
      return wanted.keys == found.keys && wanted.allSatisfy { same($0.value, found[$0.key] ?? .null) }
    case (.list(let wanted), .list(let found)): return same(wanted, found)
    default: return wanted == found
    }
  }
}
