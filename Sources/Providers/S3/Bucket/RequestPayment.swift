import CooperModel
import CooperProvider

/// `?requestPayment` (S3 API Reference, PutBucketRequestPayment); never set, the bucket's owner pays.
enum S3RequestPayment: Facet {
  static let schema = RequestPayment.facet

  static let sub = SubResource(
    name: "requestPayment", document: .xml(root: "RequestPaymentConfiguration"), absentCodes: [],
    readAction: "s3:GetBucketRequestPayment", writeAction: "s3:PutBucketRequestPayment")

  static func read(_ target: Target) -> any Procedure<Observed<RequestPayment>> {
    sub.read(target) { (root, fields) throws(CallFailure) in
      let payer = try fields.word(root, "Payer") { text in
        switch text {
        case "Requester": RequestPayment.requester
        case "BucketOwner": .bucketOwner
        default: nil
        }
      }
      return payer == .requester ? .requester : nil
    }
  }

  static func write(_ change: FacetChange<RequestPayment>, on target: Target) throws(CallFailure) -> Effect {
    let isRequester = change.after == .requester
    let body = XMLWriter.document("RequestPaymentConfiguration") {
      $0.element("Payer", isRequester ? "Requester" : "BucketOwner")
    }
    return Effect(
      rank: FacetRank.other,
      .procedure(isRequester ? sub.write(target, isKnown: change.before != nil, body) : sub.reset(target, body)))
  }
}
