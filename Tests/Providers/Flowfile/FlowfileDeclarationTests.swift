import CooperTestSupport
import Testing

@testable import FlowfileProvider

@Suite("What the language says of Flowfile") struct FlowfileDeclarationTests {
  @Test("Its declarations hold together") func declarations() {
    #expect(DeclarationFindings.of(FlowfileProvider()) == [])
  }

  @Test("Without a method it signs in by a reference to a secret") func access() {
    #expect(PlatformFindings.access(FlowfileProvider(), field: "username") == [])
  }

  @Test("R-14 plain HTTP needs an opt-in, and a certificate that isn't there is told") func connect() {
    #expect(PlatformFindings.addresses(FlowfileProvider()) == [])
  }
}
