import CooperDocuments
import CooperModel
import CooperSchema
import Testing

@Suite("Secrets in texts")
struct TextTests {
  private let slot = DocumentSlot(Address("identities", "k"), "secretAccessKey")

  private func fill(_ spelling: SecretSpelling, _ value: String, member: String? = nil) throws -> String {
    var text = DocumentText()
    text.append(DocumentSlot(slot.address, slot.field, member: member), spelling)
    return String(decoding: try text.filled { _ in Array(value.utf8) }, as: UTF8.self)
  }

  @Test("A key with a line end can't begin another setting")
  func injection() {
    for spelling in [SecretSpelling.line, .shell, .quotedLine] {
      let error = #expect(throws: DocumentProblem.self) {
        try fill(spelling, "key\nendpoint_url = https://evil.example")
      }
      #expect(error?.code == "DOC0005")
      #expect(error?.message.contains("evil") == false)
    }
  }

  @Test("Spellings")
  func spellings() throws {
    #expect(try fill(.line, "a b") == "a b")
    #expect(try fill(.quoted, "a\"\n\\\u{1}é") == "a\\\"\\n\\\\\\u0001é")
    #expect(try fill(.form, "a/b+c=é") == "a%2Fb%2Bc%3D%C3%A9")
    #expect(try fill(.shell, "plain/+=") == "plain/+=")
    #expect(try fill(.shell, "it's $HOME") == "'it'\\''s $HOME'")
    #expect(try fill(.oneLine, "{ \"a\": [1, \"b c\"] }\n") == "{\"a\":[1,\"b c\"]}")
  }

  @Test("A member of a JSON secret, and none of a broken one")
  func members() throws {
    #expect(try fill(.line, #"{"a":{"b":1},"client_email":"x\u0040y\ud83d\ude00"}"#, member: "client_email") == "x@y😀")
    for broken in ["", "{", #"{"client_email":1}"#, #"{"client_email":"x"} x"#, #"{"other":"x"}"#, "[]"] {
      #expect(throws: DocumentProblem.self) { try fill(.line, broken, member: "client_email") }
    }
  }

  @Test("Section 5: BucketInfo is read back as it was written, enum texts in any case, an empty region is legal (R-01)")
  func bucketInfo() throws {
    let text = try Samples.text(.bucketInfo, Samples.of(Samples.hikube, Samples.user))
    var (id, secret) = ("", "")
    let info = try #require(
      BucketInfo(
        Array(text.replacing("\"KEY\"", with: "\"Key\"").utf8), key: { id = String(decoding: $0, as: UTF8.self) },
        secret: { secret = String(decoding: $0, as: UTF8.self) }))
    #expect(info.bucketName == "bucket-0d5e1f6a-1b2c-4d3e-8f90-a1b2c3d4e5f6")
    #expect(info.endpoint == "https://prod.s3.hikube.cloud")
    #expect(info.region == "")
    #expect(id == "AKIAIOSFODNN7EXAMPLE")
    #expect(secret == "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    #expect(BucketInfo(Array("{\"spec\":{}}".utf8), key: { _ in }, secret: { _ in }) == nil)
    #expect(try Samples.json(text)["metadata"]?["name"] == "bc-0d5e1f6a-1b2c-4d3e-8f90-a1b2c3d4e5f6")
  }
}

@Suite("What Velero refuses")
struct VeleroRuleTests {
  @Test("VL-04: an unknown key, and one of another plug-in", arguments: ["s3url", "storageAccount", "prefix"])
  func unknownKey(_ key: String) {
    let found = VeleroConfig.problems([key: "x"], .aws)
    #expect(found.map(\.key) == [key])
  }

  @Test("VL-02: the prefix is written at the location")
  func prefix() { #expect(VeleroConfig.problems(["prefix": "x"], .aws)[0].fix.contains("location itself")) }

  @Test("Section 6: one key of encryption at most, URLs with a scheme, two to ten tags, blocks up to 100 MiB")
  func values() {
    #expect(VeleroConfig.problems(["kmsKeyId": "a", "customerKeyEncryptionFile": "b"], .aws).count == 1)
    #expect(VeleroConfig.problems(["s3Url": "minio:9000"], .aws).count == 1)
    #expect(VeleroConfig.problems(["tagging": "a=b"], .aws).count == 1)
    #expect(VeleroConfig.problems(["tagging": "a=b&c=d"], .aws).isEmpty)
    #expect(VeleroConfig.problems(["customerKeyEncryptionSecret": "name"], .aws).count == 1)
    #expect(VeleroConfig.problems(["blockSizeInBytes": "104857601"], .azure).count == 1)
    #expect(VeleroConfig.problems(["blockSizeInBytes": "104857600"], .azure).isEmpty)
    #expect(VeleroConfig.snapshotProblems(["snapshotType": "COLD"], .gcp).count == 1)
    #expect(VeleroConfig.snapshotProblems(["s3Url": "x"], .aws).count == 1)
  }

  @Test("VL-01: no slash in a bucket's name; VL-04 stops the document")
  func documents() {
    var bucket = Samples.bucket("data/x")
    bucket.name = "data/x"
    #expect(throws: DocumentProblem.self) { try Samples.text(.velero, Samples.location(bucket, Samples.key)) }
    let error = #expect(throws: DocumentProblem.self) {
      try Samples.text(.velero, Samples.location(Samples.bucket(), Samples.key, ["config": ["s3url": "x"]]))
    }
    #expect(error?.code == "DOC0006")
  }

  @Test("VL-06: Secret and location are in one namespace; a role has no credential")
  func namespaces() throws {
    let made = try Samples.text(.velero, Samples.location(Samples.minio, Samples.key, ["namespace": "backup"]))
    #expect(made.components(separatedBy: "namespace: backup").count == 3)
    let role = try Samples.text(.velero, Samples.location(Samples.bucket(), Samples.role()))
    #expect(!role.contains("credential"))
  }
}

extension String {
  fileprivate func components(separatedBy text: String) -> [Substring] {
    split(separator: text, omittingEmptySubsequences: false)
  }
}
