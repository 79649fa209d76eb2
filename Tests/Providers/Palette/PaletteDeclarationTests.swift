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

  @Test("R-14 plain HTTP needs an opt-in") func connect() {
    let declaration = ConnectionDeclaration(
      name: "x", type: "palette", settings: ["endpoint": "http://x.example"], access: ValueMap())
    let failure = #expect(throws: CallFailure.self) {
      try PaletteProvider().connect(declaration, environment: .nothing)
    }
    #expect(failure?.code == "PLT0001")
  }
}
