import CooperModel
import CooperProvider
import CooperSchema

/// A lifecycle rule as Google has it: one action, and conditions that must all hold (Cloud Storage documentation, object
/// lifecycle management). Zero is a condition, nothing is none: a zero that got lost once deleted whole buckets
/// (hashicorp/terraform-provider-google#17990).
struct NativeRule: Sendable, Hashable {
  enum Action: Sendable, Hashable {
    case delete
    case setClass(String)
    case abort
  }

  var action: Action
  var age: Int64?
  var createdBefore: String?
  var customTimeBefore: String?
  var daysSinceCustomTime: Int64?
  var daysSinceNoncurrentTime: Int64?
  var noncurrentTimeBefore: String?
  var isLive: Bool?
  var numNewerVersions: Int64?
  var classes: Set<String> = []
  var prefix: String?
  var suffix: String?

  init(_ action: Action) { self.action = action }

  // MARK: Wire

  /// Of an entry with several prefixes or suffixes one rule each, which means the same. What isn't known here can't be
  /// left out: the rule would do more than it does.
  static func read(_ entry: ValueMap, _ call: Call) throws(CallFailure) -> [NativeRule] {
    guard let action = try entry.object("action", of: call), let type = try action.text("type", of: call) else {
      throw .broken("lifecycle.rule", "a rule without action", call)
    }
    var rule: NativeRule
    switch type {
    case "Delete": rule = NativeRule(.delete)
    case "AbortIncompleteMultipartUpload": rule = NativeRule(.abort)
    case "SetStorageClass": rule = NativeRule(.setClass(try action.text("storageClass", of: call) ?? ""))
    default: throw .broken("lifecycle.rule.action", "\(type), which this version doesn't know", call)
    }
    let condition = try entry.object("condition", of: call) ?? ValueMap()
    if let strange = condition.first(where: { !known.contains($0.key) && $0.value != .null }) {
      throw .broken("lifecycle.rule.condition", "one with \(strange.key), which this version doesn't know", call)
    }
    rule.age = try condition.number("age", of: call)
    rule.createdBefore = try condition.text("createdBefore", of: call)
    rule.customTimeBefore = try condition.text("customTimeBefore", of: call)
    rule.daysSinceCustomTime = try condition.number("daysSinceCustomTime", of: call)
    rule.daysSinceNoncurrentTime = try condition.number("daysSinceNoncurrentTime", of: call)
    rule.noncurrentTimeBefore = try condition.text("noncurrentTimeBefore", of: call)
    rule.isLive = try condition.flag("isLive", of: call)
    rule.numNewerVersions = try condition.number("numNewerVersions", of: call)
    rule.classes = Set(try condition.texts("matchesStorageClass", of: call) ?? [])
    let prefixes = try condition.texts("matchesPrefix", of: call) ?? []
    let suffixes = try condition.texts("matchesSuffix", of: call) ?? []
    return (prefixes.isEmpty ? [nil] : prefixes.map { $0 as String? }).flatMap { prefix in
      (suffixes.isEmpty ? [nil] : suffixes.map { $0 as String? }).map { suffix in
        var copy = rule
        copy.prefix = prefix
        copy.suffix = suffix
        return copy
      }
    }
  }

  private static let known: Set = [
    "age", "createdBefore", "customTimeBefore", "daysSinceCustomTime", "daysSinceNoncurrentTime",
    "noncurrentTimeBefore",
    "isLive", "numNewerVersions", "matchesStorageClass", "matchesPrefix", "matchesSuffix",
  ]

  var value: Value {
    let action: Value =
      switch action {
      case .delete: ["type": "Delete"]
      case .abort: ["type": "AbortIncompleteMultipartUpload"]
      case .setClass(let name): ["type": "SetStorageClass", "storageClass": .string(name)]
      }
    return ["action": action, "condition": .map(condition)]
  }

  private var condition: ValueMap {
    var map = ValueMap()
    map["age"] = age.map { .integer($0) }
    map["createdBefore"] = createdBefore.map { .string($0) }
    map["customTimeBefore"] = customTimeBefore.map { .string($0) }
    map["daysSinceCustomTime"] = daysSinceCustomTime.map { .integer($0) }
    map["daysSinceNoncurrentTime"] = daysSinceNoncurrentTime.map { .integer($0) }
    map["noncurrentTimeBefore"] = noncurrentTimeBefore.map { .string($0) }
    map["isLive"] = isLive.map { .bool($0) }
    map["numNewerVersions"] = numNewerVersions.map { .integer($0) }
    if !classes.isEmpty { map["matchesStorageClass"] = classes.sorted().value }
    map["matchesPrefix"] = prefix.map { .list([.string($0)]) }
    map["matchesSuffix"] = suffix.map { .list([.string($0)]) }
    return map
  }

  var hasNoCondition: Bool { condition.isEmpty }

  /// Made of what it does, for rules that the YAML doesn't name.
  var id: String {
    var words: [String]
    var rest = self
    switch action {
    case .delete: words = ["delete"]
    case .setClass(let name): words = ["to", name]
    case .abort: words = ["abort"]
    }
    if let days = daysSinceNoncurrentTime {
      words += ["noncurrent", "\(days)d"]
      rest.daysSinceNoncurrentTime = nil
    } else if let age {
      words.append("\(age)d")
      rest.age = nil
    }
    if let count = numNewerVersions {
      words.append("newer-\(count)")
      rest.numNewerVersions = nil
    }
    // Distinct rules have distinct ids: the rest of what it says is told by its digest.
    if !rest.hasNoCondition {
      words.append(String(Digest.sha256Hex(ValueJSON.encode(.map(rest.condition), pretty: false)).prefix(8)))
    }
    return words.joined(separator: "-")
  }
}
