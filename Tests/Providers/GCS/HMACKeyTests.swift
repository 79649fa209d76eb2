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
    #expect(made.accessId == "GOOG1E" && made.secret.withBytes { String(decoding: $0, as: UTF8.self) } == "canary/+=")
    #expect(!"\(made)".contains("canary"))
    #expect(run.calls.map(\.idempotent) == [false] && run.calls[0].query == [QueryItem("serviceAccountEmail", email)])
    #expect(run.calls[0].permissions.first == Permission("storage.hmacKeys.create", on: "projects/acme-prod"))
    let cut = ProcedureRun(HMACKeys.create(for: email, on: site)) { _ in Reply(200, "{\"kind\": \"storage#hmacKey\"}") }
    #expect(cut.failure?.kind == .protocolBroken)
  }

  @Test("listed page by page, with their states") func list() {
    func page(_ id: String, _ state: String, next: String?) -> Reply {
      var page: ValueMap = [
        "kind": "storage#hmacKeysMetadata",
        "items": [
          ["accessId": .string(id), "state": .string(state), "serviceAccountEmail": .string(email), "etag": "e"]
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
        HMACKeys.Key(accessId: "A", state: .active, email: email, etag: "e"),
        HMACKeys.Key(accessId: "B", state: .inactive, email: email, etag: "e"),
      ])
  }

  @Test("deactivated under its ETag before it is deleted; gone already is done") func remove() throws {
    let key = HMACKeys.Key(accessId: "A", state: .active, email: email, etag: "e1")
    let off = ProcedureRun(HMACKeys.deactivate(key, on: site)) { _ in .json(["kind": "storage#hmacKeyMetadata"]) }
    #expect(off.output != nil && off.calls[0].path == ["projects", "acme-prod", "hmacKeys", "A"])
    #expect(try ValueJSON.decode(off.calls[0].body) == ["state": "INACTIVE", "etag": "e1"])
    #expect(
      ProcedureRun(HMACKeys.deactivate(key, on: site)) { _ in .google(412, "conditionNotMet") }.failure?.kind
        == .conflict)
    #expect(ProcedureRun(HMACKeys.delete(key, on: site)) { _ in .google(404, "notFound") }.output != nil)
    #expect(ProcedureRun(HMACKeys.delete(key, on: site)) { _ in .google(400, "invalid") }.failure?.kind == .invalid)
  }
}
