import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import S3Provider

@Suite("Finding, making, listing and removing buckets") struct BucketProcedureTests {
  private func find(_ reply: Reply, on target: Target = S3Fixture.target()) -> ProcedureRun<Found> {
    ProcedureRun(S3Bucket.kind.find(target)) { _ in reply }
  }

  @Test("HEAD proves presence and absence; 403 is neither") func head() {
    let region = Header("x-amz-bucket-region", "eu-central-1")
    #expect(find(Reply(200, headers: [region])).output == .present(region: "eu-central-1"))
    #expect(find(Reply(200)).output == .present(region: nil))
    #expect(find(Reply(404)).output == .absent)
    #expect(find(Reply(301, headers: [region])).output == .present(region: "eu-central-1"))
    #expect(find(Reply(400, headers: [region])).output == .present(region: "eu-central-1"))
    #expect(find(Reply(403)).failure?.kind == .denied)
    #expect(find(Reply(403)).failure?.message.contains("another account") == true)
    #expect(find(Reply(503)).failure?.kind == .throttled(retryAfter: nil))
    #expect(find(Reply(400)).failure?.kind == .invalid)
  }

  @Test("quirk 1: LocationConstraint everywhere on AWS but in us-east-1") func location() {
    func text(_ target: Target) -> String { CreateBucket.call(target).text }
    #expect(text(S3Fixture.target()).contains("<LocationConstraint>eu-west-1</LocationConstraint>"))
    #expect(text(S3Fixture.target(region: "us-east-1")).isEmpty)
    #expect(text(S3Fixture.target("s3", region: nil)).isEmpty)
    #expect(text(S3Fixture.target("s3")).contains("eu-west-1"))
    #expect(text(S3Fixture.target("minio")).isEmpty)
    #expect(text(S3Fixture.target("ceph")).isEmpty)
    #expect(text(S3Fixture.target("ceph", region: "zone-b")).contains("zone-b"))
    #expect(!CreateBucket.call(S3Fixture.target()).idempotent)
  }

  @Test("quirk 1: a bucket that is there already is a conflict") func conflict() {
    for code in ["BucketAlreadyOwnedByYou", "BucketAlreadyExists"] {
      let run = ProcedureRun(S3Bucket.kind.create(S3Fixture.target())) { _ in .error(409, code) }
      #expect(run.failure?.kind == .conflict)
    }
  }

  @Test("a bucket that is gone is deleted; one that holds data is a conflict") func delete() {
    let gone = ProcedureRun(S3Bucket.kind.delete(S3Fixture.target())) { _ in .error(404, "NoSuchBucket") }
    #expect(gone.failure == nil)
    let full = ProcedureRun(S3Bucket.kind.delete(S3Fixture.target())) { _ in .error(409, "BucketNotEmpty") }
    #expect(full.failure?.kind == .conflict)
  }

  @Test("listings are paged, regions kept where they are given") func list() {
    let pages = [
      "<Bucket><Name>a</Name><BucketRegion>eu-west-1</BucketRegion></Bucket></Buckets><ContinuationToken>t</ContinuationToken>",
      "<Bucket><Name>b</Name></Bucket></Buckets>",
    ]
    var index = 0
    let run = ProcedureRun(S3Bucket.kind.list(S3Fixture.target().site)) { _ in
      defer { index += 1 }
      return Reply(200, "<ListAllMyBucketsResult><Buckets>\(pages[index])</ListAllMyBucketsResult>")
    }
    #expect(run.output == [Listed(name: "a", region: "eu-west-1"), Listed(name: "b", region: nil)])
    #expect(run.calls.map { $0.query.map(\.name) } == [["max-buckets"], ["max-buckets", "continuation-token"]])
    #expect(run.calls.allSatisfy { $0.bucket == nil })
  }

  @Test("requests of the bucket itself are the recorded ones, byte for byte") func goldens() {
    let target = S3Fixture.target()
    let kind = S3Bucket.kind
    let calls =
      kind.find(target).plannedCalls + kind.create(target).plannedCalls + kind.delete(target).plannedCalls
      + kind.contents(target, 1).plannedCalls + kind.empty(target).plannedCalls + kind.list(target.site).plannedCalls
    let text = calls.map(\.golden).joined(separator: "---\n")
    #expect(Golden("../Goldens").difference(text, "bucket.calls.txt") == nil)
  }

  /// A store with versions, uploads and the limits a test sets.
  struct Objects {
    var versions: [(key: String, id: String)] = []
    var uploads: [String] = []
    var page = 2
    var hasVersions = true
    var hasBatches = true
    var isStuck = false

    mutating func answer(_ call: Call) -> Reply {
      let names = Set(call.query.map(\.name))
      switch call.method {
      case .get where names.contains("versions"): return hasVersions ? list() : .error(501, "NotImplemented")
      case .get where names.contains("list-type"): return listObjects()
      case .get:
        let items = uploads.map { "<Upload><Key>\($0)</Key><UploadId>u</UploadId></Upload>" }.joined()
        return Reply(200, "<ListMultipartUploadsResult>\(items)</ListMultipartUploadsResult>")
      case .post:
        guard hasBatches else { return .error(501, "NotImplemented") }
        let root = (try? XMLReader.read(call.body))?.root
        for object in root?.children("Object") ?? [] { remove(object.text("Key") ?? "") }
        return Reply(200, "<DeleteResult/>")
      case .delete:
        let key = call.path.joined(separator: "/")
        if names.contains("uploadId") { uploads.removeAll { $0 == key } } else { remove(key) }
        return Reply(204)
      default: return Reply(405)
      }
    }

    private mutating func remove(_ key: String) {
      if !isStuck { versions.removeAll { $0.key == key } }
    }

    private func list() -> Reply {
      let items = versions.prefix(page).map {
        "<Version><Key>\(encoded($0.key))</Key><VersionId>\($0.id)</VersionId><Size>10</Size></Version>"
      }
      let more = versions.count > page
      let next = more ? "<NextKeyMarker>\(encoded(versions[page - 1].key))</NextKeyMarker>" : ""
      return Reply(
        200,
        "<ListVersionsResult><EncodingType>url</EncodingType><IsTruncated>\(more)</IsTruncated>\(next)\(items.joined())</ListVersionsResult>"
      )
    }

    private func listObjects() -> Reply {
      let items = versions.prefix(page).map { "<Contents><Key>\(encoded($0.key))</Key><Size>10</Size></Contents>" }
      return Reply(
        200,
        "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>\(versions.count > page)</IsTruncated><NextContinuationToken>t</NextContinuationToken>\(items.joined())</ListBucketResult>"
      )
    }

    private func encoded(_ key: String) -> String {
      key.utf8.map { byte in
        let isPlain = Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber
        return isPlain && byte < 0x80 ? String(Unicode.Scalar(byte)) : "%" + hex(byte)
      }.joined()
    }

    private func hex(_ byte: UInt8) -> String {
      let text = String(byte, radix: 16, uppercase: true)
      return text.count == 1 ? "0" + text : text
    }
  }

  private func empty(_ objects: inout Objects) -> ProcedureRun<Void> {
    var store = objects
    defer { objects = store }
    return ProcedureRun(S3Bucket.kind.empty(S3Fixture.target())) { store.answer($0) }
  }

  private static let keys: [(key: String, id: String)] = [
    ("a/b c+d", "1"), ("ä&<>", "2"), ("//x/", "3"), ("plain", "4"), ("e", "5"),
  ]

  @Test("emptying deletes versions in batches and drops uploads") func emptied() {
    var objects = Objects(versions: Self.keys, uploads: ["u/1", "u2"])
    let run = empty(&objects)
    #expect(run.failure == nil)
    #expect(objects.versions.isEmpty && objects.uploads.isEmpty)
    #expect(run.methods.count(where: { $0 == .post }) == 3)
  }

  @Test("without batches, and for keys XML can't hold, objects are deleted one by one") func single() {
    var objects = Objects(versions: Self.keys, hasBatches: false)
    #expect(empty(&objects).failure == nil)
    #expect(objects.versions.isEmpty)
    var control = Objects(versions: [("a\u{1}b", "1")])
    let run = empty(&control)
    #expect(control.versions.isEmpty)
    #expect(!run.methods.contains(.post))
  }

  @Test("a store without versions is emptied too") func unversioned() {
    var objects = Objects(versions: Self.keys, hasVersions: false)
    #expect(empty(&objects).failure == nil)
    #expect(objects.versions.isEmpty)
  }

  @Test("emptying that gains nothing ends") func stuck() {
    var objects = Objects(versions: Self.keys, isStuck: true)
    let run = empty(&objects)
    #expect(run.failure?.code == "NotEmptied")
    #expect(run.calls.count < 20)
  }

  @Test("a version under retention ends it with the service's words") func retained() {
    let run = ProcedureRun(S3Bucket.kind.empty(S3Fixture.target())) { call in
      call.method == .get
        ? Reply(200, "<ListVersionsResult><Version><Key>k</Key><VersionId>1</VersionId></Version></ListVersionsResult>")
        : Reply(
          200,
          "<DeleteResult><Error><Key>k</Key><Code>AccessDenied</Code><Message>locked</Message></Error></DeleteResult>")
    }
    #expect(run.failure?.kind == .denied)
    #expect(run.failure?.message == "an object could not be deleted: locked")
  }

  @Test("contents are counted, up to a limit") func contents() {
    func count(_ limit: Int) -> Contents? {
      let objects = Objects(versions: Self.keys, page: 5)
      return ProcedureRun(S3Bucket.kind.contents(S3Fixture.target(), limit)) { call in
        var copy = objects
        return copy.answer(call)
      }.output
    }
    #expect(count(10) == Contents(objects: 5, bytes: 50))
    let endless = ProcedureRun(S3Bucket.kind.contents(S3Fixture.target(), 3)) { call in
      let marker = "<NextKeyMarker>k\(call.query.count)\(call.query.last?.value ?? "")</NextKeyMarker>"
      return Reply(
        200,
        "<ListVersionsResult><IsTruncated>true</IsTruncated>\(marker)<Version><Key>k</Key><Size>1</Size></Version><DeleteMarker><Key>k</Key></DeleteMarker></ListVersionsResult>"
      )
    }
    #expect(endless.output == Contents(objects: 4, bytes: 2, complete: false))
    let wrong = ProcedureRun(S3Bucket.kind.contents(S3Fixture.target(), 3)) { _ in Reply(200, "<Other/>") }
    #expect(wrong.failure?.kind == .protocolBroken)
  }
}
