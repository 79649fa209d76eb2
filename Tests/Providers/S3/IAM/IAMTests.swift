import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import S3Provider

@Suite("Roles, users and keys of IAM") struct IAMTests {
  private func target(_ type: String = "role", _ settings: ValueMap = ValueMap()) -> Target {
    var target = S3Fixture.target(name: "acme-x")
    target.address = Address("identities", "x")
    target.settings = settings
    target.settings["type"] = .string(type)
    return target
  }

  private func text(_ call: Call?) -> String { String(decoding: call?.body ?? [], as: UTF8.self) }

  private static let trust: Value = [
    "Version": "2012-10-17",
    "Statement": [["Effect": "Allow", "Principal": ["Service": "ec2.amazonaws.com"], "Action": "sts:AssumeRole"]],
  ]

  @Test("CreateRole carries trust, session, boundary and tags, and is sent once") func create() {
    var target = target("role", ["path": "/teams/"])
    target.desired = [
      "trust": Self.trust, "maxSession": "12h", "tags": ["team": "storage"], "permissionsBoundary": "arn:b",
      "description": "for x",
    ]
    let run = ProcedureRun(IAMIdentity.create(target)) { _ in
      Reply(
        200,
        "<CreateRoleResponse><CreateRoleResult><Role><Arn>arn:r</Arn><RoleId>AROA</RoleId></Role></CreateRoleResult></CreateRoleResponse>"
      )
    }
    #expect(run.output == ["arn": "arn:r", "id": "AROA"])
    let body = text(run.calls.first)
    for part in [
      "Action=CreateRole", "Version=2010-05-08", "RoleName=acme-x", "Path=%2Fteams%2F", "MaxSessionDuration=43200",
      "PermissionsBoundary=arn%3Ab", "Tags.member.1.Key=team", "Description=for+x",
      "AssumeRolePolicyDocument=%7B%22",
    ] { #expect(body.contains(part), "\(part) in \(body)") }
    #expect(run.calls.map(\.idempotent) == [false])
    #expect(run.calls.first?.permissions.map(\.action) == ["iam:CreateRole", "iam:TagRole"])
    #expect(run.calls.first?.permissions.first?.resource == "arn:aws:iam::111122223333:role/teams/acme-x")
  }

  @Test("A trust that names somebody of whom IAM hasn't heard is sent again, for a bounded time") func patience() {
    var target = target()
    target.desired = ["trust": Self.trust]
    var asked = 0
    let refusal = Reply(
      400,
      "<ErrorResponse><Error><Code>MalformedPolicyDocument</Code><Message>Invalid principal in policy: \"AWS\":\"arn:x\"</Message></Error></ErrorResponse>"
    )
    let late = ProcedureRun(IAMIdentity.create(target)) { _ in
      asked += 1
      return asked < 3
        ? refusal
        : Reply(
          200,
          "<CreateRoleResponse><CreateRoleResult><Role><Arn>arn:r</Arn></Role></CreateRoleResult></CreateRoleResponse>")
    }
    #expect(late.output != nil && late.calls.count == 3)
    let never = ProcedureRun(IAMIdentity.create(target)) { _ in refusal }
    #expect(never.failure?.code == "MalformedPolicyDocument" && never.calls.count == 10)
    let other = ProcedureRun(IAMIdentity.create(target)) { _ in
      Reply(
        400,
        "<ErrorResponse><Error><Code>MalformedPolicyDocument</Code><Message>Syntax errors</Message></Error></ErrorResponse>"
      )
    }
    #expect(other.calls.count == 1)
  }

  @Test("Absence is NoSuchEntity alone; a refusal and another document are neither") func find() {
    func found(_ reply: Reply) -> ProcedureRun<Found> {
      ProcedureRun(IAMIdentity.find(target("accessKey"))) { _ in reply }
    }
    let absent = "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>no</Message></Error></ErrorResponse>"
    #expect(found(Reply(404, absent)).output == .absent)
    #expect(found(Reply(404, "<html/>")).output == nil)
    #expect(found(Reply(403, absent.replacing("NoSuchEntity", with: "AccessDenied"))).failure?.kind == .denied)
    #expect(found(Reply(200, "<GetRoleResponse/>")).failure?.code == "WrongRootElement")
    #expect(found(Reply(200, "<GetUserResponse><GetUserResult/></GetUserResponse>")).failure?.kind == .protocolBroken)
    let there = "<GetUserResponse><GetUserResult><User><Arn>arn:u</Arn></User></GetUserResult></GetUserResponse>"
    #expect(found(Reply(200, there)).output == .present(region: nil))
    #expect(text(found(Reply(200, there)).calls.first).hasPrefix("Action=GetUser&Version=2010-05-08&UserName=acme-x"))
  }

  @Test("Documents come percent-encoded and are compared by meaning") func documents() throws {
    let encoded =
      "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%5B%22ec2.amazonaws.com%22%5D%7D%2C%22Action%22%3A%5B%22sts%3AAssumeRole%22%5D%7D%7D"
    let run = ProcedureRun(IAMTrust.read(target())) { _ in
      Reply(
        200,
        "<GetRoleResponse><GetRoleResult><Role><Arn>a</Arn><AssumeRolePolicyDocument>\(encoded)</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>"
      )
    }
    guard case .present(let read)? = run.output else {
      Issue.record("nothing was read")
      return
    }
    #expect(IAMTrust.canonical(read, on: target().site).document == IAMDocument(Self.trust).canonical.document)
  }

  @Test("PA-10, FB-30 the trust names what the platforms say, and stays unknown until they were asked") func parties()
    throws
  {
    func trust(_ entry: Value, _ parties: [String: Composition.Party]) throws(CallFailure) -> Value? {
      var composition = Composition(target: target(), connection: ValueMap(), facets: ["trust": [entry]])
      composition.parties = parties
      return try IAMComposition(composition).facets()["trust"]?["Statement"]?.list?.first
    }
    let asked = Composition.Party(
      type: "palette",
      values: ["accountId": .unknown("connections.p.accountId"), "externalId": .unknown("connections.p.externalId")])
    let unborn = try trust(["party": "p"], ["p": asked])
    #expect(unborn?.unknowns == ["connections.p.accountId", "connections.p.externalId"])
    let chosen = try trust(["party": "f", "externalId": "mine"], ["f": .init(type: "flashback", values: ValueMap())])
    #expect(chosen?["Principal"] == ["AWS": "arn:aws:iam::314146316322:user/flashback"])
    #expect(chosen?["Condition"] == ["StringEquals": ["sts:ExternalId": "mine"]])
    #expect(throws: CallFailure.self) { try trust(["party": "f"], ["f": .init(type: "flashback", values: ValueMap())]) }
    #expect(throws: CallFailure.self) {
      try trust(["party": "i", "externalId": "x"], ["i": .init(type: "infinstor", values: ValueMap())])
    }
  }

  @Test("A user goes with what Cooper made of it, in the order that IAM wants, through all pages; the rest holds it")
  func removal() {
    var target = target("accessKey")
    target.recordedFacets = ["policies": ["arn:p"], "permissions": ["Version": "2012-10-17"]]
    target.outputs = [IssuedKeys.ledgerOutput: ["made": [["id": "A", "madeAt": 1]]]]
    let answers: @Sendable (Call) -> Reply = { call in
      let body = text(call)
      func answer(_ action: String, _ inner: String) -> Reply {
        Reply(200, "<\(action)Response><\(action)Result>\(inner)</\(action)Result></\(action)Response>")
      }
      if body.contains("Action=ListAccessKeys") {
        return body.contains("Marker=m")
          ? answer(
            "ListAccessKeys",
            "<AccessKeyMetadata><member><AccessKeyId>B</AccessKeyId><Status>Inactive</Status></member></AccessKeyMetadata>"
          )
          : answer(
            "ListAccessKeys",
            "<AccessKeyMetadata><member><AccessKeyId>A</AccessKeyId><Status>Active</Status></member></AccessKeyMetadata><IsTruncated>true</IsTruncated><Marker>m</Marker>"
          )
      }
      if body.contains("Action=ListAttached") {
        return answer(
          "ListAttachedUserPolicies",
          "<AttachedPolicies><member><PolicyArn>arn:p</PolicyArn></member><member><PolicyArn>arn:q</PolicyArn></member></AttachedPolicies>"
        )
      }
      if body.contains("Action=ListUserPolicies") {
        return answer(
          "ListUserPolicies", "<PolicyNames><member>cooper-permissions</member><member>theirs</member></PolicyNames>")
      }
      let action = body.dropFirst("Action=".count).prefix { $0 != "&" }
      return Reply(200, "<\(action)Response/>")
    }
    let run = ProcedureRun(IAMIdentity.delete(target), answers)
    #expect(run.failure == nil)
    #expect(
      run.calls.map { text($0).dropFirst("Action=".count).prefix { $0 != "&" } } == [
        "ListAccessKeys", "ListAccessKeys", "DeleteAccessKey", "DetachUserPolicy", "ListUserPolicies",
        "DeleteUserPolicy", "DeleteUser",
      ])
    #expect(text(run.calls[2]).contains("AccessKeyId=A") && text(run.calls[3]).contains("PolicyArn=arn%3Ap"))
    // A plan lists the same calls without looking.
    #expect(
      IAMIdentity.delete(target).plannedCalls.map { text($0).dropFirst("Action=".count).prefix { $0 != "&" } } == [
        "DeleteAccessKey", "DetachUserPolicy", "DeleteUserPolicy", "DeleteUser",
      ])
    let holds = ProcedureRun(IAMHolds.holds(target), answers).output ?? []
    #expect(
      holds.map(\.words) == [
        "access key B was made by others", "policy arn:q was attached by others",
        "inline policy theirs was written by others",
        "somebody signs in as it with a password",
      ])
    #expect(holds.map(\.isPurged) == [true, true, true, false])
  }

  @Test("A key is taken from the answer once, and an answer without one is broken") func keys() {
    let made = ProcedureRun(IAMKeys.issuer.create(target("accessKey"))) { _ in
      Reply(
        200,
        "<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey><AccessKeyId>AKIA1</AccessKeyId><SecretAccessKey>s</SecretAccessKey></AccessKey></CreateAccessKeyResult></CreateAccessKeyResponse>"
      )
    }
    #expect(made.output?.id == "AKIA1" && made.calls.map(\.idempotent) == [false])
    let broken = ProcedureRun(IAMKeys.issuer.create(target("accessKey"))) { _ in
      Reply(200, "<CreateAccessKeyResponse><CreateAccessKeyResult/></CreateAccessKeyResponse>")
    }
    #expect(broken.failure?.kind == .protocolBroken)
  }

  @Test("Cooper's own policies: planning reads and nothing else") func own() {
    let reads = CooperPermissions.reads
    #expect(reads.contains("s3:GetLifecycleConfiguration") && reads.contains("s3:ListBucket"))
    #expect(reads.allSatisfy { $0.hasPrefix("s3:Get") || $0.hasPrefix("s3:List") })
    #expect(
      CooperPermissions.changes.allSatisfy { !$0.contains("Object") || $0 == "s3:PutBucketObjectLockConfiguration" })
  }
}
