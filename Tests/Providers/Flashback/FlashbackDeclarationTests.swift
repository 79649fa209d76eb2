import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import FlashbackProvider

@Suite("What the language says of Flashback") struct FlashbackDeclarationTests {
  @Test("Its declarations hold together") func declarations() {
    #expect(DeclarationFindings.of(FlashbackProvider()) == [])
  }

  @Test("Without a method it signs in by a reference to a secret") func access() throws {
    let access = try #require(FlashbackConnectionType.declaration.accessMethods[""])
    guard case .secret? = access["token"]?.shape else {
      Issue.record("token takes no reference to a secret")
      return
    }
  }

  @Test("R-14 plain HTTP needs an opt-in, and a certificate that isn't there is told") func connect() {
    for (settings, word) in [
      (["endpoint": "http://x.example"] as ValueMap, "insecure: allow"),
      (["endpoint": "https://x.example", "caCertificate": "no.pem"], "no.pem"),
      (["endpoint": "https://user@x.example"], "endpoint"),
    ] {
      let declaration = ConnectionDeclaration(name: "x", type: "flashback", settings: settings, access: ValueMap())
      let failure = #expect(throws: CallFailure.self) {
        try FlashbackProvider().connect(declaration, environment: .nothing)
      }
      #expect(failure?.code == "PLT0001" && failure?.message.contains(word) == true)
    }
  }
}
