import CooperSchema
import CooperSecrets
import Testing

@Suite("References to secrets")
struct SecretReferenceTests {
  @Test(
    "Each form is read as what it is; nothing else is a reference",
    arguments: [
      ("env:NAME", "environment NAME"), ("file:secrets/a.txt", "file secrets/a.txt"), ("sealed:v1.a.b.c", "sealed"),
      ("env:", nil), ("file:", nil), ("env:A\u{0}B", nil), ("file:a\u{0}b", nil), ("plain", nil), ("", nil),
      ("environment:A", nil), (" env:A", nil),
    ] as [(String, String?)])
  func texts(text: String, form: String?) { #expect(words(.string(text)) == form) }

  @Test("A command is a list of texts under the one key of a map, and names a program")
  func commands() {
    #expect(words(["command": ["op", "read", "x"]]) == "command op read x")
    #expect(words(["command": ["op"]]) == "command op")
    #expect(words(["command": []]) == nil)
    #expect(words(["command": ["", "read"]]) == nil)
    #expect(words(["command": ["op", 1]]) == nil)
    #expect(words(["command": "op read"]) == nil)
    #expect(words(["command": ["op"], "other": "x"]) == nil)
    #expect(words(["other": ["op"]]) == nil)
    #expect(words(.null) == nil)
    #expect(words(.integer(1)) == nil)
  }

  private func words(_ value: Value) -> String? {
    switch SecretReference(value) {
    case .environment(let name): "environment " + name
    case .file(let path): "file " + path
    case .sealed: "sealed"
    case .command(let words): (["command"] + words).joined(separator: " ")
    case nil: nil
    }
  }

  @Test("A field fits a pattern word by word, and * stands for one name that is there")
  func patterns() {
    let pattern = ["connections", "*", "access", "secretAccessKey"]
    #expect(fits("connections.store.access.secretAccessKey", pattern))
    #expect(!fits("connections..access.secretAccessKey", pattern))
    #expect(!fits("connections.store.access.secretAccessKeys", pattern))
    #expect(!fits("connections.store.planAccess.secretAccessKey", pattern))
    #expect(!fits("connections.store.access", pattern))
    #expect(!fits("connections.store.access.secretAccessKey.x", pattern))
  }
}
