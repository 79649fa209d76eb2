import CooperProvider
import CooperSigning
import FoundationEssentials
import Testing

@Suite("Signature Version 4: 600 random requests that botocore signed")
struct BotocoreTests {
  private struct Segments: Decodable {
    var path: [String]
  }

  @Test("Header and presigned signatures equal botocore's, for S3 and for other services")
  func equality() throws {
    let cases: [Fixture] = try Fixture.load("botocore.json")
    let segments: [Segments] = try Fixture.load("botocore.json")
    #expect(cases.count == 600)
    let keys = SigningKeys()
    var presignedCount = 0
    for (index, (fixture, path)) in zip(cases, segments.map(\.path)).enumerated() {
      let time = try #require(SigningTime(fixture.time ?? ""))
      let body = try #require(Data(base64Encoded: fixture.body))
      let credentials = AWSCredentials(
        accessKeyId: try #require(fixture.key), secretAccessKey: Secret(try #require(fixture.secret)),
        sessionToken: fixture.token.map { Secret($0) })
      let request = SignableRequest(
        fixture.verb, host: try #require(fixture.host), path: path,
        pathRule: fixture.s3 == true ? .s3 : .normalised, query: fixture.items, headers: fixture.headerList,
        payload: .bytes(Array(body)))
      let signer = SigV4(
        scope: SigningScope(region: try #require(fixture.region), service: try #require(fixture.service)), keys: keys)
      if let presigned = fixture.presigned, let expires = fixture.expires {
        presignedCount += 1
        let query = signer.presignedQuery(for: request, credentials: credentials, at: time, expires: expires)
        let pairs = query.map { [$0.name, $0.value ?? ""] }
        #expect(Set(pairs) == Set(presigned), "case \(index)")
      } else {
        let added = signer.headers(for: request, credentials: credentials, at: time)
        #expect(added.value("Authorization") == fixture.authorization, "case \(index)")
        #expect((added.value("x-amz-content-sha256") != nil) == fixture.s3, "case \(index)")
      }
    }
    #expect(presignedCount == 150)
  }
}
