import CooperProvider
import CooperSigning
import FoundationEssentials
import Testing

@Suite("Azure: what azure-storage-blob 12.31.1 signed") struct AzureSigningTests {
  private struct SharedKeyCase: Decodable {
    var account: String
    var key: String
    var method: String
    var path: String
    var query: [[String]]
    var headers: [[String]]
    var length: Int
    var authorization: String
  }

  @Test("Shared Key: 300 random requests") func sharedKey() throws {
    let cases: [SharedKeyCase] = try Fixture.load("azure-shared-key.json")
    #expect(cases.count >= 300)
    for (index, one) in cases.enumerated() {
      let signer = try #require(AzureSharedKey(account: one.account, key: Secret(one.key)))
      let authorization = signer.authorization(
        try #require(HTTPMethod(rawValue: one.method)), path: one.path,
        query: one.query.map { QueryItem($0[0], $0[1]) }, headers: one.headers.map { Header($0[0], $0[1]) },
        contentLength: one.length)
      #expect(authorization == one.authorization, "case \(index)")
    }
  }

  private struct SASCase: Decodable {
    var account: String
    var key: String
    var permissions: String
    var expiry: String
    var start: String?
    var ip: String?
    var `protocol`: String?
    var scope: String?
    var services: String?
    var types: String?
    var container: String?
    var blob: String?
    var policy: String?
    var token: [[String]]
  }

  @Test("Shared access signatures: 120 of accounts, containers and blobs") func signatures() throws {
    let cases: [SASCase] = try Fixture.load("azure-sas.json")
    #expect(cases.count >= 120)
    for (index, one) in cases.enumerated() {
      var sas = AzureSAS(permissions: one.permissions, expiry: one.expiry)
      sas.start = one.start
      sas.ip = one.ip
      sas.protocols = one.protocol
      sas.encryptionScope = one.scope
      let items: [QueryItem]?
      if let services = one.services, let types = one.types {
        items = sas.account(one.account, key: Secret(one.key), services: services, resourceTypes: types)
      } else {
        items = sas.service(
          one.account, key: Secret(one.key), container: try #require(one.container), blob: one.blob, policy: one.policy)
      }
      #expect(Set(try #require(items).map { [$0.name, $0.value ?? ""] }) == Set(one.token), "case \(index)")
    }
  }

  /// The example of the Azure Storage REST API, "Authorize with Shared Key", for List Blobs... of version 2009-09-19 on.
  @Test("The string to sign is the published one") func publishedExample() throws {
    let signer = try #require(AzureSharedKey(account: "myaccount", key: Secret("AAAA")))
    let text = signer.stringToSign(
      .get, path: "/myaccount/mycontainer",
      query: [QueryItem("restype", "container"), QueryItem("comp", "metadata"), QueryItem("timeout", "20")],
      headers: [Header("x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT"), Header("x-ms-version", "2015-02-21")],
      contentLength: 0)
    #expect(
      text
        == "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n"
        + "/myaccount/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20")
  }

  @Test("A key that is no base 64 signs nothing") func badKey() {
    #expect(AzureSharedKey(account: "a", key: Secret("not base 64")) == nil)
    #expect(AzureSharedKey(account: "a", key: Secret("")) == nil)
    #expect(
      AzureSAS(permissions: "r", expiry: "x").account("a", key: Secret("!"), services: "b", resourceTypes: "s") == nil)
  }

  @Test(
    "Dates of headers",
    arguments: [
      (0.0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_795_953_599, "Sun, 29 Nov 2026 11:59:59 GMT"),
    ]) func dates(_ seconds: Double, _ text: String)
  {
    #expect(HTTPDate.text(SigningTime(seconds)) == text)
  }

  @Test("What is no certificate with a key is told without any of it") func assertions() {
    for pem in ["", "canary", "-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----\n"] {
      do throws(ClientAssertion.Problem) {
        _ = try ClientAssertion(pem: Secret(pem))
        Issue.record("taken: \(pem)")
      } catch {
        #expect(!error.words.contains("canary"))
      }
    }
  }
}
