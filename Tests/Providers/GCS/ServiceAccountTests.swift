import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import GCSProvider

enum IdentityFixture {
  static let email = "etl-robot@acme-prod.iam.gserviceaccount.com"
  static let target = Target(
    address: Address("identities", "etl"),
    identity: PhysicalIdentity(endpoint: GCSFixture.site.endpoint, name: "etl-robot"), region: nil,
    site: GCSFixture.site)
  static let account = Reply.json(["email": .string(email), "uniqueId": "1"])

  static func grant(_ settings: ValueMap) -> Target {
    var all: ValueMap = ["bucket.bucketName": ["acme-a", "acme-b"], "to": [["gcp": "user:a@acme.example"]]]
    for pair in settings { all[pair.key] = pair.value }
    return Target(
      address: Address("grants", "etl"),
      identity: PhysicalIdentity(endpoint: GCSFixture.site.endpoint, name: "etl"), region: nil, site: GCSFixture.site,
      settings: all)
  }
}

/// The policy of one service account (IAM API, Policy).
struct AccountStore: DocumentStore {
  var policy: ValueMap = [
    "version": 1, "auditConfigs": [],
    "bindings": [["role": "roles/iam.serviceAccountAdmin", "members": ["group:ops@acme.example"]]],
  ]
  var revision = 1
  var readAnswer: Reply?
  var writeAnswer: Reply?

  static let missing = Reply.google(404, "NOT_FOUND")

  mutating func answer(_ call: Call) -> Reply {
    if call.path.last == ":getIamPolicy" { return readAnswer ?? shown }
    if let writeAnswer { return writeAnswer }
    guard call.path.last == ":setIamPolicy",
      let written = (try? ValueJSON.decode(call.body))?["policy"]?.map
    else { return .google(405, "UNIMPLEMENTED") }
    guard written["etag"]?.string == String(revision) else { return .google(409, "ABORTED") }
    policy = written
    revision += 1
    return shown
  }

  private var shown: Reply {
    var shown = policy
    shown["etag"] = .string(String(revision))
    return .json(shown)
  }
}

@Suite("Service accounts and grants at Google") struct ServiceAccountTests {
  private let target = IdentityFixture.target

  private static let trust: Value = [
    ["role": "roles/iam.serviceAccountTokenCreator", "members": [.string(GoogleRights.flashbackMember)]],
    ["role": "roles/iam.serviceAccountUser", "members": [.string(GoogleRights.flashbackMember)]],
  ]

  private var suite: DocumentConformance<AccountStore> {
    DocumentConformance(
      AnyFacet(ServiceAccountTrust.self), of: GCSIdentity.kind, on: target, store: AccountStore(),
      refusals: .init(
        denied: .google(403, "PERMISSION_DENIED"), missing: .google(404, "NOT_FOUND"),
        unauthenticated: .google(401, "UNAUTHENTICATED"), throttled: .google(429, "RESOURCE_EXHAUSTED"),
        unavailable: .google(500, "INTERNAL"), cut: Reply(200, "{\"etag\": \"x"),
        unsupported: [
          .google(405, "UNIMPLEMENTED"), .google(501, "UNIMPLEMENTED"), Reply(200, "{}"), Reply(200, "[]"),
        ]))
  }

  @Test("FB-32 trust conforms: written is read, cleared is gone, 403 is unknown, permissions are declared")
  func conformance() {
    #expect(suite.roundTrip(Self.trust, neighbours: []) == [])
    #expect(suite.refusedReads() == [])
    #expect(suite.refusedWrites(Self.trust) == [])
    #expect(suite.permissions(Self.trust) == [])
  }

  @Test("FB-32 trust leaves roles by which nobody acts as the account, and whatever else the policy holds")
  func others() throws {
    var store = AccountStore()
    _ = try suite.write(FacetChange(before: nil, after: Self.trust), &store)
    #expect(store.policy["bindings"]?.list?.first?["role"] == "roles/iam.serviceAccountAdmin")
    #expect(store.policy["bindings"]?.list?.count == 3 && store.policy["auditConfigs"] == [])
    _ = try suite.write(FacetChange(before: Self.trust, after: nil), &store)
    #expect(store.policy["bindings"]?.list?.count == 1)
  }

  @Test("GCS0123 of the platforms only Flashback acts as a service account, and nobody else is trusted by name")
  func strangers() throws {
    func refined(_ entry: Value, _ type: String?) throws(CallFailure) -> [String: Value] {
      var composition = Composition(target: target, connection: ValueMap(), facets: ["trust": [entry]])
      if let type { composition.parties = ["p": .init(type: type, values: ValueMap())] }
      return try ServiceAccountTrust.refined(composition)
    }
    #expect(try refined(["party": "p"], "flashback") == ["trust": Self.trust])
    for (entry, type) in [(["party": "p"], "palette"), (["party": "p"], nil), (["aws": "arn:x"], nil)]
      as [(Value, String?)]
    {
      let failure = #expect(throws: CallFailure.self) { try refined(entry, type) }
      #expect(
        failure?.code == "GCS0123" && failure?.kind == .invalid && failure?.message.contains("identities.etl") == true)
    }
  }

  @Test("requests are the recorded ones, byte for byte") func goldens() throws {
    var store = AccountStore()
    var calls = ProcedureRun(ServiceAccount.find(target)) { _ in IdentityFixture.account }.calls
    calls += ProcedureRun(ServiceAccount.create(target)) { _ in IdentityFixture.account }.calls
    calls += try suite.write(FacetChange(before: nil, after: Self.trust), &store).calls
    calls += ProcedureRun(ServiceAccount.delete(target)) { _ in Reply(200, "{}") }.calls
    #expect(Golden().difference(calls.map(\.golden).joined(separator: "---\n"), "serviceAccount.txt") == nil)
  }

  @Test("addresses: the verb of a method keeps its colon, an account of another answer is none") func wire() {
    let addressing = GCSAddressing(endpoint: nil)
    #expect(
      addressing.url(of: PolicyPlace.account(IdentityFixture.email, target.site).get)
        == "https://iam.googleapis.com/v1/projects/acme-prod/serviceAccounts/etl-robot%40acme-prod.iam.gserviceaccount.com"
        + ":getIamPolicy?options.requestedPolicyVersion=3")
    #expect(GoogleRights.email("a", project: "acme.example:prod") == "a@prod.acme.example.iam.gserviceaccount.com")
    let local = GCSAddressing(endpoint: EndpointURL(scheme: "http", authority: "127.0.0.1:9"))
    let ours = GCSAddressing(endpoint: EndpointURL(scheme: "https", authority: "storage-x.p.googleapis.com"))
    #expect(local.leavesIAMOpen && !ours.leavesIAMOpen && !addressing.leavesIAMOpen)
    let found = ProcedureRun(ServiceAccount.find(target)) { _ in Reply(200, "{\"email\": \"b@c.example\"}") }
    #expect(found.output == nil && found.failure?.kind == .unsupported)
  }

  @Test("found, absent, and 403 is unknown; what is taken is a conflict; gone already is deleted") func ends() {
    #expect(ProcedureRun(ServiceAccount.find(target)) { _ in IdentityFixture.account }.output == .present(region: nil))
    #expect(ProcedureRun(ServiceAccount.find(target)) { _ in .google(404, "NOT_FOUND") }.output == .absent)
    let denied = ProcedureRun(ServiceAccount.find(target)) { _ in .google(403, "PERMISSION_DENIED") }
    #expect(denied.failure?.kind == .denied && denied.failure?.permission?.action == "iam.serviceAccounts.get")
    let taken = ProcedureRun(ServiceAccount.create(target)) { _ in .google(409, "ALREADY_EXISTS") }
    #expect(taken.failure?.kind == .conflict && taken.calls.map(\.idempotent) == [false])
    #expect(ProcedureRun(ServiceAccount.delete(target)) { _ in .google(404, "NOT_FOUND") }.output != nil)
    var late = [Reply.google(404, "NOT_FOUND")]
    let outputs = ProcedureRun(ServiceAccount.outputs(target)) { _ in
      late.isEmpty ? IdentityFixture.account : late.removeFirst()
    }
    #expect(outputs.output?["email"]?.string == IdentityFixture.email)
  }

  // MARK: Grants

  private static let store: ValueMap = [
    "kind": "storage#policy", "etag": "1",
    "bindings": [["role": "roles/storage.objectViewer", "members": ["user:a@acme.example", "user:eve@acme.example"]]],
  ]

  @Test("a grant reads each of its buckets; one that isn't there gives nobody rights, 403 is unknown") func grantReads()
  {
    let target = IdentityFixture.grant(["allow": "readOnly"])
    let run = ProcedureRun(GrantBindings.read(target)) { call in
      call.bucket == "acme-a" ? .json(Self.store) : .google(404, "notFound")
    }
    guard case .present(let found)? = run.output else {
      Issue.record("nothing is read")
      return
    }
    #expect(found.map(\.bucket) == ["acme-a", "acme-a"] && run.calls.count == 2)
    let denied = ProcedureRun(GrantBindings.read(target)) { _ in .google(403, "forbidden") }
    #expect(denied.failure?.kind == .denied && denied.failure?.permission?.action == "storage.buckets.getIamPolicy")
  }

  @Test("what was there before is nobody's: a grant that this project didn't make is absent; its own is present")
  func grantFound() {
    var target = IdentityFixture.grant(["allow": "readOnly"])
    #expect(ProcedureRun(GCSGrant.kind.find(target)) { _ in .json(Self.store) }.output == .absent)
    target.outputs = ["made": true]
    #expect(ProcedureRun(GCSGrant.kind.find(target)) { _ in .json(Self.store) }.output == .present(region: nil))
    let denied = ProcedureRun(GCSGrant.kind.find(target)) { _ in .google(403, "forbidden") }
    #expect(denied.output == nil && denied.failure?.kind == .denied)
  }

  @Test("deleted, only its own members leave; of a bucket that is gone nothing is asked") func grantDeleted() throws {
    let target = IdentityFixture.grant(["allow": "readOnly"])
    let run = ProcedureRun(GCSGrant.kind.delete(target)) { call in
      call.bucket == "acme-a" ? .json(Self.store) : .google(404, "notFound")
    }
    #expect(run.output != nil && run.methods == [.get, .put, .get])
    let body = try ValueJSON.decode(run.calls[1].body)
    #expect(body["bindings"] == [["role": "roles/storage.objectViewer", "members": ["user:eve@acme.example"]]])
    #expect(body["etag"] == "1")
  }

  @Test("a member that was just made is waited for; one that never comes is told") func unknownMember() {
    let adding: Set = [
      BucketBinding(bucket: "acme-a", IAMBinding.of("roles/storage.objectViewer", "serviceAccount:x@y.example"))
    ]
    var refusals = 8
    let late = ProcedureRun(GrantBindings.changes(adding: adding, removing: [])) { call in
      guard call.method == .put else { return .json(Self.store) }
      refusals -= 1
      return refusals >= 0 ? .google(400, "invalid", "Service account x does not exist.") : .json(Self.store)
    }
    #expect(late.output != nil && late.methods.filter { $0 == .get }.count == 9, "the policy is read anew each time")
    let never = ProcedureRun(GrantBindings.changes(adding: adding, removing: [])) { call in
      call.method == .get ? .json(Self.store) : .google(400, "invalid", "Service account x does not exist.")
    }
    #expect(never.failure?.kind == .invalid && never.calls.count == 22)
  }
}

extension IAMBinding {
  static func of(_ role: String, _ member: String) -> IAMBinding {
    var binding = IAMBinding()
    binding.role = role
    binding.members = [member]
    return binding
  }
}
