import CooperModel
import CooperProvider
import CooperSchema

/// The bucket's IAM policy, a document of its own (Cloud Storage JSON API, Buckets: getIamPolicy, setIamPolicy).
enum GCSIAM: Facet {
  static let schema = IAMBinding.facet

  static func read(_ target: Target) -> any Procedure<Observed<[IAMBinding]>> {
    let place = PolicyPlace.bucket(target.name)
    return SingleCall<Observed<[IAMBinding]>>(place.get, ofBodyAlone: true) { (reply) throws(CallFailure) in
      do throws(CallFailure) {
        let bindings = try place.bindings(reply)
        return bindings.isEmpty ? .absent : .present(bindings)
      } catch {
        guard error.kind == .unsupported else { throw error }
        return .unsupported("\(error.call.map { $0 + ": " } ?? "")\(error.code), \(error.message)")
      }
    }
  }

  static func canonical(_ model: [IAMBinding], on site: Site) -> [IAMBinding] { IAMBinding.joined(model) }

  /// Only what changes is written into the policy as it is then, so that what others add in the meantime stays.
  static func write(_ change: FacetChange<[IAMBinding]>, on target: Target) -> Effect {
    let before = Set(IAMBinding.parted(change.before ?? []))
    let after = Set(IAMBinding.parted(change.after ?? []))
    return Effect(
      rank: FacetRank.rights,
      .procedure(
        ChangeIAMPolicy(
          .bucket(target.name), adding: after.subtracting(before), removing: before.subtracting(after))))
  }

  static func risks(_ change: FacetChange<[IAMBinding]>, on target: Target) -> [Risk] {
    let before = Set(IAMBinding.parted(change.before ?? []))
    let after = Set(IAMBinding.parted(change.after ?? []))
    var risks = after.subtracting(before).map { $0.words }.sorted().map { Risk(.widensAccess, $0) }
    let mayRule = { (bindings: Set<IAMBinding>) in bindings.contains { rulingRoles.contains($0.role) } }
    if mayRule(before), !mayRule(after) {
      risks.append(Risk(.locksOut, "nobody has a role on the bucket itself any more that may change its rights"))
    }
    return risks
  }

  /// Roles that hold storage.buckets.setIamPolicy (Cloud Storage documentation, IAM roles).
  private static let rulingRoles: Set = [
    "roles/storage.admin", "roles/storage.legacyBucketOwner", "roles/owner", "roles/editor",
  ]
}

extension IAMBinding {
  /// Of one member.
  var words: String {
    let who =
      switch members.first {
      case "allUsers": "everybody"
      case "allAuthenticatedUsers": "everybody with a Google account"
      case let member: member ?? "nobody"
      }
    return "\(who) gains \(role)" + (condition.map { " while \($0.title)" } ?? "")
  }
}
