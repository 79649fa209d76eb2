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

  @Test("quirk 3 R2, B2: there is no call to delete lifecycle rules, so they can't be cleared")
  func lifecycleClearing() {
    for dialect in [S3Dialect.r2, .b2] {
      #expect(problems("lifecycle", [:], dialect) == ["LIF0103 "])
      #expect(problems("lifecycle", ["a": ["expiration": ["after": "1d"]]], dialect) == [])
    }
    #expect(problems("lifecycle", [:], .wasabi) == [])
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

  @Test("quirk 3 Wasabi: neither force_delete nor MOVE is ever sent") func wasabiNeverDestroys() {
    let target = S3Fixture.target("wasabi")
    let calls = DeleteBucket.procedure(target).plannedCalls + EmptyBucket(target).plannedCalls
    #expect(calls.allSatisfy { call in !call.query.contains { $0.name == "force_delete" } })
    #expect(HTTPMethod(rawValue: "MOVE") == nil)
  }

  @Test("quirk 3: no store but AWS is sent the header that names the expected owner") func expectedOwner() {
    for type in ["r2", "b2", "wasabi"] {
      let call = Call.bucket(.get, S3Fixture.target(type), needs: "s3:ListBucket")
      #expect(!call.headers.contains { $0.name == "x-amz-expected-bucket-owner" })
    }
  }

  @Test("A key of Google is no key for S3") func googleKey() {
    let key: Value = ["kmsKey": "projects/p/locations/l/keyRings/r/cryptoKeys/k"]
    #expect(problems("encryption", key, .aws) == ["ENC0004 kmsKey"])
    #expect(problems("encryption", ["algorithm": "aws:kms", "kmsKey": "alias/k"], .aws) == [])
  }
}
