import CooperModel
import CooperProvider

/// `?publicAccessBlock` (S3 API Reference, PutPublicAccessBlock).
enum S3PublicAccess: Facet {
  static let schema = PublicAccess.facet

  static let sub = SubResource(
    name: "publicAccessBlock",
    // Ceph 16 stutters.
    document: .xml(root: "PublicAccessBlockConfiguration", also: "BlockPublicAccessBlockConfiguration"),
    absentCodes: ["NoSuchPublicAccessBlockConfiguration"], readAction: "s3:GetBucketPublicAccessBlock",
    writeAction: "s3:PutBucketPublicAccessBlock")

  /// No block and a block with four flags off are one thing; Ceph answers the latter for the former.
  static func read(_ target: Target) -> any Procedure<Observed<PublicAccess>> {
    let call = sub.get(target)
    return SingleCall<Observed<PublicAccess>>(call, ofBodyAlone: true) { (reply) throws(CallFailure) in
      switch try sub.look(reply, to: call) {
      case .absent, .json: return .present(.allowed)
      case .unsupported(let reason): return .unsupported(reason)
      case .xml(let root, _):
        let fields = FieldReader(call: call)
        return .present(
          PublicAccess(
            blockPublicAcls: try fields.flag(root, "BlockPublicAcls") ?? false,
            ignorePublicAcls: try fields.flag(root, "IgnorePublicAcls") ?? false,
            blockPublicPolicy: try fields.flag(root, "BlockPublicPolicy") ?? false,
            restrictPublicBuckets: try fields.flag(root, "RestrictPublicBuckets") ?? false))
      }
    }
  }

  /// Nothing is ever deleted: a block with four flags off means the same and is safe everywhere.
  static func write(_ change: FacetChange<PublicAccess>, on target: Target) throws(CallFailure) -> Effect {
    let after = change.after ?? .allowed
    let body = XMLWriter.document("PublicAccessBlockConfiguration") {
      $0.element("BlockPublicAcls", after.blockPublicAcls)
      $0.element("IgnorePublicAcls", after.ignorePublicAcls)
      $0.element("BlockPublicPolicy", after.blockPublicPolicy)
      $0.element("RestrictPublicBuckets", after.restrictPublicBuckets)
    }
    let loosens = !lost(change, target).isEmpty
    return Effect(
      rank: loosens ? FacetRank.looserPublicAccess : FacetRank.tighterPublicAccess,
      .procedure(sub.write(target, isKnown: change.before != nil, body)))
  }

  static func risks(_ change: FacetChange<PublicAccess>, on target: Target) -> [Risk] {
    let lost = lost(change, target)
    return lost.isEmpty ? [] : [Risk(.widensAccess, "no longer blocked: " + lost.joined(separator: ", "))]
  }

  /// Flags the change turns off; a new bucket on AWS has all four on (S3 User Guide, since April 2023).
  private static func lost(_ change: FacetChange<PublicAccess>, _ target: Target) -> [String] {
    let before = change.before ?? (target.isAWS ? .blocked : .allowed)
    return before.flagsLost(in: change.after ?? .allowed)
  }
}
