import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import S3Provider

@Suite("Quirks of writes that S3 refuses") struct RefusedWriteTests {
  private static let invalidPrincipal = Reply(
    400, "<Error><Code>MalformedPolicy</Code><Message>Invalid principal in policy</Message></Error>")

  private func policy(principal: Value) -> BucketPolicy {
    BucketPolicy([
      "Version": "2012-10-17",
      "Statement": [
        ["Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-data/*"]
      ],
    ])
  }

  private func write(
    _ policy: BucketPolicy, on target: Target = S3Fixture.target(), _ answer: (Call) -> Reply
  ) throws -> ProcedureRun<Void> {
    let effect = try S3Policy.write(FacetChange(before: nil, after: policy), on: target)
    guard case .procedure(let procedure) = effect.content else {
      throw CallFailure(.invalid, code: "x", "no procedure")
    }
    return ProcedureRun(procedure, answer)
  }

  @Test(
    "quirk 1 MalformedPolicy: a principal that this run made is waited for, any other is told at once (#4315, #5217)")
  func newPrincipal() throws {
    let policy = policy(principal: ["AWS": "arn:aws:iam::111122223333:role/etl"])
    let known = try write(policy) { _ in Self.invalidPrincipal }
    #expect(known.calls.count == 1)
    #expect(known.failure?.code == "MalformedPolicy")
    var target = S3Fixture.target()
    target.newborn = [Address("identities", "etl")]
    var left = 2
    let waited = try write(policy, on: target) { _ in
      left -= 1
      return left < 0 ? Reply(204) : Self.invalidPrincipal
    }
    #expect(waited.calls.count == 3)
    #expect(waited.failure == nil)
    let never = try write(policy, on: target) { _ in Self.invalidPrincipal }
    #expect(never.calls.count == PolicyRefusal.attempts)
    #expect(never.failure?.message.contains("identities.etl is new") == true)
    let other = try write(policy, on: target) { _ in .error(400, "MalformedPolicy") }
    #expect(other.calls.count == 1)
  }

  @Test(
    "quirk 2 public access block: a public policy that is refused says whose block it is", arguments: [true, false])
  func blockedPolicy(_ own: Bool) throws {
    let run = try write(policy(principal: "*")) { call in
      if call.method == .put { return .error(403, "AccessDenied") }
      return Reply(
        200,
        "<PublicAccessBlockConfiguration><BlockPublicPolicy>\(own)</BlockPublicPolicy></PublicAccessBlockConfiguration>"
      )
    }
    #expect(run.methods == [.put, .get])
    #expect(run.failure?.kind == .denied)
    #expect(
      run.failure?.message.contains(own ? "the bucket's own public access block" : "account 111122223333") == true)
    let unknown = try write(policy(principal: "*")) { _ in .error(403, "AccessDenied") }
    #expect(unknown.failure?.message == "AccessDenied happened")
    let closed = try write(policy(principal: ["AWS": "111122223333"])) { _ in .error(403, "AccessDenied") }
    #expect(closed.methods == [.put])
  }

  @Test("quirk 2 versioning: InvalidBucketState of a suspension names the lock, and is not tried again")
  func lockedVersions() throws {
    let effect = try S3Versioning.write(FacetChange(before: .enabled, after: .suspended), on: S3Fixture.target())
    guard case .procedure(let procedure) = effect.content else { return }
    let run = ProcedureRun(procedure) { _ in .error(409, "InvalidBucketState") }
    #expect(run.calls.count == 1)
    #expect(run.failure?.message.contains("object lock") == true)
  }

  @Test(
    "quirk 2 encryption: the id of a key of this account is its ARN; an alias, another account and another region differ"
  )
  func keys() {
    func same(_ kept: String, _ wanted: String) -> Bool {
      let wanted = Encryption(.kms, kmsKey: wanted)
      return S3Encryption.comparable(Encryption(.kms, kmsKey: kept), to: wanted, on: S3Fixture.target()) == wanted
    }
    let arn = "arn:aws:kms:eu-west-1:111122223333:key/k1"
    #expect(same("k1", arn) && same(arn, "k1") && same(arn, arn))
    #expect(!same(arn, "k2") && !same("alias/k1", arn))
    #expect(!same("alias/k1", "arn:aws:kms:eu-west-1:111122223333:alias/k1"))
    #expect(!same("arn:aws:kms:us-east-1:111122223333:key/k1", "k1"))
    #expect(!same("arn:aws:kms:eu-west-1:444455556666:key/k1", "k1"))
  }
}
