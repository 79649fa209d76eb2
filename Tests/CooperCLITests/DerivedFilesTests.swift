import ArgumentParser
import CooperConfig
import CooperDiagnostics
import CooperProvider
import CooperProviders
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

@Suite("Rules, codes and their fixtures")
struct RulePagesTests {
  private static let mark =
    "<!-- Below: made from the rules; COOPER_RECORD=1 swift test --filter RulePagesTests -->\n\n"

  @Test("docs/rules.md is fresh behind its mark; else: COOPER_RECORD=1 swift test --filter RulePagesTests")
  func page() throws {
    let path = Repository.root + "/docs/rules.md"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let cut = try #require(text.range(of: Self.mark))
    if ProcessInfo.processInfo.environment["COOPER_RECORD"] != nil {
      try (text[..<cut.upperBound] + RulePages.markdown()).write(toFile: path, atomically: true, encoding: .utf8)
    } else {
      #expect(text[cut.upperBound...] == RulePages.markdown())
    }
  }

  @Test("explain knows a rule by its name, and each of its codes")
  func explain() throws {
    for rule in RuleDescription.all {
      let page = RulePages.page(rule)
      #expect(page.hasPrefix("rule \(rule.name): "))
      for entry in rule.entries {
        #expect(page.contains("\(entry.code): \(entry.title)"))
        #expect(AllDiagnostics.catalogue[entry.code.text] == entry)
      }
      try ExplainCommand.parse([rule.name]).run()
    }
  }

  @Test("A project as init writes it is without a finding")
  func starter() {
    let files = StarterProject.files(named: "acme").map { ($0.path, $0.text) }
    let loader = ConfigLoader(
      catalog: AllProviders.registry.catalog, files: MemoryFiles(Dictionary(files, uniquingKeysWith: { $1 })))
    let result = loader.validate(LoadRequest(directory: "/project"))
    #expect(result.diagnostics.map(\.message) == [])
    #expect(result.value?.first?.resources.count == 2)
  }

  /// Codes that no file of a project can give, each with the reason.
  private static let withoutFixture: [String: String] = [
    "YML0005": "needs a file of 64 MiB; CooperSyntaxTests give the limit a smaller number",
    "YML0007": "needs five million values; CooperSyntaxTests give the limit a smaller number",
    "YML0025": "what libyaml says that Cooper has no words for; every known sentence has a code of its own",
    "YML0030": "found by fmt alone, when it reads its own text back; CooperSyntaxTests have one",
    "YML0099": "the system has no memory",
    "CFG0015": "YAML is refused at the same depth before (YML0006)",
    "CFG0016": "no field of this build is only ever read",
    "CFG0008": "two keys of one mapping are found by the reader of YAML before (YML0010)",
    "LIF0008": "needs a thousand and one rules; CooperModelTests have it",
    "LIF0011": "the set's identity finds it before (CFG0009); states and imports can hold it",
    "POL0001": "the shape finds it before (CFG0002, CFG0014)",
    "TAG0003": "the shape finds it before (CFG0007)",
    "RUL0019": "every S3 type of this build wants a region anyhow (CFG0003, CFG0092); PlatformRuleTests have it",
  ]

  @Test("Every code that a file can give has a fixture with its place, or stands here with a reason")
  func fixtures() throws {
    let folder = Repository.root + "/Tests/CooperConfigTests/Fixtures"
    var marked: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasSuffix(".yaml") {
      let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
      for match in text.matches(of: /#! (?:expect|nowhere) ([A-Z]{3}[0-9]{4})/) { marked.insert(String(match.1)) }
    }
    let prefixes: Set<String> = ["YML", "CFG", "RUL", "COR", "ENC", "LIF", "POL", "TAG"]
    let codes = AllDiagnostics.catalogue.entries.map(\.code.text).filter { prefixes.contains(String($0.prefix(3))) }
    #expect(Set(codes).subtracting(marked).subtracting(Self.withoutFixture.keys).sorted() == [])
    #expect(marked.intersection(Self.withoutFixture.keys).sorted() == [], "these have a fixture after all")
    #expect(Set(Self.withoutFixture.keys).subtracting(codes).sorted() == [], "these are no codes")
  }
}
