internal import CooperModel
internal import CooperSchema

/// Bindings of roles at Google: of a bucket (its grants and its own), or of a service account (who may act as it, FB-32).
public enum GoogleBindings {
  struct Binding: Hashable {
    var role: String
    var members: [String]
    /// Title and expression.
    var condition: Condition?

    struct Condition: Hashable {
      var title: String
      var expression: String
    }
  }

  static func policy(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentNode {
    if let identity = subject.identity, subject.address.section == Identity.section, !identity.trust.isEmpty {
      return document(try impersonation(of: identity))
    }
    var bindings: [Binding] = []
    if let own = subject.bucket?.facets[IAMBinding.facet.name] {
      bindings += (try? [IAMBinding](value: own))?.map { Binding(role: $0.role, members: $0.members) } ?? []
    }
    for grant in subject.grants where grant.bucket.flavour == .google { bindings += try Self.bindings(grant) }
    guard !bindings.isEmpty else {
      throw .lacking(
        subject.address, "binding at Google", fix: "write a grant on a bucket of type gcs, or  iam:  at the bucket")
    }
    return document(bindings)
  }

  /// Equal roles and conditions become one binding, in the order in which they were met first.
  static func document(_ bindings: [Binding]) -> DocumentNode {
    var joined: [Binding] = []
    for binding in bindings {
      if let index = joined.firstIndex(where: { $0.role == binding.role && $0.condition == binding.condition }) {
        joined[index].members += binding.members.filter { !joined[index].members.contains($0) }
      } else {
        joined.append(binding)
      }
    }
    let nodes = joined.map { binding -> DocumentNode in
      .fields([
        "role": .text(binding.role), "members": .texts(binding.members),
        "condition": binding.condition.map { ["title": .text($0.title), "expression": .text($0.expression)] },
      ])
    }
    // Conditions need version 3 of a policy (IAM documentation, "Specifying a policy version").
    return joined.contains { $0.condition != nil }
      ? ["version": 3, "bindings": .list(nodes)] : ["bindings": .list(nodes)]
  }

  /// Who may make tokens as a service account.
  private static func impersonation(of identity: IdentityFacts) throws(DocumentProblem) -> [Binding] {
    guard identity.kind == .serviceAccount else {
      throw .unfit(.iamBindings, identity.address, "it is no service account", fix: "write  as: trust  for a role")
    }
    var bindings: [Binding] = []
    for party in identity.trust {
      guard case .platform("flashback", _, _) = party else {
        throw .unfit(
          .iamBindings, identity.address, "of the platforms only Flashback acts as a service account",
          fix: "trust: [{ party: FLASHBACK-CONNECTION }]")
      }
      bindings += GoogleRights.actingRoles.map { Binding(role: $0, members: [GoogleRights.flashbackMember]) }
    }
    return bindings
  }

  private static func bindings(_ grant: DocumentSubject.Grant) throws(DocumentProblem) -> [Binding] {
    var members: [String] = []
    for principal in grant.principals { members.append(try member(principal, grant)) }
    let bucket = try grant.bucket.knownName()
    let condition = grant.prefix.map {
      Binding.Condition(title: GoogleRights.prefixTitle, expression: GoogleRights.expression(bucket, $0))
    }
    if let word = grant.allow.string, let level = Grant.Level(rawValue: word) {
      return GoogleRights.roles(level).map { Binding(role: $0, members: members, condition: condition) }
    }
    let named = (grant.allow.list ?? []).flatMap { $0["actions"]?.list?.compactMap(\.string) ?? [] }
    if let stranger = named.first(where: { !$0.contains("roles/") }) {
      throw .unfit(
        .iamBindings, Address(Grant.section, grant.name),
        "a binding gives roles, and \(stranger) is none", fix: "write roles, e.g. roles/storage.objectViewer")
    }
    return named.map { Binding(role: $0, members: members, condition: condition) }
  }

  private static func member(
    _ principal: DocumentSubject.Principal, _ grant: DocumentSubject.Grant
  ) throws(DocumentProblem) -> String {
    switch principal {
    case .google(let member): return member
    case .identity(let identity): return "serviceAccount:" + (try identity.knownEmail())
    case .aws, .service, .azure:
      throw .unfit(
        .iamBindings, Address(Grant.section, grant.name), "a principal of another cloud can't be bound at Google",
        fix: "write  gcp: serviceAccount:…, or an identity of type serviceAccount")
    }
  }
}
