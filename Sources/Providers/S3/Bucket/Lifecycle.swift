import CooperModel
import CooperProvider
import CooperSchema

/// `?lifecycle` (S3 API Reference, PutBucketLifecycleConfiguration).
enum S3Lifecycle: Facet {
  static let schema = LifecycleRule.facet

  static let sub = SubResource(
    name: "lifecycle", document: .xml(root: "LifecycleConfiguration"),
    absentCodes: ["NoSuchLifecycleConfiguration"], readAction: "s3:GetLifecycleConfiguration",
    writeAction: "s3:PutLifecycleConfiguration")

  /// AWS answers it with every read and takes its own default when a write leaves it out; it is not in the document.
  static let minimumSizeHeader = "x-amz-transition-default-minimum-object-size"

  static func read(_ target: Target) -> any Procedure<Observed<Lifecycle>> {
    sub.read(target) { (root, fields) throws(CallFailure) in
      var reader = LifecycleReader(fields: fields)
      try reader.read(root)
      return reader.rules.isEmpty ? nil : reader.rules
    }
  }

  static func canonical(_ model: Lifecycle, on site: Site) -> Lifecycle { model.mapValues(canonical) }

  private static func canonical(_ rule: LifecycleRule) -> LifecycleRule {
    var rule = rule
    if rule.enabled == true { rule.enabled = nil }
    if rule.prefix == "" { rule.prefix = nil }
    if rule.tags?.isEmpty == true { rule.tags = nil }
    // A marker that is off says nothing; Ceph drops it, others echo it.
    if rule.expiration?.expiredObjectDeleteMarker == false { rule.expiration?.expiredObjectDeleteMarker = nil }
    if rule.expiration == LifecycleExpiration() { rule.expiration = nil }
    rule.transitions = ordered(rule.transitions, by: \.to)
    rule.noncurrentTransitions = ordered(rule.noncurrentTransitions, by: \.to)
    return rule
  }

  private static func ordered<T>(_ transitions: [T]?, by key: (T) -> String) -> [T]? {
    guard let transitions, !transitions.isEmpty else { return nil }
    return transitions.sorted { key($0).utf8.lexicographicallyPrecedes(key($1).utf8) }
  }

  static func write(_ change: FacetChange<Lifecycle>, on target: Target) throws(CallFailure) -> Effect {
    // An empty document is malformed, so no rules is a deletion.
    guard let rules = change.after, !rules.isEmpty else {
      return Effect(rank: FacetRank.other, .procedure(sub.clear(target)))
    }
    guard change.before != nil else {
      return Effect(
        rank: FacetRank.other,
        .procedure(sub.write(target, isKnown: false, LifecycleWriter(rules: rules).document)))
    }
    // The document is replaced whole: what isn't managed is taken over from the one that is there.
    let procedure = sub.merge(target) { look in
      var writer = LifecycleWriter(rules: rules)
      var headers: [Header] = []
      if case .xml(let root, let reply) = look {
        writer.carry(from: root)
        if let size = reply.header(minimumSizeHeader) { headers.append(Header(minimumSizeHeader, size)) }
      }
      return sub.put(target, headers: headers, writer.document)
    }
    return Effect(rank: FacetRank.other, .procedure(procedure))
  }

  static func risks(_ change: FacetChange<Lifecycle>, on target: Target) -> [Risk] {
    LifecycleRisk.risks(from: change.before ?? [:], to: change.after ?? [:])
  }
}
