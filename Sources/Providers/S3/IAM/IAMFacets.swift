import CooperModel
import CooperProvider
import CooperSchema

/// A policy document of IAM, compared by meaning.
struct IAMDocument: SchemaValue {
  var document: Value

  static var shape: Shape { .document(.iamPolicy) }

  init(_ document: Value) { self.document = document }

  init(value: Value) throws(SchemaMismatch) {
    guard value.map != nil else { throw SchemaMismatch(expected: "a policy document") }
    document = value
  }

  var value: Value { document }
  var canonical: IAMDocument { IAMDocument(CanonicalDocument.canonical(document, .iamPolicy)) }
}

/// Who may take on the role (UpdateAssumeRolePolicy).
enum IAMTrust: Facet {
  static let schema = FacetSchema(
    name: "trust", shape: IAMDocument.shape, summary: "Who may act as the identity, as an IAM document.",
    overwriteNeedsConsent: true)

  static func read(_ target: Target) -> any Procedure<Observed<IAMDocument>> {
    IAMEntity.read(target) { entity in entity.trust.map { .present(IAMDocument($0)) } ?? .absent }
  }

  static func canonical(_ model: IAMDocument, on site: Site) -> IAMDocument { model.canonical }

  static func write(_ change: FacetChange<IAMDocument>, on target: Target) throws(CallFailure) -> Effect {
    guard let trust = change.after else {
      throw CallFailure(.invalid, code: "MissingTrust", "a role always trusts somebody; remove the role instead")
    }
    let call = IAMCall.change(
      "UpdateAssumeRolePolicy",
      [IAMPrincipal.name(target), QueryItem("PolicyDocument", IAMPolicyText.text(trust.document))],
      on: IAMPrincipal.arn(target))
    let writing = IAMCall.done(call, "UpdateAssumeRolePolicy")
    return Effect(rank: 10, .procedure(UntilKnown(writing) { $0.namesUnknownPrincipal }))
  }

  static func risks(_ change: FacetChange<IAMDocument>, on target: Target) -> [Risk] {
    let before = Set(BucketPolicy(change.before?.document ?? .null).statements)
    let added = BucketPolicy(change.after?.document ?? .null).statements.filter { !before.contains($0) }
    guard change.before != nil, !added.isEmpty else { return [] }
    let who = added.flatMap { statement -> [String] in
      (statement["Principal"]?.map ?? ValueMap()).flatMap { pair in
        pair.value.list?.compactMap(\.string) ?? [pair.value.string ?? "?"]
      }
    }
    return [
      Risk(.widensAccess, "\(who.sorted().joined(separator: ", ")) can take on the role on other terms than before")
    ]
  }
}

/// The longest session (UpdateRole).
enum IAMMaxSession: Facet {
  static let schema = FacetSchema(
    name: "maxSession", shape: .duration(3600...43_200), summary: "How long a session may last.")

  static func read(_ target: Target) -> any Procedure<Observed<TimeSpan>> {
    IAMEntity.read(target) { entity in .present(TimeSpan(seconds: entity.maxSession ?? standard)) }
  }

  /// IAM API Reference, CreateRole.
  private static let standard: Int64 = 3_600

  static func write(_ change: FacetChange<TimeSpan>, on target: Target) throws(CallFailure) -> Effect {
    let call = IAMCall.change(
      "UpdateRole",
      [
        IAMPrincipal.name(target),
        QueryItem("MaxSessionDuration", String((change.after ?? TimeSpan(seconds: standard)).seconds)),
      ], on: IAMPrincipal.arn(target))
    return Effect(rank: 30, .procedure(IAMCall.done(call, "UpdateRole")))
  }
}

/// The policy beyond which the identity can't go.
enum IAMBoundary: Facet {
  static let schema = FacetSchema(
    name: "permissionsBoundary", shape: .string(TextRule(lengths: 1...2048)),
    summary: "ARN of the managed policy that it can't go beyond.")

  static func read(_ target: Target) -> any Procedure<Observed<String>> {
    IAMEntity.read(target) { entity in entity.boundary.map { .present($0) } ?? .absent }
  }

  static func write(_ change: FacetChange<String>, on target: Target) throws(CallFailure) -> Effect {
    let kind = IAMPrincipal(target)
    let name = IAMPrincipal.name(target)
    let arn = IAMPrincipal.arn(target)
    guard let boundary = change.after else {
      let call = IAMCall.change("Delete\(kind.rawValue)PermissionsBoundary", [name], on: arn)
      return Effect(
        rank: 90,
        .procedure(
          IAMCall.done(
            call, kind == .role ? "DeleteRolePermissionsBoundary" : "DeleteUserPermissionsBoundary",
            ignoring: ["NoSuchEntity"])))
    }
    let call = IAMCall.change(
      "Put\(kind.rawValue)PermissionsBoundary", [name, QueryItem("PermissionsBoundary", boundary)], on: arn)
    return Effect(
      rank: 5,
      .procedure(
        IAMCall.done(call, kind == .role ? "PutRolePermissionsBoundary" : "PutUserPermissionsBoundary")))
  }

  static func risks(_ change: FacetChange<String>, on target: Target) -> [Risk] {
    guard let before = change.before, change.after != before else { return [] }
    return [Risk(.widensAccess, "\(target.name) is no longer held within \(before)")]
  }
}

/// Labels (TagRole, TagUser).
enum IAMTags: Facet {
  static let schema = Identity.schema.facet("tags") ?? TagSet.facet

  static func read(_ target: Target) -> any Procedure<Observed<Tags>> {
    IAMEntity.read(target) { entity in entity.tags.isEmpty ? .absent : .present(entity.tags) }
  }

  static func write(_ change: FacetChange<Tags>, on target: Target) throws(CallFailure) -> Effect {
    let kind = IAMPrincipal(target)
    let arn = IAMPrincipal.arn(target)
    let after = change.after ?? [:]
    var steps: [any Procedure<Void>] = []
    let gone = (change.before ?? [:]).keys.filter { after[$0] == nil }.sorted()
    if !gone.isEmpty {
      let keys = gone.enumerated().map { QueryItem("TagKeys.member.\($0 + 1)", $1) }
      let call = IAMCall.change("Untag" + kind.rawValue, [IAMPrincipal.name(target)] + keys, on: arn)
      steps.append(IAMCall.done(call, kind == .role ? "UntagRole" : "UntagUser"))
    }
    let set = after.filter { change.before?[$0.key] != $0.value }.sorted { $0.key < $1.key }
    if !set.isEmpty {
      let tags = set.enumerated().flatMap { index, pair in
        [
          QueryItem("Tags.member.\(index + 1).Key", pair.key), QueryItem("Tags.member.\(index + 1).Value", pair.value),
        ]
      }
      let call = IAMCall.change("Tag" + kind.rawValue, [IAMPrincipal.name(target)] + tags, on: arn)
      steps.append(IAMCall.done(call, kind == .role ? "TagRole" : "TagUser"))
    }
    return Effect(rank: 70, .procedure(InTurn(steps)))
  }
}
