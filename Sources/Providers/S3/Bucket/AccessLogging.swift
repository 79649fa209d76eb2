import CooperModel
import CooperProvider

/// `?logging` (S3 API Reference, PutBucketLogging); the target is checked at the PUT and must be there.
enum S3AccessLogging: Facet {
  static let schema = AccessLogging.facet

  static let sub = SubResource(
    name: "logging", document: .xml(root: "BucketLoggingStatus"), absentCodes: [],
    readAction: "s3:GetBucketLogging", writeAction: "s3:PutBucketLogging")

  static func read(_ target: Target) -> any Procedure<Observed<AccessLogging>> {
    sub.read(target) { (root, fields) throws(CallFailure) in
      guard let enabled = root.child("LoggingEnabled") else { return nil }
      var model = AccessLogging(bucket: enabled.text("TargetBucket"), prefix: enabled.text("TargetPrefix"))
      guard let format = enabled.child("TargetObjectKeyFormat") else { return model }
      if let parts = format.child("PartitionedPrefix") {
        // The date of the delivery is what S3 takes when none is named.
        model.keyFormat =
          try fields.word(parts, "PartitionDateSource") { text in
            switch text {
            case "EventTime": .eventTime
            case "DeliveryTime": .deliveryTime
            default: nil as AccessLogging.KeyFormat?
            }
          } ?? .deliveryTime
      } else {
        model.keyFormat = .simple
      }
      return model
    }
  }

  static func canonical(_ model: AccessLogging, on site: Site) -> AccessLogging {
    var model = model
    if model.prefix == "" { model.prefix = nil }
    if model.keyFormat == .simple { model.keyFormat = nil }
    return model
  }

  /// Rights on the log objects that others gave (TargetGrants) are not managed, and taken over from the document.
  static func write(_ change: FacetChange<AccessLogging>, on target: Target) throws(CallFailure) -> Effect {
    let procedure: any Procedure<Void>
    if let after = change.after, let bucket = after.bucket {
      procedure =
        change.before == nil
        ? sub.write(target, isKnown: false, body(after, bucket, grants: []))
        : sub.merge(target) { look in sub.put(target, body(after, bucket, grants: grants(look))) }
    } else {
      // Nothing deletes it; a document without content turns it off.
      procedure = sub.reset(target, XMLWriter.document("BucketLoggingStatus") { _ in })
    }
    return Effect(rank: FacetRank.other, .procedure(procedure))
  }

  private static func grants(_ look: SubResource.Look) -> [AccessGrant] {
    guard case .xml(let root, _) = look else { return [] }
    let elements = root.child("LoggingEnabled")?.child("TargetGrants")?.children("Grant") ?? []
    return elements.compactMap { AccessGrant($0) }
  }

  private static func body(_ model: AccessLogging, _ bucket: String, grants: [AccessGrant]) -> [UInt8] {
    XMLWriter.document("BucketLoggingStatus") {
      $0.element("LoggingEnabled") {
        $0.element("TargetBucket", bucket)
        if !grants.isEmpty { $0.element("TargetGrants") { for grant in grants { grant.write(&$0) } } }
        $0.element("TargetPrefix", model.prefix ?? "")
        switch model.keyFormat {
        case .eventTime: dated("EventTime", &$0)
        case .deliveryTime: dated("DeliveryTime", &$0)
        case .simple, nil: break
        }
      }
    }
  }

  private static func dated(_ source: String, _ writer: inout XMLWriter) {
    writer.element("TargetObjectKeyFormat") {
      $0.element("PartitionedPrefix") { $0.element("PartitionDateSource", source) }
    }
  }
}
