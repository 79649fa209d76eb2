import CooperProvider
import CooperTestSupport
import CooperTransport
import Foundation
import Testing

@Suite("TLS with private authorities", .serialized)
struct TLSTests {
  let server: ForeignServer
  let authority: String

  init() throws {
    server = try ForeignServer()
    try server.makeAuthority("authority")
    authority = try server.text("authority.pem")
  }

  private func start(for names: String = "IP:127.0.0.1,DNS:localhost") throws -> Int {
    try server.makeCertificate("leaf", for: names, by: "authority")
    return try server.startPython()
  }

  @Test("The right authority is believed, and its connection is kept")
  func goodAuthority() async throws {
    let port = try start()
    let transport = CurlTransport()
    defer { transport.close() }
    for host in ["127.0.0.1", "127.0.0.1", "localhost"] {
      let request = HTTPRequest(.get, "https://\(host):\(port)/leaf.ext", caCertificate: authority)
      let reply = try await transport.send(request)
      #expect(reply.status == 200)
      #expect(String(decoding: reply.body, as: UTF8.self).hasPrefix("subjectAltName"))
    }
    #expect(transport.statistics.connectionsOpened == 2)
  }

  @Test("A connection made under one authority is not lent to a request with another, or with none")
  func authoritiesAreKeptApart() async throws {
    let port = try start()
    try server.makeAuthority("other")
    let transport = CurlTransport(TransportOptions(parallelism: 1))
    defer { transport.close() }
    var request = HTTPRequest(.get, "https://127.0.0.1:\(port)/leaf.ext", caCertificate: authority)
    #expect(try await transport.send(request).status == 200)

    request.caCertificate = try server.text("other.pem")
    var failure = await failure(request, over: transport)
    #expect(failure?.code == TransportCode.tlsFailed)
    #expect(failure?.message.hasSuffix("caCertificate holds another authority") == true)

    request.caCertificate = nil
    failure = await CooperTransportTests.failure(request, over: transport)
    #expect(failure?.kind == .unavailable)
    #expect(failure?.code == TransportCode.tlsFailed)
    #expect(failure?.message.contains("comes from no trusted authority") == true)
    #expect(failure?.message.hasSuffix("give its certificate as caCertificate") == true)
    #expect(failure?.mayHaveHappened == false)

    request.verifiesTLS = false
    #expect(try await transport.send(request).status == 200)
    request.verifiesTLS = true
    #expect(await CooperTransportTests.failure(request, over: transport)?.code == TransportCode.tlsFailed)

    request.caCertificate = authority
    #expect(try await transport.send(request).status == 200)
  }

  @Test("A certificate for another host is refused")
  func wrongHost() async throws {
    let port = try start(for: "DNS:elsewhere.example")
    let transport = CurlTransport()
    defer { transport.close() }
    let failure = await failure(
      HTTPRequest(.get, "https://127.0.0.1:\(port)/?X-Amz-Signature=abc", caCertificate: authority), over: transport)
    #expect(failure?.code == TransportCode.tlsFailed)
    #expect(failure?.message.hasPrefix("the certificate of https://127.0.0.1:\(port) is for another host") == true)
    #expect(failure?.message.contains("Signature") == false)
    #expect(failure?.mayHaveHappened == false)
  }

  @Test("A caCertificate that is no certificate is named")
  func brokenAuthority() async throws {
    let port = try start()
    let transport = CurlTransport()
    defer { transport.close() }
    for text in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "/etc/ca.pem"] {
      let request = HTTPRequest(.get, "https://127.0.0.1:\(port)/", caCertificate: text)
      let failure = await failure(request, over: transport)
      #expect(failure?.code == TransportCode.tlsFailed)
      #expect(failure?.message == "caCertificate holds no PEM certificate")
    }
  }

  @Test("The trust store of the environment is used", arguments: ["CURL_CA_BUNDLE", "SSL_CERT_FILE"])
  func environment(_ variable: String) async throws {
    let port = try start()
    let file = server.path("authority.pem")
    let transport = CurlTransport(TransportOptions { $0 == variable ? file : nil })
    defer { transport.close() }
    #expect(try await transport.send(HTTPRequest(.get, "https://127.0.0.1:\(port)/")).status == 200)
  }

  @Test("HTTPS to a server that speaks plain HTTP says so")
  func plainServer() async throws {
    let transport = CurlTransport()
    defer { transport.close() }
    let talker = ScriptedServer(greeting: "HTTP/1.1 400 Bad Request\r\n\r\n")
    let failure = await failure(HTTPRequest(.get, "https://127.0.0.1:\(talker.port)/"), over: transport)
    #expect(failure?.code == TransportCode.tlsFailed)
    #expect(failure?.message.hasSuffix("does the endpoint speak plain HTTP?") == true)
  }

  static let nginx = ["/usr/sbin/nginx", "/usr/bin/nginx", "/opt/homebrew/bin/nginx"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  @Test("HTTP/2: many requests in flight share one connection")
  func multiplexing() async throws {
    let program = try #require(Self.nginx)
    try server.makeCertificate("leaf", for: "IP:127.0.0.1", by: "authority")
    let port = ScriptedServer.closedPort()
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map { "\($0)_temp_path \($0);" }.joined(separator: " ")
    try server.startNginx(
      program,
      """
      daemon off; master_process off; pid nginx.pid; error_log error.log;
      events {}
      http {
        access_log access.log; \(temporary)
        server {
          listen 127.0.0.1:\(port) ssl http2;
          ssl_certificate leaf.pem; ssl_certificate_key leaf.key;
          location / { return 200 "$request_uri $server_protocol"; }
        }
      }
      """)
    let transport = CurlTransport()
    defer { transport.close() }
    let authority = authority
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask {
          let request = HTTPRequest(
            .put, "https://127.0.0.1:\(port)/\(number)?cors", body: [1, 2], caCertificate: authority)
          let reply = try await transport.send(request)
          #expect(String(decoding: reply.body, as: UTF8.self) == "/\(number)?cors HTTP/2.0")
        }
      }
      try await group.waitForAll()
    }
    #expect(transport.statistics.connectionsOpened <= 2)
    #expect(transport.statistics.requests == 200)
  }

  @Test(
    "A client certificate is shown to who asks; a connection made with one isn't lent to requests without it or with another"
  )
  func clientCertificate() async throws {
    let program = try #require(Self.nginx)
    try server.makeCertificate("leaf", for: "IP:127.0.0.1", by: "authority")
    for name in ["ana", "ben"] { try server.makeCertificate(name, for: "DNS:\(name).example", by: "authority") }
    let port = ScriptedServer.closedPort()
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map { "\($0)_temp_path \($0);" }.joined(separator: " ")
    try server.startNginx(
      program,
      """
      daemon off; master_process off; pid nginx.pid; error_log error.log;
      events {}
      http {
        access_log access.log; \(temporary)
        server {
          listen 127.0.0.1:\(port) ssl;
          ssl_certificate leaf.pem; ssl_certificate_key leaf.key;
          ssl_client_certificate authority.pem; ssl_verify_client on;
          location / { return 200 "$ssl_client_serial"; }
        }
      }
      """)
    let transport = CurlTransport(TransportOptions(parallelism: 1))
    defer { transport.close() }
    var request = HTTPRequest(.get, "https://127.0.0.1:\(port)/", caCertificate: authority)
    #expect(try await transport.send(request).status == 400)
    var shown: [String] = []
    for name in ["ana", "ben", "ana"] {
      request.clientCertificate = ClientCertificate(
        chain: try server.text("\(name).pem"), key: Secret(try server.text("\(name).key")))
      let reply = try await transport.send(request)
      #expect(reply.status == 200)
      shown.append(String(decoding: reply.body, as: UTF8.self))
    }
    #expect(shown[0] == shown[2] && shown[0] != shown[1] && !shown[0].isEmpty)
    request.clientCertificate = nil
    #expect(try await transport.send(request).status == 400)
  }
}
