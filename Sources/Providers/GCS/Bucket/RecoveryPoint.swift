import CooperModel
import CooperProvider
import CooperSchema

/// `rpo`; a bucket in one region shows none, which is the standard one. The service refuses turbo replication of anything
/// but a dual-region.
enum GCSRecoveryPoint: Facet {
  static let schema = RecoveryPoint.facet

  static func read(_ target: Target) -> any Procedure<Observed<RecoveryPoint>> {
    BucketDocument.read(target) { (document, call) throws(CallFailure) in
      guard let name = try document.text("rpo", of: call) else { return .standard }
      guard let found = RecoveryPoint(rawValue: name) else {
        throw .broken("rpo", "a word that this version doesn't know", call)
      }
      return found
    }
  }

  static func write(_ change: FacetChange<RecoveryPoint>, on target: Target) -> Effect {
    BucketPatch(["rpo": .string((change.after ?? .standard).rawValue)]).effect()
  }
}
