import CooperModel
import CooperProvider
import Testing

@testable import CooperSigning

@Suite("Parts of signing")
struct SigningPartsTests {
  @Test(
    "Digests equal the published ones",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "1B2M2Y8AsgTpgAmY7PhCfg=="),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "kAFQmDzST7DWlj99KOF/cg=="),
    ])
  func digests(text: String, sha256: String, md5: String) throws {
    #expect(Digest.sha256Hex(Array(text.utf8)) == sha256)
    #expect(Digest.base64(try #require(Digest.md5(Array(text.utf8)))) == md5)
  }

  @Test("HMAC-SHA256 equals RFC 4231 cases 1 and 2, and an empty key works")
  func hmac() {
    #expect(
      Digest.hex(Digest.hmacSHA256(key: [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8)))
        == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    let key = HMACKey(Array("Jefe".utf8))
    for _ in 0..<2 {
      #expect(
        Digest.hex(key.authenticate(Array("what do ya want for nothing?".utf8)))
          == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }
    #expect(
      Digest.hex(Digest.hmacSHA256(key: [], []))
        == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
  }

  @Test("Base 64 pads as RFC 4648 section 10 shows")
  func base64() {
    let expected = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]
    for (length, text) in expected.enumerated() {
      #expect(Digest.base64(Array("foobar".utf8.prefix(length))) == text)
    }
  }

  @Test(
    "Time stamps are right over leap days and the turn of centuries",
    arguments: [
      (0, "19700101T000000Z"), (951_782_399, "20000228T235959Z"), (951_782_400, "20000229T000000Z"),
      (1_369_353_600, "20130524T000000Z"), (1_709_251_199, "20240229T235959Z"), (4_107_542_400, "21000301T000000Z"),
    ])
  func stamps(seconds: Int, stamp: String) {
    let time = SigningTime(Double(seconds) + 0.9)
    #expect(time.stamp == stamp)
    #expect(SigningTime(stamp) == time)
  }

  @Test("Instants of STS replies are read, anything else is refused")
  func instants() {
    #expect(SigningTime("2013-05-24T00:00:00.123Z")?.seconds == 1_369_353_600)
    for text in ["", "2013-05-24", "2013-13-24T00:00:00Z", "20130524T0000Z", "2013-05-24T00:00:00+01:00"] {
      #expect(SigningTime(text) == nil)
    }
  }

  @Test("A key is derived again for another day, region, service or secret, and only then")
  func keyCache() {
    let keys = SigningKeys()
    let one = AWSCredentials(accessKeyId: "A", secretAccessKey: Secret("s"))
    let other = AWSCredentials(accessKeyId: "A", secretAccessKey: Secret("t"))
    let scope = SigningScope(region: "eu-west-1", service: "s3")
    let first = keys.key(for: one, scope: scope, at: SigningTime(10))
    #expect(first === keys.key(for: one, scope: scope, at: SigningTime(86_399)))
    #expect(first !== keys.key(for: one, scope: scope, at: SigningTime(86_400)))
    #expect(first !== keys.key(for: other, scope: scope, at: SigningTime(10)))
    #expect(
      first !== keys.key(for: one, scope: SigningScope(region: "eu-west-2", service: "s3"), at: SigningTime(10)))
    #expect(
      first !== keys.key(for: one, scope: SigningScope(region: "eu-west-1", service: "sts"), at: SigningTime(10)))
  }

  @Test("A key of an object keeps its slashes, a segment of another service does not")
  func paths() {
    func path(_ segments: [String], slashes: Bool) -> String {
      String(decoding: PercentEncoding.path(segments, keepingSlashes: slashes), as: UTF8.self)
    }
    #expect(path([], slashes: true) == "/")
    #expect(path(["b", "state/prod.json"], slashes: true) == "/b/state/prod.json")
    #expect(path(["b", "a b+c"], slashes: true) == "/b/a%20b%2Bc")
    #expect(path(["a/b", ""], slashes: false) == "/a%2Fb/")
  }
}
