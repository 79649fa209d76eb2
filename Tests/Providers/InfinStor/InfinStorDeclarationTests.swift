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

  @Test("It says that it can't sign in yet, and how to plan without") func connect() {
    let declaration = ConnectionDeclaration(name: "x", type: "infinstor", settings: ValueMap(), access: ValueMap())
    let failure = #expect(throws: CallFailure.self) {
      try InfinStorProvider().connect(declaration, environment: .nothing)
    }
    #expect(failure?.code == "CON0011" && failure?.message.contains("--no-observe") == true)
  }
}
