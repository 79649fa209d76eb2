import CooperModel
import CooperProvider
import CooperSchema

/// `?object-lock` (S3 API Reference, PutObjectLockConfiguration).
///
/// One way: once on, only the default period changes. AWS turns it on for buckets that are there already as well, others
/// only for one that is being made, by a header of its creation; each store's dialect says which.
enum S3ObjectLock: Facet {
  static let schema = ObjectLock.facet

  static let sub = SubResource(
    name: "object-lock", document: .xml(root: "ObjectLockConfiguration"),
    absentCodes: ["ObjectLockConfigurationNotFoundError", "NoSuchObjectLockConfiguration"],
    readAction: "s3:GetBucketObjectLockConfiguration", writeAction: "s3:PutBucketObjectLockConfiguration")

  /// Asks for it when the bucket is made (S3 API Reference, CreateBucket).
  static let creationHeader = Header("x-amz-bucket-object-lock-enabled", "true")

  static func read(_ target: Target) -> any Procedure<Observed<ObjectLock>> {
    sub.read(target) { (root, fields) throws(CallFailure) in
      guard root.text("ObjectLockEnabled") == "Enabled" else { return nil }
      guard let retention = root.child("Rule")?.child("DefaultRetention") else { return ObjectLock() }
      let mode = try fields.word(retention, "Mode") { ObjectLock.Mode(rawValue: $0) }
      // moto adds zeros for what isn't set.
      let days = try fields.integer(retention, "Days").flatMap { $0 == 0 ? nil : $0 }
      let years = try fields.integer(retention, "Years").flatMap { $0 == 0 ? nil : $0 }
      guard let mode, days != nil || years != nil else { return ObjectLock() }
      return ObjectLock(mode: mode, retention: days.map { .days($0) }, years: years.map { Int($0) })
    }
  }

  static func canonical(_ model: ObjectLock, on site: Site) -> ObjectLock {
    model.mode == nil ? ObjectLock() : model
  }

  static func write(_ change: FacetChange<ObjectLock>, on target: Target) throws(CallFailure) -> Effect {
    guard let after = change.after else {
      throw CallFailure(
        .invalid, code: "NoWayBack", "object lock can't be turned off again; leave the facet out to let go of it",
        call: sub.get(target).line)
    }
    if change.before == nil, target.atCreation == nil,
      case .atCreation(let source)? = S3Dialect.named(target.site.type)?.objectLock
    {
      throw CallFailure(
        .unsupported, code: "LockAtCreationOnly",
        "\(target.site.type) takes an object lock only while a bucket is made (\(source)); make a new bucket with it and "
          + "copy the data", call: sub.get(target).line)
    }
    let body = XMLWriter.document("ObjectLockConfiguration") {
      $0.element("ObjectLockEnabled", "Enabled")
      guard let mode = after.mode else { return }
      $0.element("Rule") {
        $0.element("DefaultRetention") {
          $0.element("Mode", mode.rawValue)
          if let retention = after.retention { $0.element("Days", retention.seconds / 86_400) }
          if let years = after.years { $0.element("Years", years) }
        }
      }
    }
    return Effect(rank: FacetRank.objectLock, .procedure(sub.write(target, isKnown: change.before != nil, body)))
  }

  static func risks(_ change: FacetChange<ObjectLock>, on target: Target) -> [Risk] {
    guard let after = change.after else { return [] }
    var risks: [Risk] = []
    if change.before == nil { risks.append(Risk(.irreversible, "object lock can't be turned off again")) }
    let (earlier, later) = (Period(change.before), Period(after))
    if later.mode == .compliance, earlier.mode != .compliance || later.days > earlier.days {
      risks.append(
        Risk(
          .locksRetention, "nobody, the account's root included, deletes new objects sooner than after \(later.words)"))
    }
    if later.days < earlier.days {
      let now = later.days == 0 ? "no longer locked by themselves" : "locked for \(later.words) only"
      risks.append(Risk(.losesData, "new objects are \(now), until now for \(earlier.words)"))
    } else if earlier.mode == .compliance, later.mode == .governance {
      risks.append(Risk(.losesData, "who has the right to may delete new objects before \(later.words) are over"))
    }
    return risks
  }

  /// The default period in comparable terms; a year has at least 365 days.
  private struct Period {
    var mode: ObjectLock.Mode?
    var days: Int64
    var words: String

    init(_ model: ObjectLock?) {
      mode = model?.mode
      if let years = model?.years {
        days = Int64(years) * 365
        words = years == 1 ? "1 year" : "\(years) years"
      } else {
        days = model?.retention.map { $0.seconds / 86_400 } ?? 0
        words = model?.retention?.text ?? "no time"
      }
    }
  }
}
