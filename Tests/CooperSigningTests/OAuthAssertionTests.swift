import CooperProvider
import CooperSchema
import CooperSigning
import FoundationEssentials
import Testing

@Suite("JSON Web Tokens: 300 that google-auth signed and took") struct OAuthAssertionTests {
  private static let folder = String(#filePath.dropLast("OAuthAssertionTests.swift".count))

  private static func fixture() throws -> Value {
    try ValueJSON.decode(Array(Data(contentsOf: URL(filePath: folder + "Fixtures/google-jwt.json"))))
  }

  private func text(_ secret: Secret) -> String { secret.withBytes { String(decoding: $0, as: UTF8.self) } }

  @Test("header, claims and signature equal google-auth's, byte for byte") func equality() throws {
    let fixture = try Self.fixture()
    let keys = try (fixture["keys"]?.list ?? []).map { try RSAPrivateKey(pem: Secret($0.string ?? "")) }
    let cases = fixture["cases"]?.list ?? []
    #expect(cases.count >= 300 && keys.count == 3)
    for (index, given) in cases.enumerated() {
      var header = ValueMap()
      header["kid"] = given["kid"].flatMap { $0 == .null ? nil : $0 }
      let key = keys[Int(try #require(given["key"]?.integer))]
      let token = try OAuthAssertion.token(header: header, claims: try #require(given["claims"]?.map), key: key)
      #expect(text(token) == given["token"]?.string, "case \(index)")
    }
  }

  @Test(
    "a key that is none is told in words that don't repeat it",
    arguments: [
      ("", "there is no private key in PEM form"), ("garbage", "there is no private key in PEM form"),
      ("-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n", "the private key is no base 64"),
      ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "the private key can't be read"),
      (
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
        "the private key is encrypted with a passphrase"
      ),
    ])
  func badKeys(_ pem: String, _ words: String) {
    #expect(throws: RSAKeyProblem(words: words)) { try RSAPrivateKey(pem: Secret(pem)) }
  }

  @Test("text around the key and Windows line ends are passed over") func surroundings() throws {
    let pem = try #require(try Self.fixture()["keys"]?.list?.first?.string)
    let windows = "Bag Attributes\r\n" + pem.split(separator: "\n").joined(separator: "\r\n") + "\r\nrest"
    let first = try RSAPrivateKey(pem: Secret(pem)).signature(of: [1, 2, 3])
    #expect(try RSAPrivateKey(pem: Secret(windows)).signature(of: [1, 2, 3]) == first)
  }
}
