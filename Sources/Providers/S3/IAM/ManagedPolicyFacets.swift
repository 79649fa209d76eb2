import CooperModel
import CooperProvider
import CooperSchema

/// One of the documents that IAM keeps of a policy; the default one is in force.
struct ManagedPolicyVersion: Sendable {
  /// 3 of `v3`.
  var number: Int
  var isDefault: Bool

  var item: QueryItem { QueryItem("VersionId", "v\(number)") }

  static func list(_ target: Target) -> IAMPages<ManagedPolicyVersion> {
    IAMPages("ListPolicyVersions", [target.policyItem], on: target.policyResource) { result throws(CallFailure) in
      var versions: [ManagedPolicyVersion] = []
      for member in result.child("Versions")?.children("member") ?? [] {
        guard let id = member.text("VersionId"), let number = Int(id.dropFirst()) else {
          throw CallFailure(.protocolBroken, code: "UnreadableValue", "a version of \(target.name) has no number")
        }
        versions.append(ManagedPolicyVersion(number: number, isDefault: member.text("IsDefaultVersion") == "true"))
      }
      return versions
    }
  }

  /// All of them as a plan keeps them, e.g. `v1 v2 v3*`: the one with a star is in force.
  static func revision(_ target: Target) -> any Procedure<String?> {
    Then(list(target)) { versions in Immediate(revision(of: versions)) }
  }

  static func revision(of versions: [ManagedPolicyVersion]) -> String {
    versions.sorted { $0.number < $1.number }.map { "v\($0.number)\($0.isDefault ? "*" : "")" }.joined(separator: " ")
  }

  static func versions(of revision: String) -> [ManagedPolicyVersion] {
    revision.split(separator: " ").compactMap { word in
      Int(word.filter { $0.isNumber }).map { ManagedPolicyVersion(number: $0, isDefault: word.hasSuffix("*")) }
    }
  }

  func delete(_ target: Target) -> any Procedure<Void> {
    IAMCall.done(
      IAMCall.change("DeletePolicyVersion", [target.policyItem, item], on: target.policyResource),
      "DeletePolicyVersion", ignoring: ["NoSuchEntity"])
  }
}

/// What the policy says: the document of its default version. A change makes another version, and that the default
/// (CreatePolicyVersion); of the five that IAM keeps the oldest makes room.
enum ManagedPolicyDocument: Facet {
  static let schema = ManagedPolicy.document

  static func read(_ target: Target) -> any Procedure<Observed<IAMDocument>> {
    Then(ManagedPolicyVersion.list(target)) { versions -> any Procedure<Observed<IAMDocument>> in
      guard let current = versions.first(where: \.isDefault) else {
        return Immediate(
          failing: CallFailure(.protocolBroken, code: "UnreadableValue", "\(target.name) has no version in force"))
      }
      let call = IAMCall.read("GetPolicyVersion", [target.policyItem, current.item], on: target.policyResource)
      return SingleCall<Observed<IAMDocument>>(call) { (reply) throws(CallFailure) in
        let version = try IAMCall.result(reply, "GetPolicyVersion", to: call).child("PolicyVersion")
        return .present(IAMDocument(try IAMCall.document(version?.text("Document"), call)))
      }
    }
  }

  static func canonical(_ model: IAMDocument, on site: Site) -> IAMDocument { model.canonical }

  static func write(_ change: FacetChange<IAMDocument>, on target: Target) throws(CallFailure) -> Effect {
    // The call that makes it carries the document.
    if change.before == nil, target.atCreation != nil { return Effect(rank: 10, .procedure(Immediate(()))) }
    guard let after = change.after else {
      throw CallFailure(.invalid, code: "MissingDocument", "a policy always says something; remove the policy instead")
    }
    let making = IAMCall.change(
      "CreatePolicyVersion",
      [
        target.policyItem, QueryItem("PolicyDocument", IAMPolicyText.text(after.document)),
        QueryItem("SetAsDefault", "true"),
      ], on: target.policyResource, idempotent: false)
    let room = Then(ManagedPolicyVersion.list(target)) { versions -> any Procedure<Void> in
      let leaving = leaving(versions)
      let now = ManagedPolicyVersion.revision(of: versions)
      if let planned = target.revision, !leaving.isEmpty, planned != now {
        return Immediate(
          failing: CallFailure(
            .stale, code: "AWS0024",
            "\(target.name) has the versions \(now), and had \(planned) when the plan was made, which said which one goes; "
              + "nothing was deleted, plan again"))
      }
      return InTurn(leaving.map { $0.delete(target) })
    }
    let made = IAMCall.done(making, "CreatePolicyVersion")
    // Offline nobody knows which of them goes; such a plan lists that one may.
    let going = leaving(on: target) ?? [ManagedPolicyVersion(number: 1, isDefault: false)]
    let calls = going.flatMap { $0.delete(target).plannedCalls } + made.plannedCalls
    return Effect(rank: 10, .procedure(Planned(InTurn([room, made]), lists: calls)))
  }

  /// Those that a change makes room by, where the versions were looked at.
  private static func leaving(on target: Target) -> [ManagedPolicyVersion]? {
    target.revision.map { leaving(ManagedPolicyVersion.versions(of: $0)) }
  }

  /// The oldest that isn't in force, as long as there are too many for one more.
  static func leaving(_ versions: [ManagedPolicyVersion]) -> [ManagedPolicyVersion] {
    let surplus = versions.count - (ManagedPolicy.versions - 1)
    guard surplus > 0 else { return [] }
    return Array(versions.filter { !$0.isDefault }.sorted { $0.number < $1.number }.prefix(surplus))
  }

  static func risks(_ change: FacetChange<IAMDocument>, on target: Target) -> [Risk] {
    guard let before = change.before else { return [] }
    let known = Set(BucketPolicy(before.document).statements)
    let added = BucketPolicy(change.after?.document ?? .null).statements.filter { !known.contains($0) }
    var risks: [Risk] = []
    if let going = leaving(on: target) {
      risks = going.map { version in
        Risk(
          .irreversible,
          "version v\(version.number) is deleted, the oldest that isn't in force: IAM keeps \(ManagedPolicy.versions) versions",
          needsConsent: false)
      }
    } else {
      risks = [
        Risk(
          .irreversible,
          "IAM keeps \(ManagedPolicy.versions) versions; where there are as many, the oldest that isn't in force is deleted",
          needsConsent: false)
      ]
    }
    let everything = added.contains { statement in
      statement["Effect"] == "Allow" && statement["Action"]?.names("*") == true
        && statement["Resource"]?.names("*") == true
    }
    if everything {
      risks.append(Risk(.widensAccess, "whoever \(target.name) is attached to may do everything in the account"))
    }
    return risks
  }
}

extension Value {
  fileprivate func names(_ text: String) -> Bool { string == text || list?.contains(.string(text)) == true }
}

/// Labels (TagPolicy).
enum ManagedPolicyTags: Facet {
  static let schema = ManagedPolicy.schema.facet("tags") ?? TagSet.facet

  static func read(_ target: Target) -> any Procedure<Observed<Tags>> {
    ManagedPolicyEntity.read(target) { entity in entity.tags.isEmpty ? .absent : .present(entity.tags) }
  }

  static func write(_ change: FacetChange<Tags>, on target: Target) throws(CallFailure) -> Effect {
    Effect(
      rank: 70,
      .procedure(
        InTurn(
          IAMTagging.steps(
            from: change.before ?? [:], to: change.after ?? [:], .policy, named: target.policyItem,
            on: target.policyResource))))
  }
}

/// Where it stands; given while it is made.
enum ManagedPolicyPath: Facet {
  static let schema = FacetSchema(
    name: "path", shape: .string(TextRule(lengths: 1...512)), summary: "Path in front of its name.",
    cleared: "/")

  static func read(_ target: Target) -> any Procedure<Observed<String>> {
    ManagedPolicyEntity.read(target) { .present($0.path) }
  }

  static func write(_ change: FacetChange<String>, on target: Target) throws(CallFailure) -> Effect {
    try GivenAtCreation.effect(change, on: target, "path", "IAM moves nothing to another path")
  }
}

/// What it is for; given while it is made (CreatePolicy: "The policy description is immutable").
enum ManagedPolicyDescription: Facet {
  static let schema = FacetSchema(
    name: "description", shape: .string(TextRule(lengths: 0...1_000)), summary: "What the policy is for.",
    cleared: .string(""))

  static func read(_ target: Target) -> any Procedure<Observed<String>> {
    ManagedPolicyEntity.read(target) { entity in entity.description.map { .present($0) } ?? .absent }
  }

  static func write(_ change: FacetChange<String>, on target: Target) throws(CallFailure) -> Effect {
    try GivenAtCreation.effect(
      change, on: target, "description", "IAM keeps the description that a policy was made with")
  }
}

/// What only the creating call can give; later it is as it is.
enum GivenAtCreation {
  static func effect(
    _ change: FacetChange<String>, on target: Target, _ field: String, _ reason: String
  ) throws(CallFailure) -> Effect {
    if change.before == nil, target.atCreation != nil { return Effect(rank: 0, .procedure(Immediate(()))) }
    let present = change.before.map { "\"\($0)\"" } ?? "not set"
    throw CallFailure(
      .invalid, code: "GivenAtCreation",
      "\(field) of \(target.name) is \(present), and \(reason); write it so, take it out to leave it as it is, or declare "
        + "another one under another key")
  }
}
