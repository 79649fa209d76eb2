import CooperTestSupport
import Testing

@testable import InfinStorProvider

@Suite("What the language says of InfinStor") struct InfinStorDeclarationTests {
  @Test("Its declarations hold together") func declarations() {
    #expect(DeclarationFindings.of(InfinStorProvider()) == [])
  }

  @Test("Without a method it signs in by a reference to a secret") func access() {
    #expect(PlatformFindings.access(InfinStorProvider(), field: "tokenFile") == [])
  }

  @Test("R-14 plain HTTP needs an opt-in, and a certificate that isn't there is told") func connect() {
    #expect(PlatformFindings.addresses(InfinStorProvider()) == [])
  }
}
