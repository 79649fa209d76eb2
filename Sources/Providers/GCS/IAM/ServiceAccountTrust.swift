import CooperModel
import CooperProvider
import CooperSchema

/// `trust`: who may act as the account, as bindings of its own IAM policy (FB-32). Roles by which nobody acts as it, e.g.
/// to look at it, are no part of this and stay.
enum ServiceAccountTrust: Facet {
  static let schema = FacetSchema(
    name: "trust", shape: .set(IAMBinding.shape, identity: []), summary: "Who may act as the service account.",
    cleared: .list([]), overwriteNeedsConsent: true)

  /// Roles that hold getAccessToken, actAs or signBlob (IAM documentation, "Service account impersonation").
  private static let acting = Set(
    GoogleRights.actingRoles + ["roles/iam.serviceAccountOpenIdTokenCreator", "roles/iam.workloadIdentityUser"])

  static func read(_ target: Target) -> any Procedure<Observed<[IAMBinding]>> {
    let place = PolicyPlace.account(ServiceAccount.email(target), target.site)
    return SingleCall<Observed<[IAMBinding]>>(place.get, ofBodyAlone: true) { (reply) throws(CallFailure) in
      do throws(CallFailure) {
        let bindings = try place.bindings(reply).filter { acting.contains($0.role) }
        return bindings.isEmpty ? .absent : .present(bindings)
      } catch {
        guard error.kind == .unsupported else { throw error }
        return .unsupported("\(error.call.map { $0 + ": " } ?? "")\(error.code), \(error.message)")
      }
    }
  }

  static func canonical(_ model: [IAMBinding], on site: Site) -> [IAMBinding] { IAMBinding.joined(model) }

  static func write(_ change: FacetChange<[IAMBinding]>, on target: Target) -> Effect {
    let before = Set(IAMBinding.parted(change.before ?? []))
    let after = Set(IAMBinding.parted(change.after ?? []))
    let changing = ChangeIAMPolicy(
      .account(ServiceAccount.email(target), target.site), adding: after.subtracting(before),
      removing: before.subtracting(after))
    // Of an account that was just made the first looks may know nothing yet.
    return Effect(rank: FacetRank.rights, .procedure(UntilKnown(changing) { $0.kind == .notFound }))
  }

  static func risks(_ change: FacetChange<[IAMBinding]>, on target: Target) -> [Risk] {
    let before = Set(IAMBinding.parted(change.before ?? []))
    return Set(IAMBinding.parted(change.after ?? [])).subtracting(before).map(\.words).sorted().map {
      Risk(.widensAccess, "\($0) on \(ServiceAccount.email(target))")
    }
  }

  /// What the YAML says as bindings.
  static func refined(_ composition: Composition) throws(CallFailure) -> [String: Value] {
    guard let trust = composition.facets[schema.name]?.list else { return [:] }
    var bindings: [IAMBinding] = []
    for entry in trust {
      guard let name = entry["party"]?.string, composition.parties[name]?.type == "flashback" else {
        throw CallFailure(
          .invalid, code: "GCS0123",
          "\(composition.target.address): of the platforms only Flashback acts as a service account (FB-32); "
            + "trust: [{ party: FLASHBACK-CONNECTION }]")
      }
      for role in GoogleRights.actingRoles {
        var binding = IAMBinding()
        binding.role = role
        binding.members = [GoogleRights.flashbackMember]
        bindings.append(binding)
      }
    }
    return [schema.name: IAMBinding.joined(bindings).value]
  }
}
