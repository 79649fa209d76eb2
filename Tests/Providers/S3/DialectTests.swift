import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import S3Provider

@Suite("What sets the stores apart") struct DialectTests {
  private func reason(_ facet: String, _ dialect: S3Dialect) -> String? {
    guard case .unsupported(let reason, _)? = dialect.bucketSupport.facets[facet] else { return nil }
    return reason
  }

  private func problems(_ facet: String, _ value: Value, _ dialect: S3Dialect) -> [String] {
    dialect.bucketSupport.facetProblem(facet, value).map { $0.code + " " + $0.path.joined(separator: ".") }
  }

  @Test("The declarations of all stores hold together") func declarations() {
    #expect(DeclarationFindings.of(S3Provider()) == [])
  }

  @Test("What this version writes is held somewhere: no codec without a store") func codecs() {
    for facet in S3Bucket.facets {
      #expect(S3Dialect.all.contains { reason(facet.name, $0) == nil }, "\(facet.name)")
    }
  }

  @Test("Everything that a store is said to hold can be read and written: nothing is declared only")
  func nothingDeclaredOnly() {
    for dialect in S3Dialect.all {
      for (name, support) in dialect.bucketSupport.facets {
        guard case .supported = support else { continue }
        #expect(S3Bucket.kind.facet(name) != nil, "\(dialect.name) \(name)")
      }
    }
  }

  @Test("quirk 3 R2: only CORS and lifecycle can be written") func r2() {
    let held = S3Dialect.r2.bucketSupport.facets.filter { if case .supported = $1 { true } else { false } }
    #expect(held.keys.sorted() == ["cors", "lifecycle"])
  }

  @Test("quirk 3 R2: the region is auto unless another is written") func r2Region() throws {
    var world = ConnectionWorld(type: "r2", settings: fields(["endpoint": "https://a1.r2.cloudflarestorage.com"]))
    #expect(try world.connect().site.region == "auto")
    world.settings["region"] = "us-east-1"
    #expect(try world.connect().site.region == "us-east-1")
  }

  @Test("quirk 3 R2: rules say only what it can do") func r2Lifecycle() {
    #expect(problems("lifecycle", ["a": ["expiration": ["after": "1d"], "abortMultipartAfter": "7d"]], .r2) == [])
    #expect(problems("lifecycle", ["a": ["transitions": [["to": "STANDARD_IA", "after": "30d"]]]], .r2) == [])
    #expect(
      problems("lifecycle", ["a": ["transitions": [["to": "GLACIER", "after": "30d"]]]], .r2) == [
        "LIF0104 a.transitions.0.to"
      ])
    #expect(
      problems("lifecycle", ["a": ["noncurrentExpiration": ["after": "1d"], "tags": ["a": "b"]]], .r2) == [
        "LIF0104 a.noncurrentExpiration", "LIF0104 a.tags",
      ])
  }

  @Test("quirk 3 R2, B2: lifecycle rules are cleared by DELETE, after a look that has shown them")
  func lifecycleClearing() throws {
    for dialect in [S3Dialect.r2, .b2] {
      #expect(problems("lifecycle", [:], dialect) == [])
      let target = S3Fixture.target(dialect.name)
      let change = FacetChange<Lifecycle>(before: ["a": LifecycleRule()], after: nil)
      let effect = try S3Lifecycle.write(change, on: target)
      guard case .procedure(let procedure) = effect.content else { continue }
      let run = ProcedureRun(procedure) { call in
        call.method == .get
          ? Reply(200, "<LifecycleConfiguration><Rule><ID>a</ID></Rule></LifecycleConfiguration>")
          : Reply(204)
      }
      #expect(run.calls.map(\.method) == [HTTPMethod.get, .delete])
      let lists = ProcedureRun(procedure) { _ in Reply(200, "<ListBucketResult/>") }
      #expect(lists.calls.map(\.method) == [HTTPMethod.get])
      #expect(lists.failure?.kind == .unsupported)
    }
  }

  @Test("quirk 3 B2: it has one storage class") func b2Lifecycle() {
    #expect(
      problems("lifecycle", ["a": ["transitions": [["to": "GLACIER", "after": "30d"]]]], .b2) == [
        "LIF0104 a.transitions"
      ])
    #expect(problems("lifecycle", ["a": ["noncurrentExpiration": ["after": "1d"]]], .b2) == [])
    #expect(reason("logging", .b2) == nil)
  }

  @Test("quirk 3 B2, Wasabi: the region stands in the name of the host")
  func regionOfHost() throws {
    var world = ConnectionWorld(type: "b2", settings: fields(["endpoint": "https://s3.us-west-004.backblazeb2.com"]))
    #expect(try world.connect().site.region == "us-west-004")
    world.settings["region"] = "us-west-004"
    #expect(try world.connect().site.region == "us-west-004")
    world.settings["region"] = "us-east-1"
    #expect { try world.connect() } throws: { ($0 as? CallFailure)?.message.contains("us-west-004") == true }
    world = ConnectionWorld(type: "wasabi", settings: fields(["endpoint": "https://s3.wasabisys.com"]))
    #expect(try world.connect().site.region == "us-east-1")
    world.settings["endpoint"] = "https://s3.eu-central-1.wasabisys.com"
    #expect(try world.connect().site.region == "eu-central-1")
    world.settings["endpoint"] = "https://proxy.internal"
    #expect { try world.connect() } throws: { ($0 as? CallFailure)?.message.contains("names none") == true }
    world.settings["region"] = "eu-central-1"
    #expect(try world.connect().site.region == "eu-central-1")
  }

  @Test("The creation names a region only where that is taken") func location() {
    func constraint(_ type: String, _ region: String, connection: String) -> String? {
      var target = S3Fixture.target(type)
      target.region = region
      target.site.region = connection
      return CreateBucket.locationConstraint(target)
    }
    for type in ["ceph", "minio", "swift", "rclone"] {
      #expect(constraint(type, "default", connection: "default") == nil, "\(type)")
      #expect(constraint(type, "other", connection: "default") == "other", "\(type)")
    }
    #expect(constraint("aws", "eu-west-1", connection: "eu-west-1") == "eu-west-1")
    #expect(constraint("aws", "us-east-1", connection: "eu-west-1") == nil)
    #expect(constraint("r2", "auto", connection: "auto") == "auto")
  }

  @Test("What a store lacks is said with the source or the time of it") func sources() {
    let source = /20\d\d|\d+\.\d+\.\d+|[a-z-]+\/[a-z-]+#\d+/
    for dialect in S3Dialect.all {
      for (facet, lack) in dialect.lacks {
        guard case .unsupported(let reason, _) = lack else { continue }
        #expect(reason.firstMatch(of: source) != nil, "\(dialect.name) \(facet): \(reason)")
      }
      // What is lacking is not doubted, what is shown is lacking, and all of it is a facet.
      #expect(Set(dialect.unsure.keys).isDisjoint(with: dialect.lacks.keys), "\(dialect.name)")
      #expect(dialect.shown.isSubset(of: dialect.lacks.keys), "\(dialect.name)")
      #expect(Set(dialect.lacks.keys).union(dialect.unsure.keys).isSubset(of: S3Dialect.facets), "\(dialect.name)")
      #expect(!dialect.notes.isEmpty, "\(dialect.name)")
    }
  }

  @Test("Object lock: at any time, better at the creation, or only there") func objectLock() {
    for (type, expected) in [
      ("aws", false), ("s3", false), ("b2", false), ("minio", false), ("ceph", true), ("wasabi", true),
    ] {
      let support = S3Dialect.named(type)?.bucketSupport
      #expect((support?.onlyAtCreation["objectLock"] != nil) == expected, "\(type)")
    }
  }

  @Test("Behind type aws only Amazon's own hosts are known; elsewhere a look comes before the first write")
  func emulators() throws {
    for (endpoint, isAmazon) in [
      ("https://s3.eu-west-1.amazonaws.com", true), ("https://s3.cn-north-1.amazonaws.com.cn", true),
      ("https://bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com", true), ("http://127.0.0.1:5000", false),
      ("https://amazonaws.com.evil.example", false),
    ] {
      var target = S3Fixture.target("aws")
      target.site.endpoint = endpoint
      let change = FacetChange<Tags>(before: nil, after: ["a": "b"])
      guard case .procedure(let procedure) = try S3Tags.write(change, on: target).content else { continue }
      let run = ProcedureRun(procedure) { _ in Reply(200, "<ListBucketResult/>") }
      #expect(run.calls.map(\.method) == (isAmazon ? [HTTPMethod.put] : [HTTPMethod.get]), "\(endpoint)")
    }
  }

  @Test("quirk 3 B2: versions are always kept, so there is nothing to set") func b2Versioning() {
    #expect(reason("versioning", .b2)?.contains("always") == true)
    #expect(reason("tags", .b2) != nil && reason("cors", .b2) == nil && reason("encryption", .b2) == nil)
  }

  @Test("quirk 3 B2: AES256 is the only algorithm, private and public-read the only ACLs") func b2Values() {
    #expect(problems("encryption", ["algorithm": "AES256"], .b2) == [])
    #expect(problems("encryption", ["algorithm": "aws:kms"], .b2) == ["ENC0101 algorithm"])
    #expect(problems("acl", "public-read", .b2) == [])
    #expect(problems("acl", "log-delivery-write", .b2) == ["ACL0101 "])
  }

  @Test("quirk 3 Wasabi: versions, lifecycle, CORS, policy, tags and logging, but no replication") func wasabi() {
    for facet in ["versioning", "lifecycle", "cors", "policy", "tags", "logging"] {
      #expect(reason(facet, .wasabi) == nil, "\(facet)")
    }
    for facet in ["replication", "publicAccess", "ownership"] { #expect(reason(facet, .wasabi) != nil, "\(facet)") }
  }

  @Test("OpenStack Swift holds versions and ACLs, rclone buckets and nothing else") func smallStores() {
    func held(_ dialect: S3Dialect) -> [String] {
      dialect.bucketSupport.facets.filter { if case .supported = $1 { true } else { false } }.keys.sorted()
    }
    #expect(held(.swift) == ["acl", "versioning"])
    #expect(held(.rclone) == [])
    #expect(problems("acl", "authenticated-read", .swift) == ["ACL0101 "])
    #expect(Set(held(.generic)) == S3Dialect.facets)
  }

  @Test("quirk 3 Wasabi: neither force_delete nor MOVE is ever sent") func wasabiNeverDestroys() {
    let target = S3Fixture.target("wasabi")
    let calls = DeleteBucket.procedure(target).plannedCalls + BucketContents.empty(target).plannedCalls
    #expect(calls.allSatisfy { call in !call.query.contains { $0.name == "force_delete" } })
    #expect(HTTPMethod(rawValue: "MOVE") == nil)
  }

  @Test("quirk 3: no store but AWS is sent the header that names the expected owner") func expectedOwner() {
    for type in ["r2", "b2", "wasabi"] {
      let call = Call.bucket(.get, S3Fixture.target(type), needs: "s3:ListBucket")
      #expect(!call.headers.contains { $0.name == "x-amz-expected-bucket-owner" })
    }
  }

  @Test(
    "What a store says of itself tells its type, and a name that says nothing tells none",
    arguments: [
      ("Server", "MinIO", "minio"), ("Server", "MinIO/RELEASE.2019-10-12T01-39-57Z", "minio"),
      ("server", "Ceph Object Gateway (reef)", "ceph"),
      ("x-amz-request-id", "tx00000a1b2c3d4e5f60718-00656789ab-1234-default", "ceph"),
      ("Server", "WasabiS3/7.20.2951-2024-06-14-7fcea49969 (R401-U28)", "wasabi"),
      ("x-openstack-request-id", "tx0123456789abcdef-006567", "swift"), ("Server", "AmazonS3", nil),
      ("Server", "cloudflare", nil), ("Server", "nginx", nil), ("x-amz-request-id", "5A967528CBC8853F:B", nil),
    ] as [(String, String, String?)])
  func signs(_ header: String, _ value: String, _ type: String?) {
    let reply = Reply(200, headers: [Header(header, value)])
    let run = ProcedureRun(S3Dialect.recognition(S3Fixture.target("s3").site)) { _ in reply }
    #expect((run.output ?? nil)?.type == type && run.failure == nil)
  }

  @Test("A key of Google is no key for S3") func googleKey() {
    let key: Value = ["kmsKey": "projects/p/locations/l/keyRings/r/cryptoKeys/k"]
    #expect(problems("encryption", key, .aws) == ["ENC0004 kmsKey"])
    #expect(problems("encryption", ["algorithm": "aws:kms", "kmsKey": "alias/k"], .aws) == [])
  }
}
