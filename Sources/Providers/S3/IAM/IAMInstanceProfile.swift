import CooperModel
import CooperProvider
import CooperSchema

/// The profile that hands a role to machines (CreateInstanceProfile, AddRoleToInstanceProfile).
enum IAMInstanceProfile: Facet {
  static let schema =
    Identity.schema.facet("instanceProfile") ?? FacetSchema(name: "instanceProfile", shape: .anything, summary: "")

  private static func listing(_ target: Target) -> IAMPages<String> {
    IAMPages("ListInstanceProfilesForRole", [IAMPrincipal.name(target)], on: IAMPrincipal.arn(target)) { result in
      (result.child("InstanceProfiles")?.children("member") ?? []).compactMap { $0.text("InstanceProfileName") }
    }
  }

  static func read(_ target: Target) -> any Procedure<Observed<String>> {
    // A role can be in several; the one that is asked for is told before others.
    let wanted = target.outputs["instanceProfile"]?.string
    return Then(listing(target)) { names in
      Immediate(names.first { $0 == wanted } ?? names.sorted().first).mapped
    }
  }

  private static func arn(_ name: String, _ target: Target) -> String {
    "arn:\(target.site.partition):iam::\(target.site.account ?? "*"):instance-profile/\(name)"
  }

  static func write(_ change: FacetChange<String>, on target: Target) throws(CallFailure) -> Effect {
    var steps: [any Procedure<Void>] = []
    if let before = change.before, before != change.after { steps.append(remove(before, target)) }
    if let after = change.after, after != change.before {
      let name = QueryItem("InstanceProfileName", after)
      let creating = IAMCall.change("CreateInstanceProfile", [name], on: arn(after, target))
      steps.append(IAMCall.done(creating, "CreateInstanceProfile", ignoring: ["EntityAlreadyExists"]))
      let adding = IAMCall.change(
        "AddRoleToInstanceProfile", [name, IAMPrincipal.name(target)], on: arn(after, target), also: ["PassRole"])
      steps.append(
        UntilKnown(IAMCall.done(adding, "AddRoleToInstanceProfile")) { $0.code == "NoSuchEntity" })
    }
    return Effect(rank: 80, .procedure(InTurn(steps)))
  }

  private static func remove(_ profile: String, _ target: Target) -> any Procedure<Void> {
    let name = QueryItem("InstanceProfileName", profile)
    return InTurn([
      IAMCall.done(
        IAMCall.change(
          "RemoveRoleFromInstanceProfile", [name, IAMPrincipal.name(target)], on: arn(profile, target)),
        "RemoveRoleFromInstanceProfile", ignoring: ["NoSuchEntity"]),
      IAMCall.done(
        IAMCall.change("DeleteInstanceProfile", [name], on: arn(profile, target)), "DeleteInstanceProfile",
        ignoring: ["NoSuchEntity"]),
    ])
  }

  static func removeAll(_ target: Target) -> any Procedure<Void> {
    Then(listing(target)) { names in InTurn(names.map { remove($0, target) }) }
  }
}

extension Immediate where Output == String? {
  /// A text that is there, or nothing.
  fileprivate var mapped: Immediate<Observed<String>> {
    guard case .done(let name) = next(nil) else { return Immediate<Observed<String>>(.absent) }
    return Immediate<Observed<String>>(name.map { .present($0) } ?? .absent)
  }
}
