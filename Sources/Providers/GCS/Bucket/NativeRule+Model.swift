import CooperModel
import CooperSchema

/// Between rules of the YAML and Google's.
///
/// | YAML | Google |
/// |---|---|
/// | `expiration.after` | Delete with age, isLive true unless `conditions.versions` says otherwise |
/// | `noncurrentExpiration { after, keep }` | Delete with daysSinceNoncurrentTime and keep + 1 newer versions |
/// | `transitions`, `noncurrentTransitions` | SetStorageClass, likewise |
/// | `abortMultipartAfter` | AbortIncompleteMultipartUpload with age |
///
/// Google counts the live version among the newer ones, so `keep: 3` noncurrent versions are 4 newer versions: where the
/// live version was deleted, one more stays than was asked for, and never one less.
extension NativeRule {
  static func all(in rule: LifecycleRule) -> [NativeRule] {
    guard rule.enabled != false else { return [] }
    var rules: [NativeRule] = []
    // An expiration that only says `expiredObjectDeleteMarker: false` does nothing, and Google has no such markers.
    if let expiration = rule.expiration, expiration != LifecycleExpiration(expiredObjectDeleteMarker: false) {
      rules.append(current(.delete, expiration.after, rule))
    }
    if let expiration = rule.noncurrentExpiration {
      rules.append(noncurrent(.delete, expiration.after, expiration.keep, rule))
    }
    for transition in rule.transitions ?? [] { rules.append(current(.setClass(transition.to), transition.after, rule)) }
    for transition in rule.noncurrentTransitions ?? [] {
      rules.append(noncurrent(.setClass(transition.to), transition.after, transition.keep, rule))
    }
    if let after = rule.abortMultipartAfter {
      var native = NativeRule(.abort)
      native.age = after.wholeDays
      native.prefix = rule.prefix
      native.suffix = rule.conditions?.suffix
      rules.append(native)
    }
    return rules
  }

  private static func current(_ action: Action, _ after: TimeSpan?, _ rule: LifecycleRule) -> NativeRule {
    var native = scoped(action, rule)
    let conditions = rule.conditions
    native.age = after?.wholeDays ?? conditions?.age?.wholeDays
    native.daysSinceNoncurrentTime = conditions?.sinceNoncurrent?.wholeDays
    native.numNewerVersions = conditions?.newerVersions.map(Int64.init)
    switch conditions?.versions {
    case nil, .live: native.isLive = true
    case .noncurrent: native.isLive = false
    case .all: native.isLive = nil
    }
    return native
  }

  private static func noncurrent(
    _ action: Action, _ after: TimeSpan, _ keep: Int?, _ rule: LifecycleRule
  ) -> NativeRule {
    var native = scoped(action, rule)
    native.daysSinceNoncurrentTime = after.wholeDays
    native.age = rule.conditions?.age?.wholeDays
    native.numNewerVersions = keep.map { Int64($0) + 1 } ?? rule.conditions?.newerVersions.map(Int64.init)
    return native
  }

  private static func scoped(_ action: Action, _ rule: LifecycleRule) -> NativeRule {
    var native = NativeRule(action)
    native.prefix = rule.prefix.flatMap { $0.isEmpty ? nil : $0 }
    let conditions = rule.conditions
    native.suffix = conditions?.suffix
    native.classes = Set(conditions?.storageClasses ?? [])
    native.createdBefore = conditions?.createdBefore?.date
    native.customTimeBefore = conditions?.customTimeBefore?.date
    native.noncurrentTimeBefore = conditions?.noncurrentBefore?.date
    native.daysSinceCustomTime = conditions?.sinceCustomTime?.wholeDays
    return native
  }

  /// A rule that counts from when a version became noncurrent, or counts newer versions and nothing else.
  fileprivate var isAboutNoncurrent: Bool {
    guard isLive != true else { return false }
    return daysSinceNoncurrentTime != nil || age == nil && (numNewerVersions ?? 0) > 0
  }
}

extension LifecycleRule {
  /// The largest number of versions that `keep` takes.
  private static let keepLimit: Int64 = 100

  /// One thing that Google does, as the YAML says it.
  init(_ native: NativeRule) {
    self.init()
    prefix = native.prefix
    var conditions = LifecycleConditions()
    conditions.suffix = native.suffix
    conditions.storageClasses = native.classes.isEmpty ? nil : native.classes.sorted()
    conditions.createdBefore = native.createdBefore.flatMap { Instant($0) }
    conditions.customTimeBefore = native.customTimeBefore.flatMap { Instant($0) }
    conditions.noncurrentBefore = native.noncurrentTimeBefore.flatMap { Instant($0) }
    conditions.sinceCustomTime = native.daysSinceCustomTime.map { .days($0) }
    if native.action == .abort {
      abortMultipartAfter = .days(native.age ?? 0)
    } else if native.isAboutNoncurrent {
      setNoncurrent(native, &conditions)
    } else {
      setCurrent(native, &conditions)
    }
    self.conditions = conditions == LifecycleConditions() ? nil : conditions
  }

  private mutating func setCurrent(_ native: NativeRule, _ conditions: inout LifecycleConditions) {
    let after = native.age.map { TimeSpan.days($0) }
    switch native.isLive {
    case true?: conditions.versions = nil
    case false?: conditions.versions = .noncurrent
    case nil: conditions.versions = .all
    }
    conditions.sinceNoncurrent = native.daysSinceNoncurrentTime.map { .days($0) }
    conditions.newerVersions = native.numNewerVersions.map { Int($0) }
    if case .setClass(let name) = native.action {
      transitions = [LifecycleTransition(to: name, after: after)]
    } else {
      expiration = LifecycleExpiration(after: after)
    }
  }

  private mutating func setNoncurrent(_ native: NativeRule, _ conditions: inout LifecycleConditions) {
    // Whatever has a newer version is noncurrent since some time or other: no days at all says the same.
    let after = TimeSpan.days(native.daysSinceNoncurrentTime ?? 0)
    conditions.age = native.age.map { .days($0) }
    var keep: Int?
    if let count = native.numNewerVersions {
      if 2...Self.keepLimit + 1 ~= count { keep = Int(count - 1) } else { conditions.newerVersions = Int(count) }
    }
    if case .setClass(let name) = native.action {
      noncurrentTransitions = [NoncurrentTransition(to: name, after: after, keep: keep)]
    } else {
      noncurrentExpiration = NoncurrentExpiration(after: after, keep: keep)
    }
  }
}

extension Instant {
  /// The day alone, which is how Google writes lifecycle dates.
  fileprivate var date: String { String(text.prefix(10)) }
}
