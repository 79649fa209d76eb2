internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// What a bucket that holds backups does with them, against how long they are to be kept and how often they are made.
///
/// Neither buckets nor locations have a retention or a schedule of their own: tags of the bucket tell them.
struct BackupGuards {
  static let retentionTag = "backupRetention"
  static let scheduleTag = "backupSchedule"

  struct Finding: Equatable {
    var verdict: CheckReport.Verdict
    var detail: String
    var fix: String?
  }

  var retention: TimeSpan?
  var schedule: TimeSpan?
  /// Where the backups lie.
  var prefix: String

  init(tags: Value?, prefix: String) {
    func span(_ tag: String) -> TimeSpan? { tags?[tag]?.string.flatMap { TimeSpan($0) } }
    retention = span(Self.retentionTag)
    schedule = span(Self.scheduleTag)
    self.prefix = prefix
  }

  /// The period for which nobody, or not everybody, can delete a new object; nil where objects aren't locked by themselves.
  static func lockedFor(_ facet: String, _ observed: Value) -> TimeSpan? {
    switch facet {
    case ObjectLock.facet.name:
      guard let lock = try? ObjectLock(value: observed), lock.mode != nil else { return nil }
      return lock.years.map { .days(Int64($0) * 365) } ?? lock.retention
    case RetentionPolicy.facet.name:
      guard let policy = try? RetentionPolicy(value: observed), policy.period.seconds > 0 else { return nil }
      return policy.period
    default:
      return observed["retention"]?.string.flatMap { TimeSpan($0) }
        ?? observed["period"]?.string.flatMap { TimeSpan($0) }
    }
  }

  func lock(_ period: TimeSpan?) -> Finding {
    guard let period else {
      return Finding(verdict: .good, detail: "objects aren't locked by themselves")
    }
    guard let retention else {
      return Finding(
        verdict: .good,
        detail: "new objects are locked for \(period.text); the tag \(Self.retentionTag) would say whether that fits")
    }
    if period < retention {
      return Finding(
        verdict: .failed,
        detail: "backups are kept for \(retention.text), and the lock protects them for \(period.text) only",
        fix: "make the default period  \(retention.text)  or longer, or keep backups for a shorter time")
    }
    if retention < period {
      return Finding(
        verdict: .unlike,
        detail: "backups are to go after \(retention.text), and the lock keeps them for \(period.text)",
        fix: "the backup tool must wait for the lock, and the bucket grows until then")
    }
    return Finding(verdict: .good, detail: "locked for \(period.text), as long as backups are kept")
  }

  func lifecycle(_ rules: Lifecycle) -> Finding {
    let shortest = max(retention?.seconds ?? 0, schedule?.seconds ?? 0)
    for id in rules.keys.sorted() {
      guard let rule = rules[id], rule.enabled ?? true, covers(rule.prefix ?? "") else { continue }
      if let age = rule.expiration?.after {
        if shortest > 0, age.seconds < shortest {
          return Finding(
            verdict: .failed,
            detail: "rule \"\(id)\" deletes after \(age.text), and backups are to be there for \(words(shortest))",
            fix: "let the backup tool delete, and take  expiration  out of the rule")
        }
        return Finding(
          verdict: .unlike, detail: "rule \"\(id)\" deletes backups after \(age.text), whatever still needs them",
          fix: "let the backup tool delete, and take  expiration  out of the rule")
      }
      if rule.expiration?.date != nil {
        return Finding(
          verdict: .failed, detail: "rule \"\(id)\" deletes all backups at one date",
          fix: "take  expiration  out of the rule")
      }
    }
    return Finding(verdict: .good, detail: "no rule deletes current objects here")
  }

  /// A rule for a folder touches the location's, or what lies inside it.
  private func covers(_ rule: String) -> Bool { prefix.hasPrefix(rule) || rule.hasPrefix(prefix) }
  private func words(_ seconds: Int64) -> String { TimeSpan(seconds: seconds).text }
}
