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

  @Test("It says that it can't sign in yet, and how to plan without") func connect() {
    let declaration = ConnectionDeclaration(name: "x", type: "flowfile", settings: ValueMap(), access: ValueMap())
    let failure = #expect(throws: CallFailure.self) {
      try FlowfileProvider().connect(declaration, environment: .nothing)
    }
    #expect(failure?.code == "CON0011" && failure?.message.contains("--no-observe") == true)
  }
}
