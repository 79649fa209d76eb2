import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import S3Provider

@Suite("Managed policies of IAM") struct ManagedPolicyTests {
  private func target(_ outputs: ValueMap = ValueMap(), path: String? = "/teams/") -> Target {
    var target = S3Fixture.target(name: "acme-read")
    target.address = Address("policies", "read")
    target.settings["path"] = path.map { .string($0) }
    target.outputs = outputs
    return target
  }

  private func body(_ call: Call?) -> String { String(decoding: call?.body ?? [], as: UTF8.self) }

  private static let document: Value = [
    "Version": "2012-10-17", "Statement": [["Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"]],
  ]

  @Test("CreatePolicy carries path, description, document and tags, and is sent once") func create() {
    var target = target()
    target.desired = [
      "document": Self.document, "tags": ["team": "storage"], "path": "/teams/", "description": "Reads what arrives",
    ]
    let run = ProcedureRun(ManagedPolicyKind.kind.create(target)) { _ in
      Reply(
        200,
        "<CreatePolicyResponse><CreatePolicyResult><Policy><Arn>arn:p</Arn><PolicyId>ANPA</PolicyId></Policy></CreatePolicyResult></CreatePolicyResponse>"
      )
    }
    #expect(run.output == ["arn": "arn:p", "id": "ANPA"])
    for part in [
      "Action=CreatePolicy", "PolicyName=acme-read", "Path=%2Fteams%2F", "Description=Reads+what+arrives",
      "Tags.member.1.Key=team", "PolicyDocument=%7B%22",
    ] { #expect(body(run.calls.first).contains(part), "\(part)") }
    #expect(run.calls.map(\.idempotent) == [false])
    #expect(run.calls.first?.permissions.map(\.action) == ["iam:CreatePolicy", "iam:TagPolicy"])
    #expect(run.calls.first?.permissions.first?.resource == "arn:aws:iam::111122223333:policy/teams/acme-read")
  }

  @Test("The oldest version that isn't in force makes room for a sixth", arguments: 1...5) func room(_ count: Int) {
    for current in 1...count {
      let versions = (1...count).map { ManagedPolicyVersion(number: $0 + 8, isDefault: $0 == current) }
      let leaving = ManagedPolicyDocument.leaving(versions.reversed()).map(\.number)
      #expect(leaving == (count < 5 ? [] : [current == 1 ? 10 : 9]))
    }
  }

  @Test("A plan that saw the versions names the one that goes, and only where one does", arguments: 1...5)
  func named(_ count: Int) throws {
    let versions = (1...count).map { ManagedPolicyVersion(number: $0 + 8, isDefault: $0 == 1) }
    var seen = target()
    seen.revision = ManagedPolicyVersion.revision(of: versions.reversed())
    #expect(seen.revision?.hasPrefix("v9*") == true)
    let change = FacetChange(before: IAMDocument([:]), after: IAMDocument(Self.document))
    let risks = ManagedPolicyDocument.risks(change, on: seen)
    guard case .procedure(let writing) = try ManagedPolicyDocument.write(change, on: seen).content else {
      Issue.record("no procedure")
      return
    }
    #expect(risks.count == (count == 5 ? 1 : 0) && writing.plannedCalls.count == risks.count + 1)
    #expect(count < 5 || risks[0].message.contains("version v10 is deleted"))
    #expect(count < 5 || body(writing.plannedCalls[0]).contains("VersionId=v10"))
  }

  @Test("A change lists, makes room and makes the default; a new policy writes its document no second time")
  func change() throws {
    let change = FacetChange(before: IAMDocument([:]), after: IAMDocument(Self.document))
    guard case .procedure(let writing) = try ManagedPolicyDocument.write(change, on: target()).content else {
      Issue.record("no procedure")
      return
    }
    let versions = (1...5).map {
      "<member><VersionId>v\($0)</VersionId><IsDefaultVersion>\($0 == 1)</IsDefaultVersion></member>"
    }.joined()
    let run = ProcedureRun(writing) { call in
      let action = body(call).split(separator: "&").first?.dropFirst("Action=".count) ?? ""
      let result =
        action == "ListPolicyVersions"
        ? "<ListPolicyVersionsResult><Versions>\(versions)</Versions></ListPolicyVersionsResult>" : ""
      return Reply(200, "<\(action)Response>\(result)</\(action)Response>")
    }
    #expect(run.failure == nil)
    let actions = run.calls.map { body($0).split(separator: "&").first ?? "" }
    #expect(actions == ["Action=ListPolicyVersions", "Action=DeletePolicyVersion", "Action=CreatePolicyVersion"])
    #expect(body(run.calls[1]).contains("VersionId=v2"))
    #expect(body(run.calls[2]).contains("SetAsDefault=true") && !run.calls[2].idempotent)
    var making = target()
    making.atCreation = ["document": Self.document]
    let first = try ManagedPolicyDocument.write(FacetChange(before: nil, after: change.after), on: making)
    guard case .procedure(let nothing) = first.content else {
      Issue.record("no procedure")
      return
    }
    #expect(ProcedureRun(nothing) { _ in Reply(500, "") }.calls.isEmpty)
  }

  @Test("Found by the ARN that is recorded, else by the one that path and account make") func place() {
    #expect(target(["arn": "arn:other"]).policyArn == "arn:other")
    #expect(target().policyArn == "arn:aws:iam::111122223333:policy/teams/acme-read")
    #expect(target(path: nil).policyArn == "arn:aws:iam::111122223333:policy/acme-read")
    var nowhere = target()
    nowhere.site.account = nil
    #expect(ProcedureRun(ManagedPolicyKind.kind.find(nowhere)) { _ in Reply(500, "") }.failure?.code == "AWS0015")
  }

  @Test("An ARN says name, account, path and what it is of") func given() {
    let role = IAMSupport.identities.given?("arn:aws-cn:iam::111122223333:role/a/b/etl")
    #expect(role == GivenName("etl", account: "111122223333", settings: ["type": "role", "path": "/a/b/"]))
    let user = IAMSupport.identities.given?("arn:aws:iam::111122223333:user/etl")
    #expect(user == GivenName("etl", account: "111122223333", settings: ["type": "accessKey"]))
    #expect(IAMSupport.policies.given?("arn:aws:iam::1:user/etl") == GivenName("arn:aws:iam::1:user/etl"))
    #expect(IAMSupport.policies.given?("etl") == GivenName("etl"))
  }

  @Test("P-BACKUP, P-VELERO a grant through an identity is the fact sheet's document") func backup() {
    var facts = GrantFacts(name: "g", prefix: nil, allow: "backup", principals: [], bucket: "arn:aws:s3:::data")
    facts.isOfIdentity = true
    let statements = GrantStatements.statements(facts)
    #expect(statements.count == 3 && statements.allSatisfy { $0["Sid"] == nil && $0["Principal"] == nil })
    #expect(statements[0]["Resource"] == ["*"] && statements[0]["Action"]?.list?.count == 6)
    #expect(statements[1]["Action"]?.list?.contains("s3:PutObjectTagging") == false)
    facts.tagsObjects = true
    #expect(GrantStatements.statements(facts)[1]["Action"]?.list?.last == "s3:PutObjectTagging")
    // Volumes are no business of a bucket's policy.
    facts.isOfIdentity = false
    #expect(GrantStatements.statements(facts).count == 2)
  }
}
