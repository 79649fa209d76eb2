import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import PaletteProvider

@Suite("What the language says of Palette") struct PaletteDeclarationTests {
  @Test("Its declarations hold together") func declarations() {
    #expect(DeclarationFindings.of(PaletteProvider()) == [])
  }

  @Test("Without a method it signs in by a reference to a secret") func access() throws {
    let access = try #require(PaletteConnectionType.declaration.accessMethods[""])
    guard case .secret? = access["apiKey"]?.shape else {
      Issue.record("apiKey takes no reference to a secret")
      return
    }
  }

  @Test("It says that it can't sign in yet, and how to plan without") func connect() {
    let declaration = ConnectionDeclaration(name: "x", type: "palette", settings: ValueMap(), access: ValueMap())
    let failure = #expect(throws: CallFailure.self) {
      try PaletteProvider().connect(declaration, environment: .nothing)
    }
    #expect(failure?.code == "CON0011" && failure?.message.contains("--no-observe") == true)
  }
}
