import CooperDiagnostics
import CooperProvider
import Testing

@testable import CooperSecrets

@Suite("Sealing anew in place")
struct RotationTests {
  let old = SealingKey.generate()
  let new = SealingKey.generate()

  private func sealed(_ field: String, _ secret: String = "s3cret") throws -> String {
    try #require(SealedText(Secret(secret), for: SealedPlace(project: "acme", field: field), with: old)).description
  }

  private func rotate(_ text: String) -> SealedRotation {
    SealedRotation(
      SourceText(name: "cooper.yaml", text: text), project: "acme", types: ["minio", "aws"], from: [old], to: new)
  }

  @Test("comments, layout, line ends and quotes stay, byte for byte; every spelling of a place is known")
  func everythingElseStays() throws {
    let access = "connections.minio.access.secretAccessKey"
    let token = "connections.minio.access.sessionToken"
    let plan = "connections.minio.planAccess.secretAccessKey"
    let texts = [try sealed(access), try sealed(token), try sealed(plan), try sealed(access)]
    let file = """
      # héad 🪣\r
      connections:   # tail
        minio:
          access: { accessKeyId: env:ID, secretAccessKey: \(texts[0]), "sessionToken": '\(texts[1])' }  # é \(texts[0].prefix(9))

          planAccess:
              secretAccessKey:    "\(texts[2])"
      environments: { prod: { connections: { minio: { access: { secretAccessKey: \(texts[3]) } } } } }
      """
    let rotation = rotate(file)
    #expect(rotation.refused.isEmpty)
    #expect(rotation.changed.map(\.field) == [access, token, plan, access])
    #expect(rotation.changed.map(\.line) == [4, 4, 7, 8])
    // Put back what was replaced: then nothing may differ.
    var restored = String(decoding: rotation.bytes, as: UTF8.self)
    let found = fieldTexts(in: SourceText(name: "x", bytes: rotation.bytes), types: ["minio"])
      .filter { $0.text.hasPrefix("sealed:") }
    #expect(found.count == 4)
    for (old, now) in zip(texts, found) {
      let read = try SealedText(now.text)
      #expect(read.keyID == new.id)
      let secret = try read.open(for: SealedPlace(project: "acme", field: now.field), with: [new])
      #expect(secret.withBytes { Array($0) } == Array("s3cret".utf8))
      restored = restored.replacing(now.text, with: old)
    }
    #expect(restored == file)
    #expect(rotate(String(decoding: rotation.bytes, as: UTF8.self)).changed.isEmpty, "the second time nothing is due")
  }

  @Test("a block for a type of connection and facets: are no part of a field's name")
  func names() throws {
    let one = try sealed("buckets.data.replication.password")
    let rotation = rotate(
      """
      facets: { data: { replication: { password: \(one) } } }
      buckets: { data: { aws: { replication: { password: \(one) } } } }
      """)
    #expect(rotation.refused.isEmpty)
    #expect(rotation.changed.count == 2)
  }

  @Test("one that can't be opened refuses, with its line, and the rest is told too")
  func refusals() throws {
    let other = try #require(
      SealedText(Secret("x"), for: SealedPlace(project: "acme", field: "a.b.c"), with: .generate()))
    let rotation = rotate(
      """
      a: { b: { c: \(other.description) } }
      b: { b: { c: \(try sealed("a.b.c")) } }
      c: { b: { c: sealed:v1.cut } }
      d: { b: { c: \(try sealed("d.b.c")) } }
      """)
    #expect(rotation.refused.map(\.line) == [1, 2, 3])
    #expect(rotation.refused.map(\.problem).contains(.elsewhere))
    #expect(rotation.changed.map(\.field) == ["d.b.c"])
  }

  @Test("a text that merge keys bring to its field is found there")
  func mergeKeys() throws {
    let rotation = rotate(
      """
      x-access: &access { secretAccessKey: \(try sealed("connections.m.access.secretAccessKey")) }
      connections: { m: { access: { <<: *access, accessKeyId: env:ID } } }
      """)
    #expect(rotation.refused.isEmpty)
    #expect(rotation.changed.map(\.field) == ["connections.m.access.secretAccessKey"])
  }
}
