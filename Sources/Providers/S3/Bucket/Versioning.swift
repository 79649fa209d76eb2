import CooperModel
import CooperProvider

/// `?versioning` (S3 API Reference, PutBucketVersioning).
enum S3Versioning: Facet {
  static let schema = Versioning.facet

  static let sub = SubResource(
    name: "versioning",
    // moto names a bucket without versions so.
    document: .xml(root: "VersioningConfiguration", also: "GetBucketVersioningResponse"), absentCodes: [],
    readAction: "s3:GetBucketVersioning", writeAction: "s3:PutBucketVersioning")

  /// No Status means never versioned, which is not the same as suspended. MFADelete is not managed.
  static func read(_ target: Target) -> any Procedure<Observed<Versioning>> {
    sub.read(target) { (root, fields) throws(CallFailure) in
      try fields.word(root, "Status") { text in
        switch text {
        case "Enabled": .enabled
        case "Suspended": .suspended
        default: nil as Versioning?
        }
      }
    }
  }

  static func write(_ change: FacetChange<Versioning>, on target: Target) throws(CallFailure) -> Effect {
    guard let after = change.after else {
      throw CallFailure(
        .invalid, code: "NoWayBack", "a bucket that has had versions can't be unversioned again; write suspended",
        call: sub.get(target).line)
    }
    let body = XMLWriter.document("VersioningConfiguration") {
      $0.element("Status", after == .enabled ? "Enabled" : "Suspended")
    }
    let write = RefusedWrite(sub.write(target, isKnown: change.before != nil, body)) { failure, _ in
      guard failure.code == "InvalidBucketState", after == .suspended else { return .tell(failure) }
      // S3 User Guide, "Object Lock considerations"; a lock that is managed here is seen at plan time (RUL0041).
      var told = failure
      told.message += "; the bucket has object lock or replication, which need its versions: write  versioning: enabled"
      return .tell(told)
    }
    return Effect(rank: FacetRank.versioning, .procedure(write))
  }

  static func risks(_ change: FacetChange<Versioning>, on target: Target) -> [Risk] {
    switch (change.before, change.after) {
    case (nil, .enabled): [Risk(.irreversible, "versioning can be suspended later, never unset")]
    case (.enabled, .suspended):
      [Risk(.losesData, "versioning suspended: what is overwritten or deleted from now on is gone")]
    default: []
    }
  }
}
