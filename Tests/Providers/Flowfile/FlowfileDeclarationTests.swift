import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import FlowfileProvider

@Suite("What the language says of Flowfile") struct FlowfileDeclarationTests {
  @Test("Its declarations hold together") func declarations() {
    #expect(DeclarationFindings.of(FlowfileProvider()) == [])
  }

  @Test("Without a method it signs in by a reference to a secret") func access() throws {
    let access = try #require(FlowfileConnectionType.declaration.accessMethods[""])
    guard case .secret? = access["username"]?.shape else {
      Issue.record("username takes no reference to a secret")
      return
    }
  }

  @Test("R-14 plain HTTP needs an opt-in, and a certificate that isn't there is told") func connect() {
    for (settings, word) in [
      (["endpoint": "http://x.example"] as ValueMap, "insecure: allow"),
      (["endpoint": "https://x.example", "caCertificate": "no.pem"], "no.pem"),
      (["endpoint": "https://user@x.example"], "endpoint"),
    ] {
      let declaration = ConnectionDeclaration(name: "x", type: "flowfile", settings: settings, access: ValueMap())
      let failure = #expect(throws: CallFailure.self) {
        try FlowfileProvider().connect(declaration, environment: .nothing)
      }
      #expect(failure?.code == "PLT0001" && failure?.message.contains(word) == true)
    }
  }
}
