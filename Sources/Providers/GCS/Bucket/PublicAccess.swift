import CooperModel
import CooperProvider
import CooperSchema

/// `iamConfiguration.publicAccessPrevention`: enforced, or inherited from the project, which is also what nothing means.
enum GCSPublicAccess: Facet {
  static let schema = PublicAccess.facet

  static func read(_ target: Target) -> any Procedure<Observed<PublicAccess>> {
    BucketDocument.read(target) { (document, call) throws(CallFailure) in
      let word = try document.object("iamConfiguration", of: call)?.text("publicAccessPrevention", of: call)
      return word == "enforced" ? .blocked : .allowed
    }
  }

  static func write(_ change: FacetChange<PublicAccess>, on target: Target) throws(CallFailure) -> Effect {
    let after = change.after ?? .allowed
    guard after == .blocked || after == .allowed else {
      throw CallFailure(.invalid, code: "GCS0102", "Google blocks public access as a whole, not flag by flag")
    }
    let word: Value = after == .blocked ? "enforced" : "inherited"
    return BucketPatch(["iamConfiguration": ["publicAccessPrevention": word]]).effect()
  }

  static func risks(_ change: FacetChange<PublicAccess>, on target: Target) -> [Risk] {
    guard change.before == .blocked, change.after != .blocked else { return [] }
    return [Risk(.widensAccess, "bindings and ACLs may make data public again")]
  }
}
