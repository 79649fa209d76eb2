internal import CooperModel
internal import CooperSchema

/// The trust of a role: one document, one statement for each party, in the order in which they are declared.
public enum TrustPolicy {
  static func document(of subject: DocumentSubject) throws(DocumentProblem) -> DocumentNode {
    let role = try role(of: subject, .trust)
    var statements: [DocumentNode] = []
    for party in role.trust { statements.append(try statement(party, role)) }
    return PolicyStatement.document(statements)
  }

  static func role(of subject: DocumentSubject, _ form: DocumentForm) throws(DocumentProblem) -> IdentityFacts {
    let role = try subject.needsIdentity()
    guard role.kind == .role else {
      throw .unfit(
        form, subject.address, "it is no role of AWS",
        fix: "write  as: iamBindings  for a service account; keys and applications trust nobody")
    }
    return role
  }

  private static func statement(
    _ party: TrustedParty, _ role: IdentityFacts
  ) throws(DocumentProblem) -> DocumentNode {
    switch party {
    case .aws(let principal, let externalId):
      return TrustStatement.account(principal, externalId: externalId, partition: role.partition)
    case .service(let name): return TrustStatement.service(name)
    case .oidc(let host, let subject, let audience):
      guard let account = role.home else {
        throw .lacking(role.address, "account in which the issuer is known", fix: "write  account:  at its connection")
      }
      return TrustStatement.webIdentity(
        host: host, subject: subject, audience: audience, account: account, partition: role.partition)
    case .platform("flashback", _, let externalId):
      guard let id = try externalId?.knownText() else {
        throw .lacking(
          role.address, "external id for Flashback",
          fix: "write  trust: [{ party: …, externalId: … }]; Flashback lets its users choose it (FB-30)")
      }
      return TrustStatement.flashback(externalId: id)
    case .platform("palette", let account, let externalId):
      guard let account = try account?.knownText(), let id = try externalId?.knownText() else {
        throw .lacking(
          role.address, "account and external id of Palette", fix: "apply first: Palette is asked for them")
      }
      return TrustStatement.palette(account: account, externalId: id, partition: role.partition)
    case .platform(let type, _, _):
      throw .unfit(
        .trust, role.address, "nobody has published from which account \(type) signs in",
        fix: "write what its operator says:  trust: [{ aws: arn:…, externalId: … }]")
    }
  }
}
