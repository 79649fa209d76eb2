import CooperModel
import CooperProvider
import CooperSchema

/// Policies that are a part of the role or user itself (PutRolePolicy, PutUserPolicy).
enum IAMInline {
  static func get(_ policy: String, _ target: Target) -> any Procedure<Observed<IAMDocument>> {
    let kind = IAMPrincipal(target)
    let call = IAMCall.read(
      "Get\(kind.rawValue)Policy", [IAMPrincipal.name(target), QueryItem("PolicyName", policy)],
      on: IAMPrincipal.arn(target))
    return SingleCall<Observed<IAMDocument>>(call) { (reply) throws(CallFailure) in
      do throws(CallFailure) {
        let result = try IAMCall.result(reply, kind == .role ? "GetRolePolicy" : "GetUserPolicy", to: call)
        return .present(IAMDocument(try IAMCall.document(result.text("PolicyDocument"), call)))
      } catch {
        guard error.code == "NoSuchEntity" else { throw error }
        return .absent
      }
    }
  }

  static func put(_ policy: String, _ document: IAMDocument, _ target: Target) -> any Procedure<Void> {
    let kind = IAMPrincipal(target)
    let call = IAMCall.change(
      "Put\(kind.rawValue)Policy",
      [
        IAMPrincipal.name(target), QueryItem("PolicyName", policy),
        QueryItem("PolicyDocument", IAMPolicyText.text(document.document)),
      ], on: IAMPrincipal.arn(target))
    return IAMCall.done(call, kind == .role ? "PutRolePolicy" : "PutUserPolicy")
  }

  static func delete(_ policy: String, _ target: Target) -> any Procedure<Void> {
    let kind = IAMPrincipal(target)
    let call = IAMCall.change(
      "Delete\(kind.rawValue)Policy", [IAMPrincipal.name(target), QueryItem("PolicyName", policy)],
      on: IAMPrincipal.arn(target))
    return IAMCall.done(call, kind == .role ? "DeleteRolePolicy" : "DeleteUserPolicy", ignoring: ["NoSuchEntity"])
  }

  /// Names of those that Cooper writes.
  static let own = [IAMPermissions.policy, IAMGrants.policy]

  static func removeOwn(_ target: Target) -> any Procedure<Void> {
    let removing = Then(listing(target)) { names in
      InTurn(names.filter { own.contains($0) }.map { delete($0, target) })
    }
    let recorded = [IAMPermissions.schema.name: IAMPermissions.policy, IAMGrants.schema.name: IAMGrants.policy].filter {
      target.recordedFacets[$0.key]?.map?.isEmpty == false
    }
    return Planned(removing, lists: recorded.values.sorted().flatMap { delete($0, target).plannedCalls })
  }

  static func listing(_ target: Target) -> IAMPages<String> {
    let kind = IAMPrincipal(target)
    return IAMPages<String>(
      kind == .role ? "ListRolePolicies" : "ListUserPolicies", [IAMPrincipal.name(target)], on: IAMPrincipal.arn(target)
    ) { result in (result.child("PolicyNames")?.children("member") ?? []).map(\.text) }
  }

  static func write(_ policy: String, _ change: FacetChange<IAMDocument>, _ target: Target) -> Effect {
    guard let after = change.after,
      after.document["Statement"]?.list?.isEmpty == false || after.document["Statement"]?.map != nil
    else {
      return Effect(rank: 20, .procedure(delete(policy, target)))
    }
    return Effect(rank: 40, .procedure(put(policy, after, target)))
  }
}

/// What the identity itself may do: an inline policy of Cooper's.
enum IAMPermissions: Facet {
  static let policy = "cooper-permissions"

  static let schema = FacetSchema(
    name: "permissions", shape: IAMDocument.shape,
    summary: "What the identity itself may do, as its inline policy \(policy).")

  static func read(_ target: Target) -> any Procedure<Observed<IAMDocument>> { IAMInline.get(policy, target) }
  static func canonical(_ model: IAMDocument, on site: Site) -> IAMDocument { model.canonical }
  static func write(_ change: FacetChange<IAMDocument>, on target: Target) throws(CallFailure) -> Effect {
    IAMInline.write(policy, change, target)
  }
}

/// What grants give it through its own policy.
enum IAMGrants: Facet {
  static let policy = "cooper-grants"

  static let schema = FacetSchema(
    name: "grants", shape: IAMDocument.shape, summary: "What grants allow it, as its inline policy \(policy).",
    cleared: .map(ValueMap()))

  static func read(_ target: Target) -> any Procedure<Observed<IAMDocument>> { IAMInline.get(policy, target) }
  static func canonical(_ model: IAMDocument, on site: Site) -> IAMDocument { model.canonical }
  static func write(_ change: FacetChange<IAMDocument>, on target: Target) throws(CallFailure) -> Effect {
    IAMInline.write(policy, change, target)
  }
}

/// Managed policies that are attached (AttachRolePolicy, AttachUserPolicy).
enum IAMAttached: Facet {
  static let schema = Identity.schema.facet("policies") ?? FacetSchema(name: "policies", shape: .anything, summary: "")

  static func listing(_ target: Target) -> IAMPages<String> {
    let kind = IAMPrincipal(target)
    return IAMPages(
      kind == .role ? "ListAttachedRolePolicies" : "ListAttachedUserPolicies", [IAMPrincipal.name(target)],
      on: IAMPrincipal.arn(target)
    ) { result in (result.child("AttachedPolicies")?.children("member") ?? []).compactMap { $0.text("PolicyArn") } }
  }

  static func read(_ target: Target) -> any Procedure<Observed<[String]>> {
    Then(listing(target)) { names in Immediate(names.isEmpty ? .absent : .present(names.sorted())) }
  }

  static func canonical(_ model: [String], on site: Site) -> [String] { Set(model).sorted() }

  static func write(_ change: FacetChange<[String]>, on target: Target) throws(CallFailure) -> Effect {
    let before = Set(change.before ?? [])
    let after = Set(change.after ?? [])
    return Effect(
      rank: 50,
      .procedure(
        InTurn(
          before.subtracting(after).sorted().map { detach($0, target) }
            + after.subtracting(before).sorted().map { attach($0, target) })))
  }

  private static func attach(_ policy: String, _ target: Target) -> any Procedure<Void> {
    let kind = IAMPrincipal(target)
    let call = IAMCall.change(
      "Attach\(kind.rawValue)Policy", [IAMPrincipal.name(target), QueryItem("PolicyArn", policy)],
      on: IAMPrincipal.arn(target))
    let attaching = IAMCall.done(call, kind == .role ? "AttachRolePolicy" : "AttachUserPolicy")
    // A policy that this run made isn't known everywhere yet.
    guard target.newborn.contains(where: { $0.section == ManagedPolicy.section }) else { return attaching }
    return UntilKnown(attaching) { $0.code == "NoSuchEntity" }
  }

  static func detach(_ policy: String, _ target: Target) -> any Procedure<Void> {
    let kind = IAMPrincipal(target)
    let call = IAMCall.change(
      "Detach\(kind.rawValue)Policy", [IAMPrincipal.name(target), QueryItem("PolicyArn", policy)],
      on: IAMPrincipal.arn(target))
    return IAMCall.done(call, kind == .role ? "DetachRolePolicy" : "DetachUserPolicy", ignoring: ["NoSuchEntity"])
  }

  /// Those that Cooper attached.
  static func own(_ target: Target) -> Set<String> {
    Set((target.recordedFacets[schema.name]?.list ?? []).compactMap(\.string))
  }

  static func removeOwn(_ target: Target) -> any Procedure<Void> {
    InTurn(own(target).sorted().map { detach($0, target) })
  }

  static func risks(_ change: FacetChange<[String]>, on target: Target) -> [Risk] {
    let added = Set(change.after ?? []).subtracting(change.before ?? [])
    return added.sorted().filter { $0.hasSuffix(":aws:policy/AdministratorAccess") }.map {
      Risk(.widensAccess, "\(target.name) may do everything in the account (\($0))")
    }
  }
}
