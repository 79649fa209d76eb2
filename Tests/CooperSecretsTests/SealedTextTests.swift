import CooperDiagnostics
import CooperProvider
import Testing

@testable import CooperSecrets

@Suite("Sealed texts")
struct SealedTextTests {
  let key = SealingKey.generate()
  let place = SealedPlace(project: "acme", field: "connections.minio.access.secretAccessKey")

  private func bytes(_ secret: Secret) -> [UInt8] { secret.withBytes { Array($0) } }

  private func sealed(_ text: String) throws -> SealedText {
    try #require(SealedText(Secret(text), for: place, with: key))
  }

  @Test("what was sealed opens, whatever its length", arguments: [0, 1, 27, 28, 29, 32, 1_000, SealedText.limit])
  func roundTrip(length: Int) throws {
    let secret = Secret((0..<length).map { UInt8(truncatingIfNeeded: $0) })
    let sealed = try #require(SealedText(secret, for: place, with: key))
    let read = try SealedText(sealed.description)
    #expect(read == sealed)
    #expect(bytes(try read.open(for: place, with: [SealingKey.generate(), key])) == bytes(secret))
  }

  @Test("the length of a short secret doesn't show, and the same secret never looks the same")
  func hiding() throws {
    #expect(try sealed("a").description.count == sealed("a longer password").description.count)
    #expect(try sealed("a") != sealed("a"))
    #expect(SealedText(Secret([UInt8](repeating: 1, count: SealedText.limit + 1)), for: place, with: key) == nil)
  }

  @Test("it opens nowhere but in its project and field")
  func moved() throws {
    let sealed = try sealed("secret")
    for other in [
      SealedPlace(project: "acme", field: "connections.other.access.secretAccessKey"),
      SealedPlace(project: "acme2", field: place.field),
      // The parts of a place don't run into each other.
      SealedPlace(project: "acme\nconnections", field: "minio.access.secretAccessKey"),
    ] {
      #expect(throws: SealedText.Problem.elsewhere) { try sealed.open(for: other, with: [key]) }
    }
  }

  @Test("a text that says it belongs elsewhere than it was sealed for is damaged")
  func relabelled() throws {
    let other = SealedPlace(project: "acme", field: "connections.other.access.secretAccessKey")
    let mine = try sealed("secret").description.split(separator: ".")
    let theirs = try #require(SealedText(Secret("x"), for: other, with: key)).description.split(separator: ".")
    let forged = try SealedText([mine[0], mine[1], theirs[2], mine[3]].joined(separator: "."))
    #expect(throws: SealedText.Problem.damaged) { try forged.open(for: other, with: [key]) }
  }

  @Test("without its key it says which one is missing; a key that only claims the id opens nothing")
  func keys() throws {
    let sealed = try sealed("secret")
    #expect(throws: SealedText.Problem.noKey(id: key.id)) { try sealed.open(for: place, with: [.generate()]) }
    let other = SealingKey.generate()
    let parts = sealed.description.split(separator: ".")
    let forged = try SealedText([parts[0], Substring(other.id), parts[2], parts[3]].joined(separator: "."))
    #expect(throws: SealedText.Problem.damaged) { try forged.open(for: place, with: [key, other]) }
  }

  @Test("no changed character opens")
  func tampering() throws {
    let text = Array(try sealed("secret").description.utf8)
    for index in "sealed:".utf8.count..<text.count {
      var changed = text
      changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      let opened = try? SealedText(String(decoding: changed, as: UTF8.self)).open(for: place, with: [key])
      #expect(opened == nil, "character \(index)")
    }
  }

  @Test(
    "what is no sealed text says why",
    arguments: [
      ("env:A", "begin"), ("sealed:", "version"), ("sealed:v", "version"), ("sealed:v1", "parts"),
      ("sealed:v1.a.b.c", "16 digits"),
      ("sealed:v1.0123456789abcdef.0123456789abcdef.", "length"),
      ("sealed:v1.0123456789abcdef.0123456789abcdef.!!!!", "base 64"),
      ("sealed:v1.0123456789ABCDEF.0123456789abcdef.AAAA", "16 digits"),
    ])
  func malformed(text: String, words: String) {
    do throws(SealedText.Problem) {
      _ = try SealedText(text)
      Issue.record("\(text) was read")
    } catch {
      guard case .malformed(let problem) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(problem.contains(words))
    }
  }

  @Test("a later version is told from nonsense")
  func version() {
    #expect(throws: SealedText.Problem.unknownVersion("v2")) { try SealedText("sealed:v2.anything") }
  }

  @Test("a key's text is read again; nothing else is a key")
  func keyText() throws {
    let again = try #require(SealingKey(text: key.text.withBytes { Secret(Array($0.dropLast())) }))
    #expect(again.id == key.id)
    #expect(SealingKey(text: Secret("cooper-key:v1:AAAA")) == nil)
    #expect(SealingKey(text: Secret("hunter2")) == nil)
  }

  @Test("AES-256-GCM gives what NIST's test vectors give (gcmEncryptExtIV256.rsp)")
  func vectors() throws {
    func bytes(_ hex: String) throws -> [UInt8] {
      try stride(from: 0, to: hex.count, by: 2).map { offset in
        let start = hex.index(hex.startIndex, offsetBy: offset)
        return try #require(UInt8(hex[start..<hex.index(start, offsetBy: 2)], radix: 16))
      }
    }
    // Test cases 14 and 16 of "The Galois/Counter Mode of Operation" (McGrew, Viega), appendix B.
    let plain = try bytes(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    let key = try bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
    let nonce = try bytes("cafebabefacedbaddecaf888")
    let binding = try bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    let expected = try bytes(
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        + "76fc6ece0f4e1768cddf8853bb2d551b")
    let sealed = plain.withUnsafeBytes { plain in
      key.withUnsafeBytes { AES256GCM.seal(plain, key: $0, nonce: nonce, binding: binding) }
    }
    #expect(sealed == expected)
    let opened = key.withUnsafeBytes {
      AES256GCM.open(sealed[...], key: $0, nonce: nonce, binding: binding) { Array($0) }
    }
    #expect(opened == plain)
  }
}

@Suite("Fingerprints")
struct FingerprintTests {
  @Test("a secret matches its own fingerprint under its own key and no other; equal secrets don't look equal")
  func matching() throws {
    let key = FingerprintKey.generate()
    let first = key.fingerprint(Secret("hunter2"))
    #expect(key.matches(Secret("hunter2"), first))
    #expect(!key.matches(Secret("hunter3"), first))
    #expect(!FingerprintKey.generate().matches(Secret("hunter2"), first))
    #expect(first != key.fingerprint(Secret("hunter2")))
    #expect(!first.contains("hunter2"))
    let read = try #require(FingerprintKey(key.text))
    #expect(read.matches(Secret("hunter2"), first))
    #expect(FingerprintKey("short") == nil)
    #expect(!key.matches(Secret("hunter2"), "nonsense"))
  }
}

@Suite("Base 64 for URLs")
struct Base64URLTests {
  @Test("bytes come back, and no two texts mean the same")
  func roundTrip() {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
      let text = Base64URL.encode(bytes)
      #expect(Base64URL.decode(text) == bytes)
      #expect(!text.contains { "+/=".contains($0) })
    }
    #expect(Base64URL.encode(Array("foobar".utf8)) == "Zm9vYmFy")
    #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
    #expect(Base64URL.decode("-_9") == nil)
    #expect(Base64URL.decode("A") == nil)
    #expect(Base64URL.decode("AA==") == nil)
  }
}
