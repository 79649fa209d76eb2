import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import InfinStorProvider

@Suite("What the language says of InfinStor") struct InfinStorDeclarationTests {
  @Test("Its declarations hold together") func declarations() {
    #expect(DeclarationFindings.of(InfinStorProvider()) == [])
  }

  @Test("Without a method it signs in by a reference to a secret") func access() throws {
    let access = try #require(InfinStorConnectionType.declaration.accessMethods[""])
    guard case .secret? = access["tokenFile"]?.shape else {
      Issue.record("tokenFile takes no reference to a secret")
      return
    }
  }

  @Test("R-14 plain HTTP needs an opt-in") func connect() {
    let declaration = ConnectionDeclaration(
      name: "x", type: "infinstor", settings: ["endpoint": "http://x.example"], access: ValueMap())
    let failure = #expect(throws: CallFailure.self) {
      try InfinStorProvider().connect(declaration, environment: .nothing)
    }
    #expect(failure?.code == "PLT0001")
  }
}
