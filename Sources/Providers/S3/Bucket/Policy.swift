import CooperModel
import CooperProvider
import CooperSchema

/// `?policy` (S3 API Reference, PutBucketPolicy); the document is JSON on the wire.
enum S3Policy: Facet {
  static let schema = BucketPolicy.facet

  static let sub = SubResource(
    name: "policy", document: .json, absentCodes: ["NoSuchBucketPolicy"], readAction: "s3:GetBucketPolicy",
    writeAction: "s3:PutBucketPolicy", clearAction: "s3:DeleteBucketPolicy")

  static func read(_ target: Target) -> any Procedure<Observed<BucketPolicy>> {
    let call = sub.get(target)
    return SingleCall<Observed<BucketPolicy>>(call) { (reply) throws(CallFailure) in
      switch try sub.look(reply, to: call) {
      case .json(let document): .present(BucketPolicy(document))
      case .absent, .xml: .absent
      case .unsupported(let reason): .unsupported(reason)
      }
    }
  }

  static func canonical(_ model: BucketPolicy, on site: Site) -> BucketPolicy {
    guard model.document.map?.isEmpty == false else { return model }
    return BucketPolicy(CanonicalDocument.canonical(model.document, .iamPolicy))
  }

  static func write(_ change: FacetChange<BucketPolicy>, on target: Target) throws(CallFailure) -> Effect {
    guard let policy = change.after, policy.document.map?.isEmpty == false else {
      return Effect(rank: FacetRank.policy, .procedure(sub.clear(target)))
    }
    if let foreign = policy.foreignResources(bucket: target.name, partition: target.site.partition).first {
      throw CallFailure(
        .invalid, code: "MalformedPolicy", foreign.message, call: sub.get(target).line)
    }
    let body = ValueJSON.encode(CanonicalDocument.written(policy.document), pretty: false)
    guard body.count <= BucketPolicy.sizeLimit else {
      throw CallFailure(
        .invalid, code: "PolicyTooLarge",
        "the policy has \(body.count) bytes; a bucket holds at most \(BucketPolicy.sizeLimit)",
        call: sub.get(target).line)
    }
    let isPublic = PolicyRisk.isPublic(policy)
    let write = RefusedWrite(sub.write(target, isKnown: change.before != nil, body)) { failure, attempt in
      PolicyRefusal.follow(failure, attempt: attempt, isPublic: isPublic, on: target)
    }
    return Effect(rank: isPublic ? FacetRank.publicPolicy : FacetRank.policy, .procedure(write))
  }

  static func risks(_ change: FacetChange<BucketPolicy>, on target: Target) -> [Risk] {
    PolicyRisk.risks(from: change.before, to: change.after, on: target)
  }
}
