import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import GCSProvider

@Suite("What the language says of Google Cloud Storage") struct GCSDeclarationTests {
  private static let support = GCSBucketSupport.support

  @Test("Its declarations hold together") func declarations() {
    #expect(DeclarationFindings.of(GCSProvider()) == [])
  }

  @Test(
    "Names that the documentation allows",
    arguments: ["acme-lake-prod", "a_b", "123", "www.acme.example", String(repeating: "a", count: 63)])
  func goodNames(_ name: String) { #expect(Self.support.nameProblem(name) == nil) }

  @Test("A dotted name may have 222 characters") func longName() {
    let part = String(repeating: "a", count: 54)
    let name = [part, part, part, part].joined(separator: ".")
    #expect(name.count == 219 && Self.support.nameProblem(name) == nil)
    #expect(Self.support.nameProblem(name + ".abcd") != nil)
  }

  @Test(
    "Names that it forbids",
    arguments: [
      "ab", "Acme", "a b", "-acme", "acme_", "goog-acme", "acme-google", "my-g00gle-lake", "a..b", "192.168.5.4",
      String(repeating: "a", count: 64), String(repeating: "a", count: 64) + ".example",
    ])
  func badNames(_ name: String) { #expect(Self.support.nameProblem(name) != nil) }

  private func problems(_ facet: String, _ value: Value) -> [String] {
    Self.support.facetProblem(facet, value).map { $0.code + " " + $0.path.joined(separator: ".") }
  }

  @Test("Tags are labels: lower case, 63 characters, a letter first") func labels() {
    #expect(problems("tags", ["cost-center": "4711", "état": "", "a_b": "x-1"]) == [])
    #expect(problems("tags", ["costCenter": "4711"]) == ["GCS0101 costCenter"])
    #expect(problems("tags", ["team": "Web"]) == ["GCS0101 team"])
    #expect(problems("tags", ["1team": "web"]) == ["GCS0101 1team"])
    #expect(problems("tags", ["team": .string(String(repeating: "x", count: 64))]) == ["GCS0101 team"])
    let many = Value.map(ValueMap((1...65).map { ("k\($0)", "v") }))
    #expect(problems("tags", many) == ["GCS0108 "])
  }

  @Test("Public access is prevented as a whole") func publicAccess() {
    #expect(problems("publicAccess", "blocked") == [])
    #expect(problems("publicAccess", "allowed") == [])
    #expect(problems("publicAccess", ["blockPublicAcls": true]) == ["GCS0102 "])
  }

  @Test("Encryption is a key of Cloud KMS and nothing else") func encryption() {
    let key: Value = "projects/p/locations/eu/keyRings/r/cryptoKeys/k"
    #expect(problems("encryption", ["kmsKey": key]) == [])
    #expect(problems("encryption", [:]) == [])
    #expect(problems("encryption", ["algorithm": "AES256"]) == ["GCS0103 algorithm"])
    #expect(problems("encryption", ["kmsKey": "alias/k"]) == ["GCS0104 kmsKey"])
    #expect(Encryption.facet.problems(["kmsKey": key]) == [])
  }

  @Test("Of logging and website Google has less") func less() {
    #expect(problems("logging", ["bucket": "logs", "prefix": "a"]) == [])
    #expect(problems("logging", ["bucket": "logs", "keyFormat": "eventTime"]) == ["GCS0109 keyFormat"])
    #expect(problems("website", ["index": "i", "error": "e"]) == [])
    #expect(problems("website", ["redirectTo": "x"]) == ["GCS0109 redirectTo"])
  }

  @Test("Lifecycle rules say what Google can do") func lifecycle() {
    #expect(
      problems("lifecycle", ["trim": ["noncurrentExpiration": ["after": "30d", "keep": 3], "prefix": "a/"]]) == [])
    #expect(problems("lifecycle", ["parts": ["abortMultipartAfter": "7d"]]) == [])
    #expect(
      problems("lifecycle", ["r": ["sizeGreaterThan": "1MiB", "tags": ["a": "b"]]])
        == ["GCS0105 r.tags", "GCS0105 r.sizeGreaterThan"])
    #expect(
      problems("lifecycle", ["r": ["expiration": ["expiredObjectDeleteMarker": true]]])
        == ["GCS0106 r.expiration.expiredObjectDeleteMarker"])
    #expect(
      problems("lifecycle", ["r": ["transitions": [["to": "ARCHIVE"], ["to": "GLACIER"]]]])
        == ["GCS0107 r.transitions.1.to"])
  }
}
