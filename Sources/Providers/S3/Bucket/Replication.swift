import CooperModel
import CooperProvider

/// `?replication` (S3 API Reference, PutBucketReplication); always written in its second form, with filters.
///
/// A rule of the first form has no filter and copies deletions, one of the second doesn't unless told
/// (hashicorp/terraform-provider-aws#16250): read as what it does, the plan shows the difference.
enum S3Replication: Facet {
  static let schema = Replication.facet

  static let sub = SubResource(
    name: "replication", document: .xml(root: "ReplicationConfiguration"),
    absentCodes: ["ReplicationConfigurationNotFoundError"], readAction: "s3:GetReplicationConfiguration",
    writeAction: "s3:PutReplicationConfiguration")

  static func read(_ target: Target) -> any Procedure<Observed<Replication>> {
    sub.read(target) { (root, fields) throws(CallFailure) in
      var rules: [String: ReplicationRule] = [:]
      for (index, element) in root.children("Rule").enumerated() {
        let id = element.text("ID") ?? ""
        let base = id.isEmpty ? "unnamed-\(index + 1)" : id
        rules[rules[base] == nil ? base : "\(base)#\(index + 1)"] = try ReplicationReader(fields: fields).rule(element)
      }
      return rules.isEmpty ? nil : Replication(role: root.text("Role"), rules: rules)
    }
  }

  static func canonical(_ model: Replication, on site: Site) -> Replication {
    guard let rules = model.rules, !rules.isEmpty else { return Replication(role: model.role, rules: nil) }
    return Replication(role: model.role, rules: withPriorities(rules.mapValues(canonical)))
  }

  private static func canonical(_ rule: ReplicationRule) -> ReplicationRule {
    var rule = rule
    if rule.enabled == true { rule.enabled = nil }
    let filter = ObjectFilter(prefix: rule.prefix, tags: rule.tags).canonical
    (rule.prefix, rule.tags) = (filter.prefix, filter.tags)
    if rule.deleteMarkers == .ignore { rule.deleteMarkers = nil }
    if rule.existingObjects == false { rule.existingObjects = nil }
    if rule.encryptedObjects == false { rule.encryptedObjects = nil }
    if rule.replicaModifications == false { rule.replicaModifications = nil }
    if rule.destination.owner == .source { rule.destination.owner = nil }
    if rule.destination.timeControl == false { rule.destination.timeControl = nil }
    // Time control is measured always.
    if rule.destination.timeControl == true { rule.destination.metrics = true }
    if rule.destination.metrics == false { rule.destination.metrics = nil }
    return rule
  }

  /// A rule with a filter needs a priority; those without one get the lowest that are free, in the order of their ids.
  private static func withPriorities(_ rules: [String: ReplicationRule]) -> [String: ReplicationRule] {
    var rules = rules
    var taken = Set(rules.values.compactMap(\.priority))
    var next = 1
    for id in rules.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) where rules[id]?.priority == nil {
      while taken.contains(next) { next += 1 }
      rules[id]?.priority = next
      taken.insert(next)
    }
    return rules
  }

  static func write(_ change: FacetChange<Replication>, on target: Target) throws(CallFailure) -> Effect {
    guard let after = change.after, let rules = after.rules, !rules.isEmpty else {
      return Effect(rank: FacetRank.other, .procedure(sub.clear(target)))
    }
    let writer = ReplicationWriter(role: after.role ?? "", rules: rules, target: target)
    var call = sub.put(target, writer.document)
    // The service takes on the role (IAM User Guide, "Granting a user permissions to pass a role").
    if let role = after.role { call.permissions.append(Permission("iam:PassRole", on: role)) }
    return Effect(
      rank: FacetRank.other, .procedure(sub.write(target, isKnown: change.before != nil, call)))
  }

  static func risks(_ change: FacetChange<Replication>, on target: Target) -> [Risk] {
    let before = change.before?.rules ?? [:]
    let after = change.after?.rules ?? [:]
    let reached = Set(before.values.filter(\.isOn).map { Place($0.destination) })
    return after.sorted { $0.key < $1.key }.flatMap { id, rule -> [Risk] in
      guard rule.isOn else { return [] }
      var risks: [Risk] = []
      let place = Place(rule.destination)
      if let account = rule.destination.account, account != target.site.account, !reached.contains(place) {
        risks.append(
          Risk(
            .widensAccess, "account \(account) gets copies of the objects, in \(rule.destination.bucket) (rule \(id))"))
      }
      switch (before[id]?.deleteMarkers, rule.deleteMarkers) {
      case (.replicate, nil), (.replicate, .ignore):
        risks.append(
          Risk(
            .overwrites, "rule \(id) no longer copies deletions: the copy keeps what is deleted here",
            needsConsent: false)
        )
      case (nil, .replicate) where before[id] != nil, (.ignore, .replicate):
        risks.append(
          Risk(
            .overwrites, "rule \(id) now copies deletions: what is deleted here is hidden there", needsConsent: false))
      default: break
      }
      return risks
    }
  }

  private struct Place: Hashable {
    var account: String?
    var bucket: String

    init(_ destination: ReplicationDestination) {
      account = destination.account
      bucket = destination.bucket
    }
  }
}

extension ReplicationRule {
  fileprivate var isOn: Bool { enabled != false }
}
