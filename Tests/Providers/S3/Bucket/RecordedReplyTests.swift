import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import FoundationEssentials
import Testing

@testable import S3Provider

/// Replies recorded from real servers (moto 5.2.5, Ceph 16.2.15) after they were sent the bodies of the goldens.
@Suite("Replies of real servers") struct RecordedReplyTests {
  private static let folder =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
    .joined(separator: "/") + "/Replies"

  /// Status, headers, an empty line, the body.
  private func reply(_ server: String, _ name: String) throws -> Reply {
    let data = try #require(FileManager.default.contents(atPath: "\(Self.folder)/\(server)/\(name).txt"))
    let text = String(decoding: data, as: UTF8.self)
    let cut = try #require(text.firstRange(of: "\n\n"))
    let head = text[..<cut.lowerBound].split(separator: "\n")
    let headers = head.dropFirst().compactMap { line -> Header? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return Header(String(line[..<colon]), String(line[line.index(colon, offsetBy: 2)...]))
    }
    let body = text[cut.upperBound...].split(separator: "\n").joined(separator: "\n")
    return Reply(try #require(head.first.flatMap { Int($0) }), body, headers: headers)
  }

  /// What a server was seen to drop or refuse.
  private static let lost = [
    "moto": [
      "lifecycle.everything", "encryption.kms", "encryption.nothing-blocked", "logging.dated", "inventory.two",
      "replication.everything", "notifications.eventBridge",
      "notifications.everything", "requestPayment.requester", "requestPayment.bucketOwner", "intelligentTiering.two",
      "metrics.three", "analytics.two",
      // One grant a grantee is all it keeps.
      "acl.public-read-write", "acl.log-delivery-write",
    ],
    "ceph": [
      "lifecycle.everything", "encryption.aes256", "encryption.kms", "encryption.nothing-blocked", "ownership.enforced",
      "logging.plain", "logging.prefix", "logging.dated", "notifications.eventBridge", "notifications.everything",
      "notifications.receivers", "replication.plain", "replication.everything", "website.pages", "website.redirect",
      "website.routes", "acl.log-delivery-write", "accelerate.enabled", "accelerate.suspended",
      "intelligentTiering.two", "inventory.two", "metrics.three", "analytics.two",
    ],
  ]

  /// Facets whose sub-resource a server doesn't know: it refuses, or lists the bucket.
  private static let unknown: [String: Set<String>] = [
    "moto": ["requestPayment", "intelligentTiering", "inventory", "metrics", "analytics"],
    "ceph": [
      "encryption", "ownership", "website", "accelerate", "intelligentTiering", "inventory", "metrics", "analytics",
    ],
  ]

  @Test("what moto and Ceph kept is what was written", arguments: ["moto", "ceph"]) func kept(_ server: String) throws {
    var compared = 0
    for (facet, name, value) in S3Fixture.values {
      let file = "\(facet.name).\(name)"
      if Self.lost[server]?.contains(file) == true { continue }
      let target = S3Fixture.target(server == "ceph" ? "ceph" : "s3")
      let answer = try reply(server, file)
      let run = ProcedureRun(facet.read(target)) { _ in answer }
      let desired = try facet.canonical(value, target.site)
      let expected: Observed<Value> = desired == facet.schema.cleared ? .absent : .present(desired)
      #expect(run.output == expected, "\(server) \(file) \(run.failure?.message ?? "")")
      compared += 1
    }
    #expect(compared >= 8)
  }

  @Test("what says that its output depends on the body alone says the same of another bucket and other headers")
  func bodyAlone() throws {
    var compared = 0
    for (facet, name, _) in S3Fixture.values {
      let (one, other) = (S3Fixture.target(), S3Fixture.target(name: "somebody-elses"))
      guard facet.read(one).decodesBodyAlone else { continue }
      let answer = try reply("moto", "\(facet.name).\(name)")
      let bare = Reply(status: 200, headers: [Header("x-other", "1")], body: answer.body)
      #expect(
        ProcedureRun(facet.read(one)) { _ in answer }.output == ProcedureRun(facet.read(other)) { _ in bare }.output,
        "\(facet.name) \(name)")
      compared += 1
    }
    #expect(compared >= 8)
  }

  @Test("what was never set is absent, or unsupported where Ceph lists the bucket instead") func unset() throws {
    for facet in S3Bucket.facets {
      for server in ["moto", "ceph"] {
        let answer = try reply(server, "\(facet.name).unset")
        let run = ProcedureRun(facet.read(S3Fixture.target("s3"))) { _ in answer }
        if Self.unknown[server]?.contains(facet.name) == true {
          guard case .unsupported? = run.output else {
            Issue.record("\(facet.name) is not unsupported on \(server)")
            continue
          }
        } else {
          let expected: Observed<Value> = facet.name == "publicAccess" ? .present("allowed") : .absent
          #expect(run.output == expected, "\(server) \(facet.name)")
        }
      }
    }
  }

  @Test("listings of versions, uploads and buckets are read", arguments: ["moto", "ceph"]) func lists(_ server: String)
    throws
  {
    var pages = VersionPages(S3Fixture.target("s3"))
    let versions = try #require(try pages.read(try reply(server, "versions")))
    #expect(versions.map(\.key) == ["a b+c&", "a b+c&", "a b+c&"])
    #expect(Set(versions.compactMap(\.versionID)).count == 3)
    #expect(versions.reduce(0) { $0 + $1.size } == 3)
    #expect(pages.isAtEnd)
    pages.restart()
    let first = try #require(try pages.read(try reply(server, "versions.page")))
    #expect(first.count == 1)
    #expect(!pages.isAtEnd)
    #expect(pages.call.query.contains(QueryItem("key-marker", "a b+c&")))
    let buckets = try reply(server, "list")
    let listed = ProcedureRun(ListBuckets(S3Fixture.target("s3").site)) { _ in buckets }
    #expect(listed.output?.map(\.name) == ["acme-data"])
  }

  @Test("refusals of real servers are understood") func refusals() throws {
    let call = Call(.get, service: "s3", bucket: "acme-data", permissions: [])
    #expect(S3Failure.failure(try reply("ceph", "wrong.secret"), to: call).kind == .unauthenticated)
    for server in ["moto", "ceph"] {
      #expect(S3Failure.failure(try reply(server, "notempty"), to: call).code == "BucketNotEmpty")
      #expect(S3Failure.failure(try reply(server, "missing"), to: call).code == "NoSuchBucket")
    }
  }
}
