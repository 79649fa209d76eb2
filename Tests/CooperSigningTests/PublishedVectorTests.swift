import CooperModel
import CooperProvider
import FoundationEssentials
import Testing

@testable import CooperSigning

@Suite("Signature Version 4: vectors that AWS published")
struct PublishedVectorTests {
  private struct SuiteCase: Decodable {
    var path: String
  }

  @Test("The 34 cases of aws4_testsuite agree at every stage")
  func suite() throws {
    let cases: [Fixture] = try Fixture.load("aws4_testsuite.json")
    let paths: [SuiteCase] = try Fixture.load("aws4_testsuite.json")
    #expect(cases.count == 34)
    let time = try #require(SigningTime("20150830T123600Z"))
    let signer = SigV4(scope: SigningScope(region: "us-east-1", service: "service"))
    for (fixture, path) in zip(cases, paths.map(\.path)) {
      let credentials = AWSCredentials(
        accessKeyId: "AKIDEXAMPLE", secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        sessionToken: fixture.token.map { Secret($0) })
      let request = SignableRequest(
        fixture.verb, host: "example.amazonaws.com", encodedPath: Array(path.utf8), pathRule: .normalised,
        query: fixture.items, headers: fixture.headerList, payload: .bytes(Array(fixture.body.utf8)))
      var complete = request
      complete.headers += [Header("X-Amz-Date", time.stamp)]
      if let token = fixture.token { complete.headers.append(Header("X-Amz-Security-Token", token)) }
      let canonical = CanonicalRequest(complete, payloadHash: complete.payloadHash)
      let name = Comment(rawValue: fixture.name ?? "")
      #expect(canonical.text == fixture.canonicalRequest, name)
      #expect(
        String(decoding: signer.stringToSign(canonical, at: time), as: UTF8.self) == fixture.stringToSign, name)
      let added = signer.headers(for: request, credentials: credentials, at: time)
      #expect(added.value("Authorization") == fixture.authorization, name)
    }
  }

  @Test("The signing key of the IAM User Guide's example is derived")
  func signingKey() {
    let key = SigningKeys.rawKey(
      from: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
      scope: SigningScope(region: "us-east-1", service: "iam"), date: "20150830")
    #expect(Digest.hex(key) == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")
  }

  private let credentials = AWSCredentials(
    accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"))
  private let signer = SigV4(scope: SigningScope(region: "us-east-1", service: "s3"))
  private let host = "examplebucket.s3.amazonaws.com"

  private func signature(_ request: SignableRequest) throws -> String {
    let time = try #require(SigningTime("20130524T000000Z"))
    let value = try #require(
      signer.headers(for: request, credentials: credentials, at: time).value("Authorization"))
    return String(value.suffix(64))
  }

  @Test("S3 API Reference: GET object")
  func getObject() throws {
    let request = SignableRequest(
      .get, host: host, path: ["test.txt"], pathRule: .s3, headers: [Header("Range", "bytes=0-9")],
      payload: .bytes([]))
    #expect(try signature(request) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
  }

  @Test("S3 API Reference: PUT object")
  func putObject() throws {
    let request = SignableRequest(
      .put, host: host, path: ["test$file.text"], pathRule: .s3,
      headers: [
        Header("Date", "Fri, 24 May 2013 00:00:00 GMT"), Header("x-amz-storage-class", "REDUCED_REDUNDANCY"),
      ], payload: .bytes(Array("Welcome to Amazon S3.".utf8)))
    #expect(try signature(request) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
  }

  @Test("S3 API Reference: GET bucket lifecycle")
  func getLifecycle() throws {
    let request = SignableRequest(
      .get, host: host, path: [], pathRule: .s3, query: [QueryItem("lifecycle")], payload: .bytes([]))
    #expect(request.target == "/?lifecycle")
    #expect(try signature(request) == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
  }

  @Test("S3 API Reference: GET bucket, list objects")
  func listObjects() throws {
    let request = SignableRequest(
      .get, host: host, path: [], pathRule: .s3, query: [QueryItem("prefix", "J"), QueryItem("max-keys", "2")],
      payload: .bytes([]))
    #expect(try signature(request) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
  }

  @Test("S3 API Reference: presigned GET")
  func presigned() throws {
    let request = SignableRequest(.get, host: host, path: ["test.txt"], pathRule: .s3, payload: .unsigned)
    let time = try #require(SigningTime("20130524T000000Z"))
    let query = signer.presignedQuery(for: request, credentials: credentials, at: time, expires: 86_400)
    #expect(query.last?.value == "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    #expect(query.first { $0.name == "X-Amz-SignedHeaders" }?.value == "host")
  }
}
