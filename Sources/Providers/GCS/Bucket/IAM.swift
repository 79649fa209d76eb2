import CooperModel
import CooperProvider
import CooperSchema

/// The bucket's IAM policy, a document of its own (Cloud Storage JSON API, Buckets: getIamPolicy, setIamPolicy).
enum GCSIAM: Facet {
  static let schema = IAMBinding.facet

  /// Only version 3 shows conditions; who reads an earlier one and writes it back takes them away.
  static func get(_ target: Target) -> Call {
    .bucket(
      .get, target, path: ["iam"], query: [QueryItem("optionsRequestedPolicyVersion", "3")],
      needs: "storage.buckets.getIamPolicy")
  }

  static func read(_ target: Target) -> any Procedure<Observed<[IAMBinding]>> {
    let call = get(target)
    return SingleCall<Observed<[IAMBinding]>>(call, ofBodyAlone: true) { (reply) throws(CallFailure) in
      let policy: ValueMap
      do throws(CallFailure) {
        policy = try reply.document(IAMPolicy.kind, to: call)
      } catch {
        guard error.kind == .unsupported else { throw error }
        return .unsupported("\(error.call.map { $0 + ": " } ?? "")\(error.code), \(error.message)")
      }
      var bindings: [IAMBinding] = []
      for entry in policy.given("bindings")?.list ?? [] { bindings.append(try binding(entry, call)) }
      return bindings.isEmpty ? .absent : .present(bindings)
    }
  }

  private static func binding(_ entry: Value, _ call: Call) throws(CallFailure) -> IAMBinding {
    guard let entry = entry.map, let role = try entry.text("role", of: call) else {
      throw .broken("bindings", "a list with an entry without role", call)
    }
    var binding = IAMBinding()
    binding.role = role
    binding.members = try entry.texts("members", of: call) ?? []
    if let condition = try entry.object("condition", of: call) {
      var found = IAMCondition()
      found.title = try condition.text("title", of: call) ?? ""
      found.description = try condition.text("description", of: call).flatMap { $0.isEmpty ? nil : $0 }
      found.expression = try condition.text("expression", of: call) ?? ""
      binding.condition = found
    }
    return binding
  }

  static func canonical(_ model: [IAMBinding], on site: Site) -> [IAMBinding] { IAMBinding.joined(model) }

  /// Only what changes is written into the policy as it is then, so that what others add in the meantime stays.
  static func write(_ change: FacetChange<[IAMBinding]>, on target: Target) -> Effect {
    let before = Set(IAMBinding.parted(change.before ?? []))
    let after = Set(IAMBinding.parted(change.after ?? []))
    return Effect(
      rank: FacetRank.rights,
      .procedure(ChangeIAMPolicy(target, adding: after.subtracting(before), removing: before.subtracting(after))))
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
  fileprivate var words: String {
    let who =
      switch members.first {
      case "allUsers": "everybody"
      case "allAuthenticatedUsers": "everybody with a Google account"
      case let member: member ?? "nobody"
      }
    return "\(who) gains \(role)" + (condition.map { " while \($0.title)" } ?? "")
  }
}
