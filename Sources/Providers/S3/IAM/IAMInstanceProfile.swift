import CooperModel
import CooperProvider
import CooperSchema

/// An instance profile as the YAML or IAM tells it; what isn't written of it is left as it is.
struct InstanceProfile: SchemaValue {
  var name: String
  var path: String?
  var tags: Tags?
  /// Others that hold the role as well; only observed.
  var others: [InstanceProfile] = []

  static var shape: Shape { Identity.schema.facet("instanceProfile")?.shape ?? .anything }

  init(name: String, path: String? = nil, tags: Tags? = nil) {
    self.name = name
    self.path = path
    self.tags = tags
  }

  init(value: Value) throws(SchemaMismatch) {
    if let name = value.string {
      self.init(name: name)
      return
    }
    guard let name = value["name"]?.string else { throw SchemaMismatch(expected: "an instance profile") }
    var tags: Tags?
    if let map = value["tags"]?.map {
      tags = Dictionary(map.map { ($0.key, $0.value.string ?? "") }, uniquingKeysWith: { $1 })
    }
    self.init(name: name, path: value["path"]?.string, tags: tags)
    for other in value["others"]?.list ?? [] { others.append(try InstanceProfile(value: other)) }
  }

  /// One of which only the name is said is written so.
  var value: Value {
    guard path != nil || tags != nil || !others.isEmpty else { return .string(name) }
    var map: ValueMap = ["name": .string(name)]
    map["path"] = path.map { .string($0) }
    map["tags"] = tags.map { tags in .map(ValueMap(tags.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
    if !others.isEmpty { map["others"] = .list(others.map(\.value)) }
    return .map(map)
  }
}

/// The profile that hands a role to machines (CreateInstanceProfile, AddRoleToInstanceProfile); it holds one role.
enum IAMInstanceProfile: Facet {
  static let schema =
    Identity.schema.facet("instanceProfile") ?? FacetSchema(name: "instanceProfile", shape: .anything, summary: "")

  /// Where a profile stands that holds the role.
  struct Place: Sendable {
    var name: String
    var path: String
  }

  static func placesListing(_ target: Target) -> IAMPages<Place> {
    IAMPages("ListInstanceProfilesForRole", [IAMPrincipal.name(target)], on: IAMPrincipal.arn(target)) { result in
      (result.child("InstanceProfiles")?.children("member") ?? []).compactMap { member in
        member.text("InstanceProfileName").map { Place(name: $0, path: member.text("Path") ?? "/") }
      }
    }
  }

  /// Made for this role: the one that is recorded, or one of the role's own name and path, as consoles make it.
  static func isOwn(_ place: Place, _ target: Target) -> Bool {
    if let recorded = recorded(target), recorded.name == place.name { return true }
    return place.name == target.name && place.path == target.settings["path"]?.string ?? "/"
  }

  private static func recorded(_ target: Target) -> InstanceProfile? {
    target.recordedFacets[schema.name].flatMap { try? InstanceProfile(value: $0) }
  }

  private static func item(_ name: String) -> QueryItem { QueryItem("InstanceProfileName", name) }

  private static func arn(_ name: String, _ target: Target) -> String {
    IAMName.arn(
      "instance-profile", name, path: nil, account: target.site.account ?? "*", partition: target.site.partition)
  }

  /// Lists tell no labels (IAM API Reference, ListInstanceProfilesForRole); nil where there is no such profile.
  private static func get(
    _ name: String, _ target: Target
  ) -> any Procedure<(profile: InstanceProfile, roles: [String])?> {
    let call = IAMCall.read("GetInstanceProfile", [item(name)], on: arn(name, target))
    return SingleCall<(profile: InstanceProfile, roles: [String])?>(call) { (reply) throws(CallFailure) in
      let result: XMLElement
      do throws(CallFailure) {
        result = try IAMCall.result(reply, "GetInstanceProfile", to: call)
      } catch {
        guard error.code == "NoSuchEntity" else { throw error }
        return nil
      }
      guard let profile = result.child("InstanceProfile"), let name = profile.text("InstanceProfileName") else {
        throw CallFailure(
          .protocolBroken, code: "UnreadableValue", "IAM answers with no instance profile", call: call.line)
      }
      return (
        InstanceProfile(name: name, path: profile.text("Path") ?? "/", tags: IAMTagging.tags(in: profile)),
        (profile.child("Roles")?.children("member") ?? []).compactMap { $0.text("RoleName") }
      )
    }
  }

  static func read(_ target: Target) -> any Procedure<Observed<InstanceProfile>> {
    Then(placesListing(target)) { places in
      let reads = places.map(\.name).sorted().map { name -> any Procedure<[InstanceProfile]> in
        Then(get(name, target)) { found in Immediate(found.map { [$0.profile] } ?? []) }
      }
      return Then(Gathered(reads)) { found in
        guard var first = found.first else { return Immediate(.absent) }
        first.others = Array(found.dropFirst())
        return Immediate(.present(first))
      }
    }
  }

  /// The one that is asked for, told as far as it is asked for; others that hold the role as well are left alone.
  static func comparable(
    _ observed: InstanceProfile, to desired: InstanceProfile, on target: Target
  ) -> InstanceProfile {
    let all = [observed] + observed.others
    var found = all.first { $0.name == desired.name } ?? observed
    found.others = []
    if desired.path == nil { found.path = nil }
    if desired.tags == nil { found.tags = nil }
    return found
  }

  static func write(_ change: FacetChange<InstanceProfile>, on target: Target) throws(CallFailure) -> Effect {
    var steps: [any Procedure<Void>] = []
    if let before = change.before, before.name != change.after?.name {
      // One that others made for it stays as it is.
      if isOwn(Place(name: before.name, path: before.path ?? "/"), target) { steps.append(remove(before.name, target)) }
    } else if let before = change.before, let after = change.after {
      if let path = after.path, path != before.path {
        throw CallFailure(
          .invalid, code: "GivenAtCreation",
          "path of instance profile \(after.name) is \"\(before.path ?? "/")\", and IAM moves nothing to another path; "
            + "write it so, or name another profile")
      }
      if let tags = after.tags {
        steps += IAMTagging.steps(
          from: before.tags ?? [:], to: tags, .profile, named: item(after.name), on: arn(after.name, target))
      }
      return Effect(rank: 80, .procedure(InTurn(steps)))
    }
    if let after = change.after { steps.append(add(after, target)) }
    return Effect(rank: 80, .procedure(InTurn(steps)))
  }

  /// Makes the profile, or takes the one that is there when it is free, and puts the role into it.
  private static func add(_ wanted: InstanceProfile, _ target: Target) -> any Procedure<Void> {
    let tags = wanted.tags ?? [:]
    var parameters = [item(wanted.name)]
    if let path = wanted.path { parameters.append(QueryItem("Path", path)) }
    parameters += IAMTagging.parameters(tags.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    let making = IAMCall.done(
      IAMCall.change(
        "CreateInstanceProfile", parameters, on: arn(wanted.name, target),
        also: tags.isEmpty ? [] : ["TagInstanceProfile"]),
      "CreateInstanceProfile")
    let adding = IAMCall.done(
      IAMCall.change(
        "AddRoleToInstanceProfile", [item(wanted.name), IAMPrincipal.name(target)], on: arn(wanted.name, target),
        also: ["PassRole"]), "AddRoleToInstanceProfile")
    let known = UntilKnown(adding) { $0.code == "NoSuchEntity" }
    let settled = Then(get(wanted.name, target)) { found -> any Procedure<Void> in
      guard let found else { return InTurn([making, known]) }
      if let other = found.roles.first(where: { $0 != target.name }) {
        return Immediate(
          failing: CallFailure(
            .conflict, code: "AWS0018",
            "instance profile \(wanted.name) holds the role \(other), and a profile holds one; nothing of it was changed: "
              + "name another profile, or take \(other) out of it"))
      }
      if let path = wanted.path, path != found.profile.path {
        return Immediate(
          failing: CallFailure(
            .conflict, code: "AWS0018",
            "instance profile \(wanted.name) is there at path \(found.profile.path ?? "/"), not \(path); IAM moves nothing to "
              + "another path: write it so, or name another profile"))
      }
      var steps: [any Procedure<Void>] = []
      if let tags = wanted.tags {
        steps = IAMTagging.steps(
          from: found.profile.tags ?? [:], to: tags, .profile, named: item(wanted.name),
          on: arn(wanted.name, target))
      }
      return InTurn(steps + (found.roles.isEmpty ? [known] : []))
    }
    return Planned(settled, lists: making.plannedCalls + known.plannedCalls)
  }

  static func takeOut(_ profile: String, _ target: Target) -> any Procedure<Void> {
    IAMCall.done(
      IAMCall.change(
        "RemoveRoleFromInstanceProfile", [item(profile), IAMPrincipal.name(target)], on: arn(profile, target)),
      "RemoveRoleFromInstanceProfile", ignoring: ["NoSuchEntity"])
  }

  private static func remove(_ profile: String, _ target: Target) -> any Procedure<Void> {
    InTurn([
      takeOut(profile, target),
      IAMCall.done(
        IAMCall.change("DeleteInstanceProfile", [item(profile)], on: arn(profile, target)), "DeleteInstanceProfile",
        ignoring: ["NoSuchEntity"]),
    ])
  }

  static func removeOwn(_ target: Target) -> any Procedure<Void> {
    let removing = Then(placesListing(target)) { places in
      InTurn(places.filter { isOwn($0, target) }.map { remove($0.name, target) })
    }
    return Planned(removing, lists: recorded(target).map { remove($0.name, target).plannedCalls } ?? [])
  }
}
