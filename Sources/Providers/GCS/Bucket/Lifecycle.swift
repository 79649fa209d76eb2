import CooperModel
import CooperProvider
import CooperSchema

/// `lifecycle.rule`, a list of rules without ids whose order means nothing.
///
/// A rule of the YAML is one or more of Google's: one for each thing that it does. What is read back gets the ids of the
/// YAML where it does the same, and ids from what it does elsewhere.
enum GCSLifecycle: Facet {
  static let schema = LifecycleRule.facet

  static func read(_ target: Target) -> any Procedure<Observed<Lifecycle>> {
    BucketDocument.read(target) { (document, call) throws(CallFailure) in
      var rules: Set<NativeRule> = []
      for entry in try document.object("lifecycle", of: call)?.given("rule")?.list ?? [] {
        guard let entry = entry.map else { throw .broken("lifecycle", "a list of something else than rules", call) }
        rules.formUnion(try NativeRule.read(entry, call))
      }
      return rules.isEmpty ? nil : lifecycle(of: rules)
    }
  }

  private static func lifecycle(of rules: Set<NativeRule>) -> Lifecycle {
    Dictionary(rules.map { ($0.id, LifecycleRule($0)) }, uniquingKeysWith: { first, _ in first })
  }

  static func canonical(_ model: Lifecycle, on site: Site) -> Lifecycle {
    model.mapValues { rule in
      var rule = rule
      if rule.enabled == true { rule.enabled = nil }
      if rule.prefix == "" { rule.prefix = nil }
      if rule.tags?.isEmpty == true { rule.tags = nil }
      // Google has no markers: one that is off says nothing, and alone it is no expiration.
      if rule.expiration?.expiredObjectDeleteMarker == false {
        rule.expiration?.expiredObjectDeleteMarker = nil
        if rule.expiration == LifecycleExpiration() { rule.expiration = nil }
      }
      rule.transitions = rule.transitions.flatMap { $0.isEmpty ? nil : $0.sorted { $0.to < $1.to } }
      rule.noncurrentTransitions = rule.noncurrentTransitions.flatMap { $0.isEmpty ? nil : $0.sorted { $0.to < $1.to } }
      if let conditions = rule.conditions {
        var conditions = conditions
        if conditions.versions == .live { conditions.versions = nil }
        conditions.storageClasses = conditions.storageClasses.flatMap { $0.isEmpty ? nil : Set($0).sorted() }
        rule.conditions = conditions == LifecycleConditions() ? nil : conditions
      }
      return rule
    }
  }

  static func comparable(_ observed: Lifecycle, to desired: Lifecycle, on target: Target) -> Lifecycle {
    var rest = Set(observed.values.flatMap { NativeRule.all(in: $0) })
    var found: Lifecycle = [:]
    let natives = desired.mapValues { Set(NativeRule.all(in: $0)) }
    let there = rest
    for (id, rules) in natives where !rules.isEmpty && rules.isSubset(of: there) {
      found[id] = desired[id]
      rest.subtract(rules)
    }
    for rule in rest { found[found[rule.id] == nil ? rule.id : rule.id + "-observed"] = LifecycleRule(rule) }
    return found
  }

  static func write(_ change: FacetChange<Lifecycle>, on target: Target) throws(CallFailure) -> Effect {
    let rules = Set((change.after ?? [:]).values.flatMap { NativeRule.all(in: $0) })
    if let endless = rules.first(where: { $0.action == .delete && $0.hasNoCondition }) {
      throw CallFailure(
        .invalid, code: "GCS0112", "rule \(endless.id) would delete every object at once: it has no condition")
    }
    let ordered = rules.map { ($0.id, $0.value) }.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
    // Leaving the field out keeps the rules that are there (GoogleCloudPlatform/k8s-config-connector#554).
    return BucketPatch(["lifecycle": ["rule": .list(ordered.map(\.1))]]).effect()
  }

  static func risks(_ change: FacetChange<Lifecycle>, on target: Target) -> [Risk] {
    LifecycleRisk.risks(from: change.before ?? [:], to: change.after ?? [:])
  }
}
