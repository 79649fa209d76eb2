import CooperModel
import CooperProvider
import CooperSchema

/// `lifecycle`: the policy `default` of the account, one document (Storage Resource Provider, Management Policies).
enum AzureLifecycle: Facet {
  static let schema = LifecycleRule.facet

  static func read(_ target: Target) -> any Procedure<Observed<Lifecycle>> {
    readAccount(.policy, target) { (document) throws(CallFailure) in
      guard let rules = document["properties"]?["policy"]?["rules"]?.list else {
        throw ArmReply.broken("policy.rules", AccountDocument.policy.read(target))
      }
      let found = try LifecycleRules.models(rules, AccountDocument.policy.read(target))
      return found.isEmpty ? nil : found
    }
  }

  static func canonical(_ model: Lifecycle, on site: Site) -> Lifecycle {
    model.mapValues { rule in
      var rule = rule
      if rule.enabled == true { rule.enabled = nil }
      if rule.prefix == "" { rule.prefix = nil }
      if rule.tags?.isEmpty == true { rule.tags = nil }
      // Azure has no markers: one that is off says nothing.
      if rule.expiration?.expiredObjectDeleteMarker == false { rule.expiration?.expiredObjectDeleteMarker = nil }
      if rule.expiration == LifecycleExpiration() { rule.expiration = nil }
      // "At once" is what a tier without an age is.
      rule.transitions = ordered(
        rule.transitions?.map { LifecycleTransition(to: $0.to, after: $0.after ?? .days(0)) }, by: \.to)
      rule.noncurrentTransitions = ordered(rule.noncurrentTransitions, by: \.to)
      return rule
    }
  }

  private static func ordered<T>(_ transitions: [T]?, by key: (T) -> String) -> [T]? {
    guard let transitions, !transitions.isEmpty else { return nil }
    return transitions.sorted { key($0).utf8.lexicographicallyPrecedes(key($1).utf8) }
  }

  static func write(_ change: FacetChange<Lifecycle>, on target: Target) throws(CallFailure) -> Effect {
    Effect(rank: AzureRank.other, AccountDocument.policy.patch(LifecycleRules.fragment(change.after ?? [:])))
  }

  /// Rules that delete what no rule deleted before, or earlier than before.
  static func risks(_ change: FacetChange<Lifecycle>, on target: Target) -> [Risk] {
    (change.after ?? [:]).sorted { $0.key < $1.key }.compactMap { name, rule in
      guard rule.enabled != false else { return nil }
      let old = change.before?[name]
      let isSameScope = old.map { $0.prefix == rule.prefix && $0.tags == rule.tags && $0.enabled != false } ?? false
      func isNew(_ before: TimeSpan?, _ after: TimeSpan?) -> Bool {
        guard let after else { return false }
        return !isSameScope || before.map { after < $0 } ?? true
      }
      let current = isNew(old?.expiration?.after, rule.expiration?.after)
      let noncurrent = isNew(old?.noncurrentExpiration?.after, rule.noncurrentExpiration?.after)
      guard current || noncurrent else { return nil }
      let what = current ? "blobs" : "earlier versions of blobs"
      let place = rule.prefix.map { " under \($0)" } ?? ""
      let age = (current ? rule.expiration?.after : rule.noncurrentExpiration?.after)?.text ?? "0d"
      return Risk(.losesData, "rule \(name) deletes \(what)\(place) that are \(age) old, also those that are there")
    }
  }
}
