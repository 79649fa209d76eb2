import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import GCSProvider

@Suite("HMAC keys of service accounts") struct HMACKeyTests {
  private let site = GCSFixture.site
  private let email = "velero@acme-prod.iam.gserviceaccount.com"

  @Test("made once, and the secret is a secret from the first byte") func create() throws {
    let answer = "{\"kind\": \"storage#hmacKey\", \"secret\": \"canary/+=\", \"metadata\": {\"accessId\": \"GOOG1E\"}}"
    let run = ProcedureRun(HMACKeys.create(for: email, on: site)) { _ in Reply(200, answer) }
    let made = try #require(run.output)
    #expect(made.id == "GOOG1E" && made.secret.withBytes { String(decoding: $0, as: UTF8.self) } == "canary/+=")
    #expect(!"\(made)".contains("canary"))
    #expect(run.calls.map(\.idempotent) == [false] && run.calls[0].query == [QueryItem("serviceAccountEmail", email)])
    #expect(run.calls[0].permissions.first == Permission("storage.hmacKeys.create", on: "projects/acme-prod"))
    let cut = ProcedureRun(HMACKeys.create(for: email, on: site)) { _ in Reply(200, "{\"kind\": \"storage#hmacKey\"}") }
    #expect(cut.failure?.kind == .protocolBroken)
  }

  @Test("an account that was just made is asked for again; any other refusal ends it, and no key is made twice")
  func newAccount() throws {
    let issuer = try #require(GCSIdentity.kind.keys)
    let target = IdentityFixture.target
    var answers = [Reply.google(404, "notFound"), .google(400, "invalid", "Service account x does not exist.")]
    let run = ProcedureRun(issuer.create(target)) { _ in
      answers.isEmpty
        ? Reply(200, "{\"kind\": \"storage#hmacKey\", \"secret\": \"s\", \"metadata\": {\"accessId\": \"A\"}}")
        : answers.removeFirst()
    }
    #expect(run.output?.id == "A" && run.calls.count == 3)
    let broken = ProcedureRun(issuer.create(target)) { _ in .google(500, "backendError") }
    #expect(broken.calls.count == 1 && broken.failure?.mayHaveHappened == true)
    let denied = ProcedureRun(issuer.create(target)) { _ in .google(403, "forbidden") }
    #expect(denied.calls.count == 1 && denied.failure?.permission?.action == "storage.hmacKeys.create")
  }

  @Test("listed page by page, with their states; deleted ones are none") func list() {
    func page(_ id: String, _ state: String, next: String?) -> Reply {
      var page: ValueMap = [
        "kind": "storage#hmacKeysMetadata",
        "items": [
          ["accessId": .string(id), "state": .string(state), "serviceAccountEmail": .string(email), "etag": "e"],
          ["accessId": "Z", "state": "DELETED", "serviceAccountEmail": .string(email)],
        ],
      ]
      if let next { page["nextPageToken"] = .string(next) }
      return .json(page)
    }
    let run = ProcedureRun(HMACKeys.list(of: email, on: site)) { call in
      call.query.contains { $0.name == "pageToken" } ? page("B", "INACTIVE", next: nil) : page("A", "ACTIVE", next: "2")
    }
    #expect(
      run.output == [
        IssuedKey(id: "A", isActive: true, revision: "e"), IssuedKey(id: "B", isActive: false, revision: "e"),
      ])
    let strange = ProcedureRun(HMACKeys.list(of: email, on: site)) { _ in page("A", "ASLEEP", next: nil) }
    #expect(strange.failure?.kind == .protocolBroken)
  }

  @Test("deactivated under its ETag before it is deleted; gone already is done") func remove() throws {
    let key = IssuedKey(id: "A", isActive: true, revision: "e1")
    let off = ProcedureRun(HMACKeys.deactivate(key, on: site)) { _ in .json(["kind": "storage#hmacKeyMetadata"]) }
    #expect(off.output != nil && off.calls[0].path == ["projects", "acme-prod", "hmacKeys", "A"])
    #expect(try ValueJSON.decode(off.calls[0].body) == ["state": "INACTIVE", "etag": "e1"])
    #expect(
      ProcedureRun(HMACKeys.deactivate(key, on: site)) { _ in .google(412, "conditionNotMet") }.failure?.kind
        == .conflict)
    #expect(ProcedureRun(HMACKeys.delete(key, on: site)) { _ in .google(404, "notFound") }.output != nil)
    #expect(ProcedureRun(HMACKeys.delete(key, on: site)) { _ in .google(400, "invalid") }.failure?.kind == .invalid)
  }

  @Test("all of an account: each is switched off first, as Google demands") func removeAll() {
    let run = ProcedureRun(HMACKeys.removeAll(of: email, on: site)) { call in
      switch call.method {
      case .get:
        .json([
          "kind": "storage#hmacKeysMetadata",
          "items": [["accessId": "A", "state": "ACTIVE"], ["accessId": "B", "state": "INACTIVE"]],
        ])
      case .put: .json(["kind": "storage#hmacKeyMetadata"])
      default: Reply(status: 204)
      }
    }
    #expect(run.output != nil && run.methods == [.get, .put, .delete, .delete])
    #expect(run.calls.map { $0.path.last } == ["hmacKeys", "A", "A", "B"])
  }
}
