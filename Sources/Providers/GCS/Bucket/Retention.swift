import CooperModel
import CooperProvider
import CooperSchema

/// `retentionPolicy`. A lock can't be part of the PATCH: it is a call of its own that follows it, and is for ever (Cloud
/// Storage documentation, bucket lock).
enum GCSRetention: Facet {
  static let schema = RetentionPolicy.facet

  static func read(_ target: Target) -> any Procedure<Observed<RetentionPolicy>> {
    BucketDocument.read(target) { (document, call) throws(CallFailure) in
      guard let policy = try document.object("retentionPolicy", of: call),
        let seconds = try policy.number("retentionPeriod", of: call)
      else { return nil }
      let isLocked = try policy.flag("isLocked", of: call) == true
      return RetentionPolicy(period: TimeSpan(seconds: seconds), locked: isLocked ? true : nil)
    }
  }

  static func canonical(_ model: RetentionPolicy, on site: Site) -> RetentionPolicy {
    RetentionPolicy(period: model.period, locked: model.locked == true ? true : nil)
  }

  static func write(_ change: FacetChange<RetentionPolicy>, on target: Target) throws(CallFailure) -> Effect {
    let before = change.before?.withoutNone
    let after = change.after?.withoutNone
    if let before, before.locked == true {
      guard let after, after.locked == true else { throw locked(target, "be unlocked or removed") }
      guard after.period >= before.period else { throw locked(target, "be shortened from \(before.period.text)") }
    }
    guard let after else { return BucketPatch(["retentionPolicy": .null]).effect() }
    let locks = after.locked == true && before?.locked != true
    var fields = ValueMap()
    if after.period != before?.period {
      fields["retentionPolicy"] = ["retentionPeriod": .string(String(after.period.seconds))]
    }
    return BucketPatch(fields).effect(locking: locks)
  }

  private static func locked(_ target: Target, _ what: String) -> CallFailure {
    CallFailure(
      .invalid, code: "GCS0006",
      "the retention policy of \(target.name) is locked for ever: it can't \(what), by nobody")
  }

  static func risks(_ change: FacetChange<RetentionPolicy>, on target: Target) -> [Risk] {
    let before = change.before?.withoutNone
    let after = change.after?.withoutNone
    var risks: [Risk] = []
    if let after, after.locked == true, before?.locked != true {
      risks.append(
        Risk(
          .locksRetention,
          "objects are kept for \(after.period.text), and nobody can ever shorten that, remove it or delete the bucket "
            + "while it holds such objects"))
    }
    if let before, after.map({ $0.period < before.period }) ?? true {
      let words =
        after.map { "\($0.period.text) instead of \(before.period.text)" } ?? "no time instead of \(before.period.text)"
      risks.append(Risk(.losesData, "objects can be deleted or replaced after \(words)"))
    }
    return risks
  }
}

extension RetentionPolicy {
  /// Nil where it keeps nothing.
  fileprivate var withoutNone: RetentionPolicy? { period.seconds == 0 ? nil : self }
}
