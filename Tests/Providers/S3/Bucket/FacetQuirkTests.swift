import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import S3Provider

@Suite("Quirks of versioning, encryption, public access, ownership, CORS and tags") struct FacetQuirkTests {
  @Test("quirk 1: absence has a code of its own for each sub-resource, NoSuchBucket is never one of them")
  func absence() {
    for facet in S3Bucket.facets {
      let call = facet.read(S3Fixture.target()).plannedCalls[0]
      let run = ProcedureRun(facet.read(S3Fixture.target())) { _ in S3Fixture.store.absent(call.query[0].name) }
      let expected: Observed<Value> = facet.name == "publicAccess" ? .present("allowed") : .absent
      #expect(run.output == expected, "\(facet.name)")
    }
  }

  @Test("quirk 1: 200 with an empty body means that nothing is set") func emptyBody() {
    for facet in S3Bucket.facets {
      let run = ProcedureRun(facet.read(S3Fixture.target())) { _ in Reply(200) }
      let expected: Observed<Value> = facet.name == "publicAccess" ? .present("allowed") : .absent
      #expect(run.output == expected, "\(facet.name)")
    }
  }

  @Test("quirk 1: an AWS call names the account the bucket must belong to, others never do") func expectedOwner() {
    func owner(_ target: Target) -> String? {
      S3CORS.sub.get(target).headers.first { $0.name == "x-amz-expected-bucket-owner" }?.value
    }
    #expect(owner(S3Fixture.target()) == "111122223333")
    #expect(owner(S3Fixture.target(account: nil)) == nil)
    #expect(owner(S3Fixture.target("minio")) == nil)
  }

  @Test("quirk 6: permissions are IAM's names, and a deletion needs that of the write") func permissions() throws {
    func actions(_ facet: AnyFacet) throws -> [String] {
      guard
        case .procedure(let clear) = try facet.write(FacetChange(before: nil, after: nil), S3Fixture.target()).content
      else { return [] }
      return clear.plannedCalls.flatMap { $0.permissions.map(\.action) }
    }
    #expect(try actions(AnyFacet(S3CORS.self)) == ["s3:GetBucketCORS", "s3:PutBucketCORS"])
    #expect(try actions(AnyFacet(S3Policy.self)) == ["s3:GetBucketPolicy", "s3:DeleteBucketPolicy"])
    #expect(
      try actions(AnyFacet(S3Encryption.self)) == ["s3:GetEncryptionConfiguration", "s3:PutEncryptionConfiguration"])
    #expect(
      try actions(AnyFacet(S3Lifecycle.self)) == ["s3:GetLifecycleConfiguration", "s3:PutLifecycleConfiguration"])
    #expect(try actions(AnyFacet(S3Tags.self)) == ["s3:GetBucketTagging", "s3:PutBucketTagging"])
  }

  @Test("quirk 2 versioning: never versioned is not suspended") func versioning() {
    #expect(observed(S3Versioning.self, Reply(200, "<VersioningConfiguration/>")) == .absent)
    #expect(
      observed(S3Versioning.self, Reply(200, "<VersioningConfiguration><Status/></VersioningConfiguration>")) == .absent
    )
    let suspended =
      "<VersioningConfiguration><MfaDelete>Disabled</MfaDelete><Status>Suspended</Status></VersioningConfiguration>"
    #expect(observed(S3Versioning.self, Reply(200, suspended)) == .present("suspended"))
  }

  @Test("quirk 2 versioning: there is no way back to unversioned") func versioningBack() {
    #expect(throws: CallFailure.self) { try calls(S3Versioning.self, from: .enabled, to: nil) }
    let target = S3Fixture.target()
    #expect(S3Versioning.risks(.init(before: nil, after: .enabled), on: target).map(\.kind) == [.irreversible])
    #expect(S3Versioning.risks(.init(before: .enabled, after: .suspended), on: target).map(\.kind) == [.losesData])
    #expect(S3Versioning.risks(.init(before: .suspended, after: .enabled), on: target).isEmpty)
  }

  private func encryption(_ xml: String) -> Observed<Value>? {
    observed(
      S3Encryption.self,
      Reply(200, "<ServerSideEncryptionConfiguration><Rule>\(xml)</Rule></ServerSideEncryptionConfiguration>"))
  }

  private static let aes =
    "<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>"

  @Test("quirk 2 encryption: a bucket key that is off is no bucket key") func bucketKey() {
    #expect(encryption(Self.aes + "<BucketKeyEnabled>false</BucketKeyEnabled>") == .present(["algorithm": "AES256"]))
    #expect(encryption(Self.aes) == .present(["algorithm": "AES256"]))
  }

  @Test("quirk 2 encryption: cleared is AES256 on AWS and nothing elsewhere") func encryptionCleared() throws {
    let facet = AnyFacet(S3Encryption.self)
    #expect(try facet.canonical([:], S3Fixture.target().site) == ["algorithm": "AES256"])
    #expect(try facet.canonical([:], S3Fixture.target("minio").site) == facet.schema.cleared)
    let made = try calls(S3Encryption.self, from: Encryption(.kms), to: nil) { call in
      call.method == .get
        ? Reply(200, "<ServerSideEncryptionConfiguration><Rule/></ServerSideEncryptionConfiguration>") : Reply(204)
    }
    #expect(made.map(\.method) == [.get, .delete])
  }

  @Test("quirk 2 encryption: what is blocked and not managed is not compared, and carried through") func blocked()
    throws
  {
    let blocked = "<BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType></BlockedEncryptionTypes>"
    guard case .present(let value)? = encryption(Self.aes + blocked) else { throw CallFailure(.invalid, code: "", "") }
    #expect(value["blockedEncryptionTypes"] == ["SSE-C"])
    let facet = AnyFacet(S3Encryption.self)
    #expect(facet.comparable(value, to: ["algorithm": "AES256"], on: S3Fixture.target()) == ["algorithm": "AES256"])
    #expect(facet.comparable(value, to: ["blockedEncryptionTypes": []], on: S3Fixture.target()) == value)
    let made = try calls(S3Encryption.self, from: nil, to: Encryption(.kms)) { call in
      guard call.method == .get else { return Reply(200) }
      let rule = "<Rule>\(Self.aes)\(blocked)</Rule>"
      return Reply(200, "<ServerSideEncryptionConfiguration>\(rule)</ServerSideEncryptionConfiguration>")
    }
    #expect(made.map(\.method) == [.get, .put])
    #expect(made.last?.text.contains(blocked) == true)
  }

  @Test("quirk 2 encryption: NONE and an empty list are one") func nothingBlocked() {
    let none = "<BlockedEncryptionTypes><EncryptionType>NONE</EncryptionType></BlockedEncryptionTypes>"
    #expect(
      encryption(Self.aes + none) == .present(["algorithm": "AES256", "blockedEncryptionTypes": []]))
  }

  @Test("quirk 2 encryption: an unknown algorithm is no guess") func unknownAlgorithm() {
    let xml = """
      <ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>new</SSEAlgorithm>\
      </ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>
      """
    let run = ProcedureRun(S3Encryption.read(S3Fixture.target())) { _ in Reply(200, xml) }
    #expect(run.failure?.kind == .protocolBroken)
  }

  @Test("quirk 2 public access block: four flags are always sent; unset and all off are one") func publicAccess() throws
  {
    let put = try #require(
      try calls(S3PublicAccess.self, from: nil, to: PublicAccess(blockPublicAcls: true)).last)
    for flag in ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"] {
      #expect(put.text.contains("<\(flag)>"), "\(flag)")
    }
    #expect(
      observed(S3PublicAccess.self, .error(404, "NoSuchPublicAccessBlockConfiguration")) == .present("allowed"))
    let partial =
      "<PublicAccessBlockConfiguration><BlockPublicAcls>TRUE</BlockPublicAcls></PublicAccessBlockConfiguration>"
    #expect(
      observed(S3PublicAccess.self, Reply(200, partial)) == .present(PublicAccess(blockPublicAcls: true).value))
  }

  @Test("quirk 2 public access block: tightened first, loosened late, a public policy after that") func order() throws {
    let target = S3Fixture.target()
    func rank<F: Facet>(_ facet: F.Type, _ before: F.Model?, _ after: F.Model?) throws -> Int {
      try F.write(FacetChange(before: before, after: after), on: target).rank
    }
    func policy(_ principal: Value, effect: Value = "Allow") -> BucketPolicy {
      BucketPolicy([
        "Statement": [
          [
            "Effect": effect, "Principal": principal, "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::acme-data/*",
          ]
        ]
      ])
    }
    let ranks = [
      try rank(S3Ownership.self, nil, .bucketOwnerEnforced),
      try rank(S3PublicAccess.self, .allowed, .blocked),
      try rank(S3Encryption.self, nil, Encryption(.aes256)),
      try rank(S3Versioning.self, nil, .enabled),
      try rank(S3Policy.self, nil, policy(["AWS": "111122223333"])),
      try rank(S3CORS.self, nil, [CORSRule(origins: ["*"], methods: ["GET"])]),
      try rank(S3PublicAccess.self, .blocked, .allowed),
      try rank(S3Policy.self, nil, policy("*")),
    ]
    #expect(ranks == ranks.sorted())
    #expect(Set(ranks).count == ranks.count)
    #expect(try rank(S3Policy.self, nil, policy("*", effect: "Deny")) == FacetRank.policy)
    #expect(
      S3PublicAccess.risks(.init(before: .blocked, after: PublicAccess(blockPublicAcls: true)), on: target)
        .map(\.message) == ["no longer blocked: ignorePublicAcls, blockPublicPolicy, restrictPublicBuckets"])
    #expect(S3PublicAccess.risks(.init(before: .allowed, after: .blocked), on: target).isEmpty)
  }

  @Test("quirk 2 CORS: rules are a list, the lists inside are sets") func corsOrder() throws {
    let facet = AnyFacet(S3CORS.self)
    let target = S3Fixture.target()
    let one: Value = [["origins": ["b", "a", "a"], "methods": ["PUT", "GET"], "headers": []]]
    let other: Value = [["origins": ["a", "b"], "methods": ["GET", "PUT"]]]
    #expect(try facet.canonical(one, target.site) == facet.canonical(other, target.site))
    let two: Value = [["origins": ["a"], "methods": ["GET"]], ["origins": ["b"], "methods": ["GET"]]]
    let swapped: Value = [["origins": ["b"], "methods": ["GET"]], ["origins": ["a"], "methods": ["GET"]]]
    #expect(try facet.canonical(two, target.site) != facet.canonical(swapped, target.site))
    #expect(try facet.canonical(two, target.site).list?.count == 2)
  }

  @Test("quirk 2 CORS: MaxAgeSeconds 0 is kept apart from absent, an id is never invented") func corsZero() throws {
    func text(_ maxAge: TimeSpan?) throws -> String {
      try calls(S3CORS.self, from: [], to: [CORSRule(origins: ["*"], methods: ["GET"], maxAge: maxAge)]).last?.text
        ?? ""
    }
    #expect(try text(TimeSpan(seconds: 0)).contains("<MaxAgeSeconds>0</MaxAgeSeconds>"))
    #expect(try !text(nil).contains("MaxAgeSeconds"))
    #expect(try !text(nil).contains("<ID>"))
    let zero =
      "<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin><MaxAgeSeconds>0</MaxAgeSeconds></CORSRule></CORSConfiguration>"
    #expect(
      observed(S3CORS.self, Reply(200, zero)) == .present([["origins": ["*"], "methods": ["GET"], "maxAge": "0s"]]))
  }

  @Test("quirk 2 CORS: an empty list is a DELETE, never an empty document") func corsEmpty() throws {
    let made = try calls(S3CORS.self, from: [], to: []) { call in
      call.method == .get ? Reply(200, "<CORSConfiguration/>") : Reply(204)
    }
    #expect(made.map(\.method) == [.get, .delete])
    #expect(try calls(S3CORS.self, from: [], to: []) { _ in .error(404, "NoSuchCORSConfiguration") }.count == 1)
  }

  @Test("CORS for every origin widens access, once") func corsRisk() {
    func risks(_ before: [CORSRule], _ after: [CORSRule]) -> [Risk.Kind] {
      S3CORS.risks(.init(before: before, after: after), on: S3Fixture.target()).map(\.kind)
    }
    let star = [CORSRule(origins: ["*"], methods: ["GET"])]
    #expect(risks([], star) == [.widensAccess])
    #expect(risks(star, star) == [])
    #expect(risks(star, [CORSRule(origins: ["*"], methods: ["GET", "PUT"])]) == [.widensAccess])
    #expect(risks([], [CORSRule(origins: ["https://a.example"], methods: ["PUT"])]) == [])
  }

  @Test("quirk 2 tags: aws: keys are neither compared nor sent") func systemTags() throws {
    let there = """
      <Tagging><TagSet><Tag><Key>aws:cloudformation:stack-name</Key><Value>s</Value></Tag>\
      <Tag><Key>team</Key><Value>a</Value></Tag></TagSet></Tagging>
      """
    #expect(observed(S3Tags.self, Reply(200, there)) == .present(["team": "a"]))
    let put = try #require(try calls(S3Tags.self, from: [:], to: ["team": "b", "aws:x": "y"]).last)
    #expect(!put.text.contains("aws:"))
  }

  @Test("quirk 2 tags: an empty set reads as absent") func emptyTags() {
    #expect(observed(S3Tags.self, Reply(200, "<Tagging><TagSet/></Tagging>")) == .absent)
    #expect(observed(S3Tags.self, .error(404, "NoSuchTagSet")) == .absent)
  }

  @Test("quirk 3 R2: a 200 with another root element is unsupported, and says which") func wrongRoot() {
    let run = ProcedureRun(S3Tags.read(S3Fixture.target("s3"))) { _ in Reply(200, "<ListBucketResult/>") }
    guard case .unsupported(let reason)? = run.output else {
      Issue.record("not unsupported")
      return
    }
    #expect(reason.contains("ListBucketResult"))
    #expect(reason.contains("GET ?tagging"))
  }
}
