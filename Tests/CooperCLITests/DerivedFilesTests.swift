import CooperDiagnostics
import CooperTestSupport
import Foundation
import Testing

@testable import CooperCLI

@Suite("Committed files that are made from the schema")
struct DerivedFilesTests {
  @Test("schemas/cooper.schema.json is fresh; else: cooper schema --write")
  func schema() {
    let golden = Golden("../../schemas")
    #expect(golden.difference(SchemaCommand.language, "cooper.schema.json") == nil)
  }

  @Test("docs/reference is fresh; else: cooper schema --reference docs/reference")
  func reference() throws {
    let golden = Golden("../../docs/reference")
    let pages = ReferencePages.all()
    for page in pages { #expect(golden.difference(page.text, page.name) == nil) }
    let files = try FileManager.default.contentsOfDirectory(atPath: Repository.root + "/docs/reference")
    #expect(Set(files) == Set(pages.map(\.name)))
  }

  @Test("Every diagnostic code in the sources has an entry in the catalogue")
  func codes() throws {
    let sources = Repository.root + "/Sources"
    let files = try #require(FileManager.default.enumerator(atPath: sources))
    let known = Set(AllDiagnostics.catalogue.entries.map(\.code.text))
    var missing: [String] = []
    let code = /(?:"|error |warning )([A-Z][A-Z0-9]{2}[0-9]{4})\b/
    for case let file as String in files where file.hasSuffix(".swift") {
      let text = try String(contentsOfFile: sources + "/" + file, encoding: .utf8)
      for match in text.matches(of: code) where !known.contains(String(match.1)) {
        missing.append("\(match.1) in \(file)")
      }
    }
    #expect(Set(missing).sorted() == [])
  }

  @Test("No code has two entries")
  func duplicates() { #expect(AllDiagnostics.catalogue.duplicates.isEmpty) }
}
