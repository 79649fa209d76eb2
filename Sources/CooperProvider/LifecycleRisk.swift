public import CooperModel
internal import CooperSchema

/// Finds what a change of lifecycle rules deletes that no rule deleted before, or deletes sooner; on every store.
public enum LifecycleRisk {
  public static func risks(from before: Lifecycle, to after: Lifecycle) -> [Risk] {
    let earlier = before.values.flatMap { Deletion.all(in: $0) }
    return after.sorted { $0.key < $1.key }.flatMap { id, rule in
      Deletion.all(in: rule).filter { deletion in !earlier.contains { $0.includes(deletion) } }
        .map { Risk(.losesData, "rule \(id) \($0.words(since: before[id]))") }
    }
  }
}

/// One way in which a rule deletes data: which objects, which versions, and when.
private struct Deletion {
  enum Subject { case newest, noncurrent }
  enum Time: Equatable {
    case after(TimeSpan)
    case on(Instant)
    /// As soon as the conditions of the rule hold.
    case whenConditionsHold
  }

  var subject: Subject
  var time: Time
  var keep: Int
  var rule: LifecycleRule

  /// A delete marker without versions holds no data, and parts of unfinished uploads are none yet.
  static func all(in rule: LifecycleRule) -> [Deletion] {
    guard rule.enabled != false else { return [] }
    var found: [Deletion] = []
    if let after = rule.expiration?.after {
      found.append(Deletion(subject: .newest, time: .after(after), keep: 0, rule: rule))
    }
    if let date = rule.expiration?.date {
      found.append(Deletion(subject: .newest, time: .on(date), keep: 0, rule: rule))
    }
    if rule.expiration == LifecycleExpiration() {
      found.append(Deletion(subject: .newest, time: .whenConditionsHold, keep: 0, rule: rule))
    }
    if let noncurrent = rule.noncurrentExpiration {
      found.append(
        Deletion(subject: .noncurrent, time: .after(noncurrent.after), keep: noncurrent.keep ?? 0, rule: rule))
    }
    return found
  }

  /// True when all that the other deletes is deleted by this one too, and not later.
  func includes(_ other: Deletion) -> Bool {
    guard subject == other.subject, keep <= other.keep, covers(other.rule) else { return false }
    return switch (time, other.time) {
    case (.after(let mine), .after(let others)): mine <= others
    case (.on(let mine), .on(let others)): mine <= others
    case (.whenConditionsHold, .whenConditionsHold): true
    default: false
    }
  }

  private func covers(_ other: LifecycleRule) -> Bool {
    let hasPrefix = (other.prefix ?? "").hasPrefix(rule.prefix ?? "")
    let hasTags = (rule.tags ?? [:]).allSatisfy { other.tags?[$0.key] == $0.value }
    let above = rule.sizeGreaterThan.map { mine in other.sizeGreaterThan.map { $0 >= mine } ?? false } ?? true
    let below = rule.sizeLessThan.map { mine in other.sizeLessThan.map { $0 <= mine } ?? false } ?? true
    return hasPrefix && hasTags && above && below && rule.conditions == other.conditions
  }

  /// What happens, and in which way it is more than what the rule of the same id did.
  func words(since before: LifecycleRule?) -> String {
    let objects = subject == .newest ? "deletes" : "deletes noncurrent versions of"
    let kept = keep > 0 ? " but the newest \(keep)" : ""
    let when =
      switch time {
      case .after(let span): "after \(span.text)"
      case .on(let date): "on \(date.text.prefix(10))"
      case .whenConditionsHold: "when its conditions hold"
      }
    return "\(objects) \(scope)\(kept) \(when), \(reason(before))"
  }

  private var scope: String {
    var words: [String] = []
    if let prefix = rule.prefix, !prefix.isEmpty { words.append(prefix + "*") }
    for tag in (rule.tags ?? [:]).sorted(by: { $0.key < $1.key }) { words.append("tag \(tag.key)=\(tag.value)") }
    if let size = rule.sizeGreaterThan { words.append("larger than \(size.text)") }
    if let size = rule.sizeLessThan { words.append("smaller than \(size.text)") }
    if let conditions = rule.conditions { words.append(conditions.words) }
    return words.isEmpty ? "all objects" : "objects (" + words.joined(separator: ", ") + ")"
  }

  private func reason(_ before: LifecycleRule?) -> String {
    let earlier = before.map { Deletion.all(in: $0) } ?? []
    guard let same = earlier.first(where: { $0.subject == subject }) else {
      return before?.enabled == false ? "switched on" : "new"
    }
    if !same.covers(rule) { return "over more objects than before" }
    if same.keep > keep { return "keeping fewer than before (\(same.keep))" }
    if case .after(let span) = same.time { return "sooner than before (\(span.text))" }
    return "sooner than before"
  }
}
