import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import GCSProvider

@Suite("GCS buckets are found, made, listed, counted, emptied and deleted") struct GCSBucketTests {
  private let target = GCSFixture.target()

  @Test("found by a GET; of another project it is foreign; 404 is absent; 403 is neither") func find() {
    var store = GCSStore()
    func run(agent: Reply) -> ProcedureRun<Found> {
      ProcedureRun(FindBucket(target)) { $0.path.last == "serviceAccount" ? agent : store.answer($0) }
    }
    func agent(_ number: String) -> Reply {
      .json([
        "kind": "storage#serviceAccount",
        "email_address": .string("service-\(number)@gs-project-accounts.iam.gserviceaccount.com"),
      ])
    }
    #expect(run(agent: agent("4711")).output == .present(region: "europe-west1"))
    #expect(run(agent: agent("815")).output == .foreign("project number 4711"))
    #expect(run(agent: .google(403, "forbidden")).output == .present(region: "europe-west1"))
    store.readAnswer = .google(404, "notFound")
    #expect(run(agent: agent("4711")).output == .absent)
    store.readAnswer = .google(403, "forbidden")
    #expect(run(agent: agent("4711")).failure?.kind == .denied)
    store.readAnswer = Reply(200, "<html>")
    #expect(run(agent: agent("4711")).failure?.kind == .protocolBroken)
  }

  @Test("made in the project and location, with uniform access; a name that is taken is a conflict") func create()
    throws
  {
    let made = ProcedureRun(CreateBucket.procedure(target)) { _ in .json(GCSStore().document) }
    let call = try #require(made.calls.first)
    #expect(made.output != nil && !call.idempotent && call.query.first == QueryItem("project", "acme-prod"))
    #expect(
      try ValueJSON.decode(call.body) == [
        "name": "acme-data", "location": "europe-west1",
        "iamConfiguration": ["uniformBucketLevelAccess": ["enabled": true]],
      ])
    let taken = ProcedureRun(CreateBucket.procedure(target)) { _ in .google(409, "conflict") }
    #expect(taken.failure?.kind == .conflict && taken.failure?.message.contains("names of buckets are global") == true)
  }

  @Test("deleted when empty; with data a conflict; gone already is done") func delete() {
    func run(_ reply: Reply) -> ProcedureRun<Void> { ProcedureRun(DeleteBucket.procedure(target)) { _ in reply } }
    #expect(run(Reply(status: 204)).failure == nil && run(.google(404, "notFound")).failure == nil)
    #expect(run(.google(409, "conflict")).failure?.kind == .conflict)
  }

  @Test("listed by project, page by page") func list() {
    let pages: [String?: ValueMap] = [
      nil: [
        "kind": "storage#buckets", "nextPageToken": "2",
        "items": [["name": "a", "location": "EU"], ["name": "b", "location": "EUROPE-WEST1"]],
      ],
      "2": ["kind": "storage#buckets", "items": [["name": "c"]]],
    ]
    let run = ProcedureRun(ListBuckets(GCSFixture.site)) { call in
      .json(pages[call.query.first { $0.name == "pageToken" }?.value] ?? ValueMap())
    }
    #expect(
      run.output == [
        Listed(name: "a", region: "EU"), Listed(name: "b", region: "europe-west1"), Listed(name: "c", region: nil),
      ])
    #expect(run.calls.allSatisfy { $0.query.first == QueryItem("project", "acme-prod") })
    #expect(ProcedureRun(ListBuckets(GCSFixture.site)) { _ in .google(403, "forbidden") }.failure?.kind == .denied)
  }

  private func filled(_ count: Int) -> GCSStore {
    var store = GCSStore()
    store.objects = (0..<count).map { GCSStore.StoredObject(name: "a/\($0 / 2) ü", generation: "\($0)", size: 10) }
    return store
  }

  @Test("counted by generation, up to a limit") func contents() {
    var store = filled(5)
    #expect(
      ProcedureRun(BucketContents.count(target, limit: 100)) { store.answer($0) }.output
        == Contents(objects: 5, bytes: 50))
    #expect(
      ProcedureRun(BucketContents.count(target, limit: 2)) { store.answer($0) }.output
        == Contents(objects: 2, bytes: 20, complete: false))
  }

  @Test("emptied of every generation, and of nothing without its generation") func empty() {
    var store = filled(7)
    let run = ProcedureRun(BucketContents.empty(target)) { store.answer($0) }
    #expect(run.output != nil && store.objects.isEmpty)
    let deletions = run.calls.filter { $0.method == .delete }
    #expect(deletions.count == 7 && deletions.allSatisfy { $0.query.first?.name == "generation" })
  }

  @Test("an object under retention ends the emptying with the service's words") func held() {
    var store = filled(1)
    store.writeAnswer = .google(403, "retentionPolicyNotMet", "Object is subject to the bucket's retention policy")
    let run = ProcedureRun(BucketContents.empty(target)) { store.answer($0) }
    #expect(run.failure?.kind == .invalid && run.failure?.message.contains("retention policy") == true)
  }

  @Test("what is listed again and again ends") func endless() {
    var store = filled(1)
    let run = ProcedureRun(BucketContents.empty(target)) { call in
      call.method == .delete ? Reply(status: 204) : store.answer(call)
    }
    #expect(run.failure?.code == "NotEmptied")
  }

  @Test("the revision is the metageneration, out of the call of the facets") func revision() {
    var store = GCSStore()
    store.metageneration = 12
    let run = ProcedureRun(BucketDocument.revision(target)) { store.answer($0) }
    #expect(run.output == "12" && run.calls == [BucketDocument.get(target)])
    #expect(GCSBucket.kind.revision != nil)
  }

  @Test("calls of the bucket are the recorded ones") func goldens() {
    let first = [BucketDocument.get(target), CreateBucket.call(target)]
    let rest =
      ListBuckets(GCSFixture.site).plannedCalls + DeleteBucket.procedure(target).plannedCalls
      + BucketContents.empty(target).plannedCalls + [ProjectAgent.call(GCSFixture.site)]
    let text = (first + rest).map(\.golden).joined(separator: "---\n")
    #expect(Golden().difference(text, "bucket.calls.txt") == nil)
  }
}
