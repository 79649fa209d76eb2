import CooperTestSupport
import Testing

@testable import PaletteProvider

@Suite("What the language says of Palette") struct PaletteDeclarationTests {
  @Test("Its declarations hold together") func declarations() {
    #expect(DeclarationFindings.of(PaletteProvider()) == [])
  }

  @Test("Without a method it signs in by a reference to a secret") func access() {
    #expect(PlatformFindings.access(PaletteProvider(), field: "apiKey") == [])
  }

  @Test("R-14 plain HTTP needs an opt-in, and a certificate that isn't there is told") func connect() {
    #expect(PlatformFindings.addresses(PaletteProvider()) == [])
  }
}
