import CooperModel
import CooperProvider

/// `?ownershipControls` (S3 API Reference, PutBucketOwnershipControls).
enum S3Ownership: Facet {
  static let schema = Ownership.facet

  static let sub = SubResource(
    name: "ownershipControls", document: .xml(root: "OwnershipControls"),
    absentCodes: ["OwnershipControlsNotFoundError"], readAction: "s3:GetBucketOwnershipControls",
    writeAction: "s3:PutBucketOwnershipControls")

  static func read(_ target: Target) -> any Procedure<Observed<Ownership>> {
    sub.read(target) { (root, fields) throws(CallFailure) in
      guard let rule = root.child("Rule") else { return nil }
      return try fields.word(rule, "ObjectOwnership") { Ownership(rawValue: $0) }
    }
  }

  static func write(_ change: FacetChange<Ownership>, on target: Target) throws(CallFailure) -> Effect {
    guard let after = change.after else {
      return Effect(rank: FacetRank.ownership, .procedure(sub.clear(target)))
    }
    let body = XMLWriter.document("OwnershipControls") {
      $0.element("Rule") { $0.element("ObjectOwnership", after.rawValue) }
    }
    return Effect(
      rank: FacetRank.ownership, .procedure(sub.write(target, isKnown: change.before != nil, body)))
  }

  static func risks(_ change: FacetChange<Ownership>, on target: Target) -> [Risk] {
    guard change.before == .bucketOwnerEnforced, change.after != .bucketOwnerEnforced else { return [] }
    return [Risk(.widensAccess, "ACLs count again, those of others' objects included")]
  }
}
