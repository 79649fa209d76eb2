import CooperDiagnostics
import Testing

@Suite("did you mean, and the catalogue")
struct ClosestMatchTests {
  private let fields = [
    "connection", "region", "bucketName", "versioning", "encryption", "publicAccess", "ownership", "cors", "lifecycle",
    "policy", "tags", "profile", "x",
  ]

  @Test(
    "a slip finds what was meant, anything else nothing",
    arguments: [
      ("cros", "cors"), ("tag", "tags"), ("regoin", "region"), ("lifecyle", "lifecycle"), ("Versioning", "versioning"),
      ("bucket_name", "bucketName"), ("bucket-name", "bucketName"), ("public_acess", "publicAccess"),
      ("encrypt", "encryption"), ("polciy", "policy"), ("colour", nil), ("y", nil), ("", nil), ("zzz", nil),
      ("cop", nil),
      ("connection", "connection"), (String(repeating: "connection", count: 50), nil),
    ] as [(String, String?)])
  func match(_ text: String, _ expected: String?) {
    #expect(closestMatch(to: text, in: fields) == expected)
  }

  @Test("the nearest wins, and the first of equals")
  func nearest() {
    #expect(closestMatch(to: "bucked", in: ["bucker", "bucked1", "bucket"]) == "bucker")
    #expect(closestMatch(to: "lifecycl", in: ["lifecyxx", "lifecycle"]) == "lifecycle")
    #expect(closestMatch(to: "region", in: ["regions", "Region"]) == "Region")
  }

  @Test("the catalogue finds codes in any case, reports codes claimed twice, and suggests")
  func catalogue() {
    let first = [
      CatalogueEntry("TST0002", "two", "Why.", fix: "Do."), CatalogueEntry("TST0001", "one", "Why.", fix: "Do."),
    ]
    let catalogue = DiagnosticCatalogue(first, [CatalogueEntry("TST0002", "again", "Why.", fix: "Do.")])
    #expect(catalogue.entries.map(\.title) == ["one", "two"])
    #expect(catalogue.duplicates == ["TST0002"])
    #expect(catalogue["tst0001"]?.title == "one")
    #expect(catalogue["TST9999"] == nil)
    #expect(catalogue.closest(to: "TS0001") == "TST0001")
    #expect(catalogue["TST0001"]?.page == "TST0001: one\n\n  Why.\n\n  Fix: Do.\n")
  }
}
