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
    let steps = IAMTagging.steps(
      from: change.before ?? [:], to: change.after ?? [:], IAMPrincipal(target) == .role ? .role : .user,
      named: IAMPrincipal.name(target), on: IAMPrincipal.arn(target))
    return Effect(rank: 70, .procedure(InTurn(steps)))
  }
}

/// What a role is for (UpdateRoleDescription). UpdateRole could do it too, and would set the session back.
enum IAMDescription: Facet {
  static let schema = FacetSchema(
    name: "description", shape: .string(TextRule(lengths: 0...1_000)), summary: "What the role is for.",
    cleared: .string(""))

  static func read(_ target: Target) -> any Procedure<Observed<String>> {
    IAMEntity.read(target) { entity in entity.description.map { .present($0) } ?? .absent }
  }

  static func write(_ change: FacetChange<String>, on target: Target) throws(CallFailure) -> Effect {
    let text = change.after ?? ""
    if let problem = problem(text) {
      throw CallFailure(.invalid, code: "AWS0017", "description of \(target.address): \(problem)")
    }
    let call = IAMCall.change(
      "UpdateRoleDescription", [IAMPrincipal.name(target), QueryItem("Description", text)],
      on: IAMPrincipal.arn(target))
    return Effect(rank: 31, .procedure(IAMCall.done(call, "UpdateRoleDescription")))
  }

  /// IAM API Reference, CreateRole, Description.
  private static func problem(_ text: String) -> String? {
    let scalars = text.unicodeScalars
    if scalars.count > 1_000 { return "IAM takes 1,000 characters" }
    let isFine = scalars.allSatisfy { scalar in
      switch scalar.value {
      case 0x09, 0x0a, 0x0d, 0x20...0x7e, 0xa1...0xff: true
      default: false
      }
    }
    return isFine ? nil : "IAM takes the characters of Latin-1 only"
  }
}

/// Where it stands; given while it is made.
enum IAMPathFacet: Facet {
  static let schema = FacetSchema(
    name: "path", shape: .string(TextRule(lengths: 1...512)), summary: "Path in front of its name.",
    cleared: "/")

  static func read(_ target: Target) -> any Procedure<Observed<String>> {
    IAMEntity.read(target) { .present($0.path) }
  }

  static func write(_ change: FacetChange<String>, on target: Target) throws(CallFailure) -> Effect {
    try GivenAtCreation.effect(change, on: target, "path", "IAM moves nothing to another path")
  }
}
