import CooperModel
import CooperProvider
import CooperSchema

/// The rules of a management policy, between the language's model and the document.
enum LifecycleRules {
  /// Action of a tier by its name.
  private static let tiers = ["Cool": "tierToCool", "Cold": "tierToCold", "Archive": "tierToArchive"]
  private static let currentAge = "daysAfterModificationGreaterThan"
  private static let versionAge = "daysAfterCreationGreaterThan"

  // MARK: Reading

  /// Rules by name; one with several prefixes is shown as one for each, because the language has one prefix in a rule.
  static func models(_ rules: [Value], _ call: Call) throws(CallFailure) -> Lifecycle {
    var found: Lifecycle = [:]
    for element in rules {
      guard let name = element["name"]?.string, let definition = element["definition"] else {
        throw ArmReply.broken("a rule", call)
      }
      let rule = try model(element, definition, call)
      let prefixes = (definition["filters"]?["prefixMatch"]?.given?.list ?? []).compactMap(\.string)
      for (index, prefix) in (prefixes.isEmpty ? [nil] : prefixes.map { Optional($0) }).enumerated() {
        var rule = rule
        rule.prefix = prefix
        found[index == 0 ? name : "\(name)#\(index + 1)"] = rule
      }
    }
    return found
  }

  private static func model(_ element: Value, _ definition: Value, _ call: Call) throws(CallFailure) -> LifecycleRule {
    var rule = LifecycleRule()
    rule.enabled = element["enabled"]?.given?.bool
    var tags: Tags = [:]
    for match in definition["filters"]?["blobIndexMatch"]?.given?.list ?? [] {
      tags[match["name"]?.string ?? ""] = match["value"]?.string ?? ""
    }
    rule.tags = tags
    let base = definition["actions"]?["baseBlob"]?.given
    if let age = try age(base?["delete"], currentAge, call) { rule.expiration = LifecycleExpiration(after: age) }
    let version = definition["actions"]?["version"]?.given
    if let age = try age(version?["delete"], versionAge, call) {
      rule.noncurrentExpiration = NoncurrentExpiration(after: age)
    }
    var transitions: [LifecycleTransition] = []
    var noncurrent: [NoncurrentTransition] = []
    for (tier, action) in tiers.sorted(by: { $0.key < $1.key }) {
      if let age = try age(base?[action], currentAge, call) {
        transitions.append(LifecycleTransition(to: tier, after: age))
      }
      if let age = try age(version?[action], versionAge, call) {
        noncurrent.append(NoncurrentTransition(to: tier, after: age))
      }
    }
    rule.transitions = transitions
    rule.noncurrentTransitions = noncurrent
    return rule
  }

  /// Nil for an action that isn't there, or that counts from something else, e.g. from the last access. Zero is an age.
  private static func age(_ action: Value?, _ field: String, _ call: Call) throws(CallFailure) -> TimeSpan? {
    guard let days = action?.given?[field]?.given else { return nil }
    guard let span = days.timeSpanOfDays else { throw ArmReply.broken(field, call) }
    return span
  }

  // MARK: Writing

  /// The rules as the policy's fragment, by name.
  static func fragment(_ rules: Lifecycle) -> Value {
    ["rules": .list(rules.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map(element))]
  }

  private static func element(_ name: String, _ rule: LifecycleRule) -> Value {
    var filters: ValueMap = ["blobTypes": ["blockBlob"]]
    if let prefix = rule.prefix { filters["prefixMatch"] = [.string(prefix)] }
    if let tags = rule.tags {
      filters["blobIndexMatch"] = .list(
        tags.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
          .map { ["name": .string($0.key), "op": "==", "value": .string($0.value)] })
    }
    var base = ValueMap()
    var version = ValueMap()
    func age(_ span: TimeSpan, _ field: String) -> Value {
      .map(ValueMap([(field, span.wholeDays.map { .integer($0) } ?? .number(Double(span.seconds) / 86_400))]))
    }
    if let after = rule.expiration?.after { base["delete"] = age(after, currentAge) }
    for transition in rule.transitions ?? [] {
      if let action = tiers[transition.to] { base[action] = age(transition.after ?? .days(0), currentAge) }
    }
    if let after = rule.noncurrentExpiration?.after { version["delete"] = age(after, versionAge) }
    for transition in rule.noncurrentTransitions ?? [] {
      if let action = tiers[transition.to] { version[action] = age(transition.after, versionAge) }
    }
    var actions = ValueMap()
    if !base.isEmpty { actions["baseBlob"] = .map(base) }
    if !version.isEmpty { actions["version"] = .map(version) }
    return [
      "name": .string(name), "type": "Lifecycle", "enabled": .bool(rule.enabled ?? true),
      "definition": ["filters": .map(filters), "actions": .map(actions)],
    ]
  }

  /// Rules to write: of a rule that is there already, what the language has no words for is carried through, e.g. actions
  /// on snapshots and other types of blobs (hashicorp/terraform-provider-azurerm#18583).
  static func merged(_ current: [Value], with fragment: Value) -> [Value] {
    (fragment["rules"]?.list ?? []).map { rule in
      guard let old = current.first(where: { $0["name"] == rule["name"] }) else { return rule }
      return rule.merged(with: ["definition": carried(from: old["definition"] ?? .null, into: rule)])
    }
  }

  private static func carried(from old: Value, into rule: Value) -> Value {
    var filters = ValueMap()
    if let types = old["filters"]?["blobTypes"]?.given { filters["blobTypes"] = types }
    var actions = ValueMap()
    if let snapshot = old["actions"]?["snapshot"]?.given { actions["snapshot"] = snapshot }
    for part in ["baseBlob", "version"] {
      let new = rule["definition"]?["actions"]?[part]
      var kept = ValueMap()
      for action in old["actions"]?[part]?.given?.map ?? ValueMap() {
        if let written = new?[action.key], let conditions = action.value.map {
          // Of an action that is written, conditions beside its age.
          let others = conditions.filter { !ages.contains($0.key) && $0.value != .null }
          if !others.isEmpty {
            kept[action.key] = .map(ValueMap(others.map { ($0.key, $0.value) })).merged(with: written)
          }
        } else if !isManaged(action.key, action.value, age: part == "version" ? versionAge : currentAge) {
          kept[action.key] = action.value
        }
      }
      if !kept.isEmpty { actions[part] = .map(kept) }
    }
    return ["filters": .map(filters), "actions": .map(actions)]
  }

  /// True for what the language can say, so that it is gone when the YAML says it no longer.
  private static func isManaged(_ action: String, _ value: Value, age: String) -> Bool {
    (action == "delete" || tiers.values.contains(action)) && value[age]?.given != nil
  }

  /// One per action: since modification, since access, or since creation (hashicorp/terraform-provider-azurerm#15821).
  private static let ages = [currentAge, versionAge, "daysAfterLastAccessTimeGreaterThan"]
}
