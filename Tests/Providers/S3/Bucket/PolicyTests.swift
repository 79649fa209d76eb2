import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import S3Provider

@Suite("Quirks and risks of bucket policies") struct PolicyTests {
  private func statement(
    _ effect: Value = "Allow", principal: Value = ["AWS": "arn:aws:iam::333344445555:root"],
    action: Value = "s3:GetObject", resource: Value = "arn:aws:s3:::acme-data/*", condition: Value? = nil,
    sid: String? = nil
  ) -> Value {
    var pairs: [(String, Value)] = [
      ("Effect", effect), ("Principal", principal), ("Action", action), ("Resource", resource),
    ]
    if let condition { pairs.append(("Condition", condition)) }
    if let sid { pairs.append(("Sid", .string(sid))) }
    return .map(ValueMap(pairs))
  }

  private func policy(_ statements: Value...) -> Value { ["Version": "2012-10-17", "Statement": .list(statements)] }

  private func canonical(_ value: Value) throws -> Value {
    try AnyFacet(S3Policy.self).canonical(value, S3Fixture.target().site)
  }

  @Test("quirk 2 policy: spellings and orders that mean nothing are one") func spellings() throws {
    let one = try canonical([
      "Version": "2012-10-17",
      "Statement": statement(
        principal: ["AWS": ["333344445555", "444455556666"]], action: ["s3:PutObject", "s3:GetObject"],
        resource: ["arn:aws:s3:::acme-data/*"]),
    ])
    let other = try canonical(
      policy(
        statement(
          "allow",
          principal: ["AWS": ["arn:aws:iam::444455556666:root", "arn:aws:iam::333344445555:root"]],
          action: ["s3:GetObject", "s3:PutObject"], sid: "")))
    #expect(one == other)
  }

  @Test("quirk 2 policy: everybody has two spellings") func everybody() throws {
    #expect(
      try canonical(policy(statement(principal: "*"))) == canonical(policy(statement(principal: ["AWS": "*"]))))
  }

  @Test("quirk 2 policy: a store that answers XML has no policies") func unsupported() {
    let run = ProcedureRun(S3Policy.read(S3Fixture.target("s3"))) { _ in Reply(200, "<ListBucketResult/>") }
    guard case .unsupported? = run.output else {
      Issue.record("not unsupported")
      return
    }
    #expect(
      ProcedureRun(S3Policy.read(S3Fixture.target())) { _ in Reply(200, "{cut") }.failure?.kind == .protocolBroken)
  }

  @Test("quirk 2 policy: a resource of another bucket is refused before any call, and found") func foreign() throws {
    let change = FacetChange<BucketPolicy>(
      before: nil, after: BucketPolicy(policy(statement(resource: "arn:aws:s3:::other/*", sid: "Read"))))
    do throws(CallFailure) {
      _ = try S3Policy.write(change, on: S3Fixture.target())
      Issue.record("not refused")
    } catch {
      #expect(error.kind == .invalid)
      #expect(error.message.contains("statement Read names arn:aws:s3:::other/*"))
    }
  }

  @Test("quirk 2 policy: more than 20 KB is refused before any call") func size() {
    let huge = policy(statement(sid: String(repeating: "x", count: 20_480)))
    #expect(throws: CallFailure.self) {
      try S3Policy.write(.init(before: nil, after: BucketPolicy(huge)), on: S3Fixture.target())
    }
  }

  private func risks(_ before: Value?, _ after: Value?) -> [String] {
    AnyFacet(S3Policy.self).risks(
      FacetChange(before: before.flatMap { try? canonical($0) }, after: after.flatMap { try? canonical($0) }),
      S3Fixture.target()
    ).map { "\($0.kind): \($0.message)" }
  }

  @Test("a principal that gains something is named with what it gains") func gains() {
    #expect(
      risks(nil, policy(statement(resource: "arn:aws:s3:::acme-data/in/*")))
        == ["widensAccess: account 333344445555 gains s3:GetObject on in/*"])
    #expect(risks(nil, policy(statement(principal: "*"))) == ["widensAccess: everybody gains s3:GetObject on *"])
    #expect(risks(policy(statement()), policy(statement(action: ["s3:GetObject", "s3:PutObject"]))).count == 1)
    #expect(risks(policy(statement(condition: ["Bool": ["a": "b"]])), policy(statement())).count == 1)
  }

  @Test("what was allowed before, in other words, gains nothing") func same() {
    #expect(risks(policy(statement(action: "s3:*")), policy(statement())) == [])
    #expect(risks(policy(statement(principal: "*")), policy(statement())) == [])
    #expect(risks(policy(statement()), policy(statement(condition: ["Bool": ["a": "b"]]))) == [])
    #expect(risks(policy(statement()), nil) == [])
    #expect(risks(policy(statement(action: "s3:Get*")), policy(statement(action: "s3:GetObject*"))) == [])
  }

  @Test("a denial that goes widens access") func opened() {
    let deny = statement(
      "Deny", principal: "*", action: "s3:*", condition: ["Bool": ["aws:SecureTransport": "false"]], sid: "TLSOnly")
    #expect(risks(policy(deny), nil) == ["widensAccess: statement TLSOnly no longer denies what it denied"])
    #expect(risks(policy(deny), policy(deny)) == [])
    #expect(risks(nil, policy(deny)) == [])
  }

  @Test("a denial for everybody without a condition locks out") func locksOut() {
    #expect(
      risks(nil, policy(statement("Deny", principal: "*", action: "s3:*", sid: "No")))
        == ["locksOut: statement No denies everybody, Cooper included, without a condition"])
    #expect(risks(nil, policy(statement("Deny", principal: "*", action: "s3:PutObject"))) == [])
    #expect(risks(nil, policy(statement("Deny", action: "s3:*"))) == [])
  }
}
