import CooperTestSupport
import Testing

@testable import FlashbackProvider

@Suite("What the language says of Flashback") struct FlashbackDeclarationTests {
  @Test("Its declarations hold together") func declarations() {
    #expect(DeclarationFindings.of(FlashbackProvider()) == [])
  }

  @Test("Without a method it signs in by a reference to a secret") func access() {
    #expect(PlatformFindings.access(FlashbackProvider(), field: "token") == [])
  }

  @Test("R-14 plain HTTP needs an opt-in, and a certificate that isn't there is told") func connect() {
    #expect(PlatformFindings.addresses(FlashbackProvider()) == [])
  }
}
