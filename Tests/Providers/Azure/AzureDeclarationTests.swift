import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import AzureProvider

@Suite("What the language says of Azure") struct AzureDeclarationTests {
  @Test("Its declarations hold together") func declarations() {
    #expect(DeclarationFindings.of(AzureProvider()) == [])
  }

  @Test("Names of storage accounts: 3 to 24 lower-case letters and digits (R-13)") func accounts() {
    let problem = AzureAccountSupport.support.nameProblem
    for name in ["abc", "acmereports", "0123456789abcdefghijklmn"] { #expect(problem(name) == nil) }
    for name in ["ab", "acme-reports", "AcmeReports", "0123456789abcdefghijklmno", "acme.reports", ""] {
      #expect(problem(name) != nil, "\(name)")
    }
  }

  @Test("Names of containers: 3 to 63, single hyphens inside (R-13)") func containers() {
    let problem = AzureContainerSupport.support.nameProblem
    for name in ["abc", "my-reports-1", "1st", "$root", "$web", String(repeating: "a", count: 63)] {
      #expect(problem(name) == nil, "\(name)")
    }
    for name in ["ab", "a--b", "-abc", "abc-", "Abc", "a.b.c", "a_b", "$logs", String(repeating: "a", count: 64)] {
      #expect(problem(name) != nil, "\(name)")
    }
  }

  @Test("CORS, versions, soft delete, lifecycle and tags of a container point to its account")
  func ofTheAccount() throws {
    for name in ["cors", "versioning", "softDelete", "lifecycle", "tags", "publicAccess"] {
      guard case .unsupported(_, let nearest)? = AzureContainerSupport.support.facets[name] else {
        Issue.record("\(name) is held by a container")
        continue
      }
      #expect(try #require(nearest).contains("storageAccounts"))
      #expect(AzureAccountSupport.support.facets.keys.contains(name))
    }
  }

  private func problems(_ facet: String, _ value: Value) -> [String] {
    AzureAccountSupport.support.facetProblem(facet, value).map { $0.code + " " + $0.path.joined(separator: ".") }
  }

  @Test("An account holds five CORS rules") func cors() {
    let rule: Value = ["origins": ["*"], "methods": ["GET"]]
    #expect(problems("cors", .list(Array(repeating: rule, count: 5))) == [])
    #expect(problems("cors", .list(Array(repeating: rule, count: 6))) == ["AZU0101 "])
  }

  @Test("Lifecycle rules say what Azure can do") func lifecycle() {
    #expect(
      problems(
        "lifecycle",
        ["r": ["tags": ["a": "b"], "transitions": [["to": "Cool", "after": "30d"]], "expiration": ["after": "90d"]]])
        == [])
    #expect(
      problems("lifecycle", ["r": ["abortMultipartAfter": "7d", "sizeLessThan": "1MiB"]])
        == ["AZU0103 r.abortMultipartAfter", "AZU0103 r.sizeLessThan"])
    #expect(
      problems("lifecycle", ["r": ["noncurrentExpiration": ["after": "7d", "keep": 2]]])
        == ["AZU0103 r.noncurrentExpiration.keep"])
    #expect(
      problems("lifecycle", ["r": ["expiration": ["expiredObjectDeleteMarker": true]]])
        == ["AZU0103 r.expiration.expiredObjectDeleteMarker"])
    #expect(
      problems("lifecycle", ["r": ["transitions": [["to": "GLACIER"]]]]) == ["AZU0104 r.transitions.0.to"])
    let many = Value.map(ValueMap((1...101).map { ("r\($0)", ["expiration": ["after": "1d"]]) }))
    #expect(problems("lifecycle", many) == ["AZU0102 "])
  }

  @Test("One duration of soft delete is for blobs and containers, two are kept apart") func softDelete() throws {
    let both = try AccountSoftDelete(value: "14d")
    #expect(both.blobs == .days(14) && both.containers == .days(14) && both.value == "14d")
    let one = try AccountSoftDelete(value: ["blobs": "14d"])
    #expect(one.containers == nil && one.value == ["blobs": "14d"])
    #expect(try AccountSoftDelete(value: ["blobs": "7d", "containers": "7d"]) == AccountSoftDelete(value: "7d"))
  }
}
