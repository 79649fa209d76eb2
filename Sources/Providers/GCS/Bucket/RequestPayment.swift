import CooperModel
import CooperProvider
import CooperSchema

/// `billing.requesterPays`; nothing written is false.
enum GCSRequestPayment: Facet {
  static let schema = RequestPayment.facet

  static func read(_ target: Target) -> any Procedure<Observed<RequestPayment>> {
    BucketDocument.read(target) { (document, call) throws(CallFailure) in
      try document.object("billing", of: call)?.flag("requesterPays", of: call) == true ? .requester : .bucketOwner
    }
  }

  static func write(_ change: FacetChange<RequestPayment>, on target: Target) -> Effect {
    BucketPatch(["billing": ["requesterPays": .bool(change.after == .requester)]]).effect()
  }
}
