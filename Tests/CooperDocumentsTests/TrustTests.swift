import CooperDocuments
import CooperModel
import CooperSchema
import Testing

@Suite("Trust of roles")
struct TrustTests {
  private func statements(_ party: TrustedParty) throws -> [Value] {
    try Samples.json(.trust, Samples.of(Samples.role([party])))["Statement"]?.list ?? []
  }

  @Test("T-FLASHBACK, FB-30: exactly Flashback's user, with the external id that was chosen")
  func flashback() throws {
    let made = try statements(.platform(type: "flashback", account: nil, externalId: "chosen"))
    let expected = """
      [{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::314146316322:user/flashback"},"Action":"sts:AssumeRole",
        "Condition":{"StringEquals":{"sts:ExternalId":"chosen"}}}]
      """
    #expect(try .list(made) == Samples.json(expected))
    #expect(throws: DocumentProblem.self) {
      try statements(.platform(type: "flashback", account: nil, externalId: nil))
    }
  }

  @Test("T-PALETTE, PA-10: account and external id are Palette's own")
  func palette() throws {
    let made = try statements(.platform(type: "palette", account: "123456789012", externalId: "pal"))
    let expected = """
      [{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"sts:AssumeRole",
        "Condition":{"StringEquals":{"sts:ExternalId":"pal"}}}]
      """
    #expect(try .list(made) == Samples.json(expected))
  }

  @Test("R-10: what Palette says of itself is known after apply")
  func unknown() throws {
    let output = Value.unknown("identities.r.externalId")
    let error = #expect(throws: DocumentProblem.self) {
      try statements(.platform(type: "palette", account: "1", externalId: output))
    }
    #expect(error?.code == "DOC0002")
    #expect(error?.fix.contains("identities.r") == true)
  }

  @Test("T-ACCOUNT: an account or a role, without a condition")
  func account() throws {
    #expect(
      try .list(statements(.aws("444455556666", externalId: nil)))
        == Samples.json(
          """
          [{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"sts:AssumeRole"}]
          """))
    #expect(
      try statements(.aws("arn:aws:iam::444455556666:role/nodes", externalId: nil))[0]["Principal"]?["AWS"]
        == "arn:aws:iam::444455556666:role/nodes")
  }

  @Test("T-IRSA: StringLike for a pattern, StringEquals for the exact namespace")
  func irsa() throws {
    let host = "oidc.eks.eu-west-1.amazonaws.com/id/ABC"
    let any = try statements(.oidc(host: host, subject: "system:serviceaccount:*:velero-server", audience: nil))
    let expected = """
      [{"Effect":"Allow",
        "Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC"},
        "Action":"sts:AssumeRoleWithWebIdentity",
        "Condition":{"StringLike":{"\(host):sub":"system:serviceaccount:*:velero-server"},
                     "StringEquals":{"\(host):aud":"sts.amazonaws.com"}}}]
      """
    #expect(try .list(any) == Samples.json(expected))
    let one = try statements(
      .oidc(host: host, subject: "system:serviceaccount:cluster-0d5e:velero-server", audience: nil))
    #expect(one[0]["Condition"]?["StringLike"] == nil)
    #expect(one[0]["Condition"]?["StringEquals"]?.map?.count == 2)
  }

  @Test("One document, one statement for each party, and the session that any of them needs")
  func merged() throws {
    var role = Samples.role([
      .platform(type: "palette", account: "123456789012", externalId: "pal"),
      .platform(type: "flashback", account: nil, externalId: "chosen"), .aws("444455556666", externalId: "bbbb"),
      .service("s3.amazonaws.com"),
    ])
    #expect(try Samples.json(.role, Samples.of(role))["MaxSessionDuration"] == 3600)
    role.maxSession = TimeSpan(seconds: 43_200)
    let input = try Samples.json(.role, Samples.of(role))
    #expect(input["MaxSessionDuration"] == 43_200)
    let trust = try Samples.json(input["AssumeRolePolicyDocument"]?.string ?? "")
    #expect(trust["Statement"]?.list?.count == 4)
    #expect(trust["Version"] == "2012-10-17")
    #expect(try trust == Samples.json(.trust, Samples.of(role)))
  }

  @Test("Nobody has published from where InfinStor signs in (U-01)")
  func infinstor() {
    #expect(throws: DocumentProblem.self) {
      try statements(.platform(type: "infinstor", account: nil, externalId: nil))
    }
  }
}
