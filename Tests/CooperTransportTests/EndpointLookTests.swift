import CooperProvider
import Testing

@testable import CooperTransport

@Suite("A look at an endpoint")
struct EndpointLookTests {
  @Test(
    "Ends of certificates are read as OpenSSL writes them",
    arguments: [
      ("Jan  1 00:00:00 1970 GMT", 0), ("Nov 29 14:06:46 2026 GMT", 1_795_961_206),
      ("Feb 29 12:00:00 2028 GMT", 1_835_438_400),
      ("Mar  1 00:00:00 2000 GMT", 951_868_800), ("Dec 31 23:59:59 2099 GMT", 4_102_444_799), ("tomorrow", nil),
      ("Foo 29 14:06:46 2026 GMT", nil), ("Nov 29 14:06 2026 GMT", nil),
    ] as [(String, Double?)])
  func dates(_ text: String, _ seconds: Double?) { #expect(ServerCertificate.seconds(text) == seconds) }

  @Test("A closed port is no connection, and a URL that is none is refused")
  func closed() {
    let look = EndpointLook.at(HTTPRequest(.get, "http://127.0.0.1:1/", connectTimeout: 2), TransportOptions())
    guard case .failure(let failure) = look.outcome else {
      Issue.record("something listens on port 1")
      return
    }
    #expect(failure.code == TransportCode.connectFailed && !look.isConnected && look.certificate == nil)
    let none = EndpointLook.at(HTTPRequest(.get, "ftp://127.0.0.1/"), TransportOptions())
    guard case .failure(let refusal) = none.outcome else {
      Issue.record("a URL of another scheme was sent")
      return
    }
    #expect(refusal.code == TransportCode.invalidRequest)
  }
}
