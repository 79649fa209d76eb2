import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import AzureProvider

@Suite("Azure: finding, making, counting, emptying and deleting") struct AzureProcedureTests {
  private let account = AzureFixture.account()
  private let ready = Reply.arm(
    200,
    [
      "type": "Microsoft.Storage/storageAccounts", "location": "westeurope",
      "properties": ["provisioningState": "Succeeded"],
    ])
  private let operation =
    "https://management.azure.com/subscriptions/s/providers/Microsoft.Storage/locations/we/asyncoperations/1?api-version=x&t=1%2F2"

  @Test("an account is made by an operation that is followed to its end") func longRunning() {
    var replies = [
      Reply(202, headers: [Header("Location", operation), Header("Retry-After", "17")]), Reply(202), ready, ready,
    ]
    let run = ProcedureRun(CreateAccount.procedure(account)) { _ in replies.removeFirst() }
    #expect(run.failure == nil && run.methods == [.put, .get, .get, .get])
    #expect(run.calls[1].path.suffix(2) == ["asyncoperations", "1"])
    #expect(run.calls[1].query.last == QueryItem("t", "1/2"))
    #expect(run.calls[0].idempotent == false)
  }

  @Test("an operation that tells its standing ends with its status") func asyncOperation() {
    let header = Header("Azure-AsyncOperation", operation)
    var replies = [
      Reply(201, headers: [header]), .arm(200, ["status": "InProgress"]), .arm(200, ["status": "Succeeded"]), ready,
      ready,
    ]
    #expect(ProcedureRun(CreateAccount.procedure(account)) { _ in replies.removeFirst() }.failure == nil)
    replies = [
      Reply(202, headers: [header]),
      .arm(200, ["status": "Failed", "error": ["code": "QuotaExceeded", "message": "too many accounts"]]),
    ]
    let failed = ProcedureRun(CreateAccount.procedure(account)) { _ in replies.removeFirst() }
    #expect(failed.failure?.code == "QuotaExceeded" && failed.failure?.message == "too many accounts")
  }

  @Test("the pause is what the service says, or doubles") func pauses() {
    var procedure: any Procedure<Reply> = LongRunning(
      ArmCall.account(.delete, AccountPlace(account), needs: "x"), on: account.site)
    _ = procedure.next(nil)
    guard
      case .wait(.seconds(17)) = procedure.next(
        Reply(202, headers: [Header("Location", operation), Header("Retry-After", "17")]))
    else {
      Issue.record("no pause as told")
      return
    }
    _ = procedure.next(nil)
    guard case .wait(.milliseconds(500)) = procedure.next(Reply(202)) else {
      Issue.record("no pause of its own")
      return
    }
  }

  @Test("an operation at another host is not followed: no token goes there") func foreignOperation() {
    let reply = Reply(202, headers: [Header("Location", "https://evil.example/subscriptions/s")])
    let run = ProcedureRun(CreateAccount.procedure(account)) { _ in reply }
    #expect(run.failure?.code == "ForeignAddress" && run.methods == [.put])
    #expect(run.failure?.mayHaveHappened == true)
  }

  @Test("200 right away is an account that was there; a taken name is a conflict") func conflicts() {
    #expect(ProcedureRun(CreateAccount.procedure(account)) { _ in ready }.failure?.kind == .conflict)
    let taken = Reply.armError(409, "StorageAccountAlreadyTaken")
    #expect(ProcedureRun(CreateAccount.procedure(account)) { _ in taken }.failure?.kind == .conflict)
    for status in [200, 409] {
      let run = ProcedureRun(Container.kind.create(AzureFixture.container())) { _ in .arm(status, [:]) }
      #expect(run.failure?.kind == .conflict)
    }
  }

  @Test("a free name is absent, a taken one foreign, and who may not ask learns it later") func finding() {
    func find(_ answer: Reply) -> Found? {
      var replies = [Reply.armError(404, "ResourceNotFound"), answer]
      return ProcedureRun(StorageAccount.kind.find(account)) { _ in replies.removeFirst() }.output
    }
    #expect(find(.arm(200, ["nameAvailable": true])) == .absent)
    guard case .foreign? = find(.arm(200, ["nameAvailable": false, "reason": "AlreadyExists"])) else {
      Issue.record("a taken name is not foreign")
      return
    }
    #expect(find(.armError(403, "AuthorizationFailed")) == .absent)
    #expect(
      ProcedureRun(StorageAccount.kind.find(account)) { _ in .armError(403, "AuthorizationFailed") }.failure?.kind
        == .denied)
  }

  @Test("a container is absent without its account too; 403 is unknown") func findingContainers() {
    for code in ["ContainerNotFound", "ResourceNotFound", "ResourceGroupNotFound"] {
      #expect(
        ProcedureRun(Container.kind.find(AzureFixture.container())) { _ in .armError(404, code) }.output == .absent)
    }
    let denied = ProcedureRun(Container.kind.find(AzureFixture.container())) { _ in
      .armError(403, "AuthorizationFailed")
    }
    #expect(denied.failure?.kind == .denied)
  }

  @Test("an account that holds containers is not deleted") func deletingAccounts() {
    let full = ProcedureRun(StorageAccount.kind.delete(account)) { _ in .arm(200, ["value": [["name": "daily"]]]) }
    #expect(full.failure?.kind == .conflict && full.methods == [.get])
    let empty = ProcedureRun(StorageAccount.kind.delete(account)) { $0.reads ? .arm(200, ["value": []]) : Reply(200) }
    #expect(empty.failure == nil && empty.methods == [.get, .delete])
    let wrong = ProcedureRun(StorageAccount.kind.delete(account)) { _ in .arm(200, ["elements": []]) }
    #expect(wrong.failure != nil && wrong.methods == [.get])
  }

  private func list(_ names: [String], next: String = "") -> Reply {
    let blobs = names.map {
      "<Blob><Name>\($0)</Name><Properties><Content-Length>7</Content-Length></Properties></Blob>"
    }
    return Reply(
      200, "<EnumerationResults><Blobs>\(blobs.joined())</Blobs><NextMarker>\(next)</NextMarker></EnumerationResults>")
  }

  @Test("a container that holds blobs is not deleted", arguments: ["token", "accountKey"])
  func deletingContainers(_ access: String) {
    let target = AzureFixture.container(access)
    let full = ProcedureRun(Container.kind.delete(target)) { _ in list(["a"]) }
    #expect(full.failure?.kind == .conflict && full.methods == [.get])
    var replies = [list([], next: "m"), list([]), Reply(202)]
    let empty = ProcedureRun(Container.kind.delete(target)) { _ in replies.removeFirst() }
    #expect(empty.failure == nil && empty.methods == [.get, .get, .delete])
    #expect(empty.calls.last?.service == (access == "token" ? "arm" : "blob"))
    let wrong = ProcedureRun(Container.kind.delete(target)) { _ in Reply(200, "<ListBucketResult/>") }
    #expect(wrong.failure?.kind == .unsupported && wrong.methods == [.get])
  }

  @Test("blobs, versions and snapshots are counted page by page, to a limit") func counting() {
    var replies = [list(["a", "b"], next: "m"), list(["c"])]
    let target = AzureFixture.container()
    let all = ProcedureRun(Container.kind.contents(target, 10)) { _ in replies.removeFirst() }
    #expect(all.output == Contents(objects: 3, bytes: 21))
    #expect(all.calls[1].query.contains(QueryItem("marker", "m")))
    let some = ProcedureRun(Container.kind.contents(target, 2)) { _ in list(["a", "b"], next: "m") }
    #expect(some.output == Contents(objects: 2, bytes: 14, complete: false))
  }

  @Test("emptying removes what is listed and looks again, and gives up where nothing is gained") func emptying() {
    var blobs = ["a/b c", "d", "e"]
    let target = AzureFixture.container()
    let run = ProcedureRun(Container.kind.empty(target)) { call in
      guard call.method == .delete else { return list(Array(blobs.prefix(2)), next: "") }
      blobs.removeAll { $0 == call.path.dropFirst().joined(separator: "/") }
      return Reply(202)
    }
    #expect(run.failure == nil && blobs.isEmpty)
    #expect(run.calls.contains { $0.headers == [Header("x-ms-delete-snapshots", "include")] })
    let held = ProcedureRun(Container.kind.empty(target)) { $0.method == .delete ? Reply(202) : list(["a"]) }
    #expect(held.failure?.code == "NotEmptied")
    let version = Reply(
      200,
      "<EnumerationResults><Blobs><Blob><Name>a</Name><VersionId>v1</VersionId></Blob><Blob><Name>a</Name>"
        + "<Snapshot>s1</Snapshot></Blob></Blobs><NextMarker/></EnumerationResults>")
    var first = true
    let versions = ProcedureRun(Container.kind.empty(target)) { call in
      if call.method == .delete { return Reply(202) }
      defer { first = false }
      return first ? version : list([])
    }
    let deletions = versions.calls.filter { $0.method == .delete }.map { $0.query.map(\.name) }
    #expect(deletions == [["snapshot"], ["versionid"]])
  }

  @Test("all accounts of the subscription are listed, page by page, at this host only") func listing() {
    var replies = [
      Reply.arm(
        200,
        [
          "value": [["name": "a", "location": "West Europe"]],
          "nextLink":
            "https://management.azure.com/subscriptions/s/providers/Microsoft.Storage/storageAccounts?%24skipToken=2",
        ]), .arm(200, ["value": [["name": "b", "location": "northeurope"]]]),
    ]
    let run = ProcedureRun(StorageAccount.kind.list(account.site)) { _ in replies.removeFirst() }
    #expect(run.output == [Listed(name: "a", region: "westeurope"), Listed(name: "b", region: "northeurope")])
    #expect(run.calls[1].query == [QueryItem("$skipToken", "2")])
    let foreign = ProcedureRun(StorageAccount.kind.list(account.site)) { _ in
      .arm(200, ["value": [], "nextLink": "https://management.azure.com.evil.example/x"])
    }
    #expect(foreign.failure?.code == "ForeignAddress")
  }

  @Test("a lock is a step of its own, with the ETag of the policy, and needs a consent") func locking() throws {
    var unlocked = Immutability()
    unlocked.period = .days(30)
    var locked = unlocked
    locked.locked = true
    let target = AzureFixture.container()
    let change = FacetChange(before: unlocked, after: locked)
    #expect(AzureImmutability.risks(change, on: target).map(\.kind) == [.locksRetention])
    #expect(AzureImmutability.risks(change, on: target).map(\.needsConsent) == [true])
    var store = AzureStore.account()
    var calls = ProcedureRun(WriteImmutability(target, from: nil, to: unlocked)) { store.answer($0) }.calls
    #expect(calls.map(\.method) == [.get, .put] && calls.last?.headers == [])
    calls = ProcedureRun(WriteImmutability(target, from: unlocked, to: locked)) { store.answer($0) }.calls
    #expect(calls.map(\.method) == [.get, .post] && calls.last?.path.last == "lock")
    #expect(calls.last?.headers.first?.name == "If-Match")
    // Longer is possible, anything else of a locked one is refused in the plan.
    var longer = locked
    longer.period = .days(60)
    calls = ProcedureRun(WriteImmutability(target, from: locked, to: longer)) { store.answer($0) }.calls
    #expect(calls.last?.path.last == "extend")
    #expect(throws: CallFailure.self) {
      _ = try AzureImmutability.write(FacetChange(before: longer, after: locked), on: target)
    }
    #expect(throws: CallFailure.self) {
      _ = try AzureImmutability.write(FacetChange(before: locked, after: unlocked), on: target)
    }
    // Somebody changed it since the plan.
    let moved = ProcedureRun(WriteImmutability(target, from: unlocked, to: locked)) { store.answer($0) }
    #expect(moved.failure?.kind == .stale && moved.methods == [.get])
  }

  @Test("words are held before others are let go, which needs a consent") func holds() throws {
    let target = AzureFixture.container()
    let run = ProcedureRun(WriteLegalHold(target, added: ["b12"], removed: ["a12"])) { _ in .arm(200, [:]) }
    #expect(run.calls.map { $0.path.last } == ["setLegalHold", "clearLegalHold"])
    #expect(AzureLegalHold.risks(FacetChange(before: ["a12"], after: nil), on: target).map(\.kind) == [.losesData])
    #expect(AzureLegalHold.risks(FacetChange(before: nil, after: ["a12"]), on: target) == [])
  }

  @Test("what widens access or loses data is a risk") func risks() {
    func kinds<F: Facet>(_ facet: F.Type, _ before: F.Model?, _ after: F.Model?) -> [Risk.Kind] {
      F.risks(FacetChange(before: before, after: after), on: account).map(\.kind)
    }
    #expect(kinds(AzurePublicAccess.self, .blocked, .allowed) == [.widensAccess])
    #expect(kinds(AzurePublicAccess.self, .allowed, .blocked) == [])
    #expect(kinds(AzureNetworkDefault.self, .deny, .allow) == [.widensAccess])
    #expect(kinds(AzureVersioning.self, .enabled, .suspended) == [.losesData])
    #expect(
      kinds(AzureSoftDelete.self, .init(blobs: .days(14), containers: nil), .init(blobs: .days(7), containers: nil))
        == [.losesData])
    #expect(kinds(AzureAnonymousAccess.self, AnonymousAccess.none, .container) == [.widensAccess])
    #expect(kinds(AzureAnonymousAccess.self, .container, .blob) == [])
    let rule = LifecycleRule(expiration: .init(after: .days(30)))
    let later = LifecycleRule(expiration: .init(after: .days(60)))
    #expect(kinds(AzureLifecycle.self, nil, ["r": rule]) == [.losesData])
    #expect(kinds(AzureLifecycle.self, ["r": rule], ["r": later]) == [])
    #expect(kinds(AzureLifecycle.self, ["r": later], ["r": rule]) == [.losesData])
    #expect(kinds(AzureCORS.self, nil, [CORSRule(origins: ["*"], methods: ["PUT"])]) == [.widensAccess])
  }
}
