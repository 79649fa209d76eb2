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

  @Test("It says that it can't sign in yet, and how to plan without") func connect() {
    let declaration = ConnectionDeclaration(name: "x", type: "flashback", settings: ValueMap(), access: ValueMap())
    let failure = #expect(throws: CallFailure.self) {
      try FlashbackProvider().connect(declaration, environment: .nothing)
    }
    #expect(failure?.code == "CON0011" && failure?.message.contains("--no-observe") == true)
  }
}
