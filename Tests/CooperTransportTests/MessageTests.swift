import CooperProvider
import CooperTestSupport
import CooperTransport
import Testing

@Suite("Requests and replies are what was asked for")
struct MessageTests {
  let transport = CurlTransport()

  @Test("Nothing is added to a signed request but Host, Accept and the length")
  func headersSent() async throws {
    let server = ScriptedServer { _ in ScriptedServer.answer() }
    let body = [UInt8](repeating: 0x61, count: 2 << 20)
    let request = HTTPRequest(
      .put, server.url + "/b/../c?x=%20a&acl", headers: [Header("x-amz-date", "now"), Header("x-empty", "")],
      body: body)
    _ = try await transport.send(request)
    let received = try #require(server.requests.first)
    #expect(received.line == "PUT /b/../c?x=%20a&acl")
    #expect(
      received.headers.sorted() == [
        "Accept: */*", "Content-Length: \(body.count)", "Host: 127.0.0.1:\(server.port)", "x-amz-date: now",
        "x-empty:",
      ])
    #expect(received.body == body)
  }

  @Test("Every method keeps its name on one reused handle", arguments: [HTTPMethod.get, .head, .put, .post, .delete])
  func methods(_ method: HTTPMethod) async throws {
    let server = ScriptedServer { _ in ScriptedServer.answer() }
    let own = CurlTransport(TransportOptions(parallelism: 1))
    defer { own.close() }
    for first in [HTTPMethod.get, .head, .put, .post, .delete, .patch] {
      _ = try await own.send(HTTPRequest(first, server.url + "/1", body: first == .put ? [1, 2] : []))
      _ = try await own.send(HTTPRequest(method, server.url + "/2"))
    }
    let second = server.requests.filter { $0.line.hasSuffix("/2") }
    #expect(second.map(\.line) == Array(repeating: "\(method.rawValue) /2", count: 6))
    #expect(second.allSatisfy { $0.body.isEmpty })
    let sendsLength = method == .put || method == .post
    #expect(second.allSatisfy { $0.header("Content-Length") == (sendsLength ? "0" : nil) })
  }

  @Test("A given Content-Type is sent once")
  func contentType() async throws {
    let server = ScriptedServer { _ in ScriptedServer.answer() }
    _ = try await transport.send(
      HTTPRequest(.put, server.url + "/", headers: [Header("content-type", "text/xml")], body: [1]))
    #expect(
      server.requests[0].headers.filter { $0.lowercased().hasPrefix("content-type") } == ["content-type: text/xml"])
  }

  @Test("Reply headers keep order, repeats, folds and spaces; 100 Continue and trailers are left out")
  func replyHeaders() async throws {
    let server = ScriptedServer { _ in
      [
        .send("HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n"),
        .send(
          "HTTP/1.1 404 Not Found\r\nETag:\"a\"\r\nx-amz-id:  b \t\r\nX-Empty:\r\nVia: one\r\n two\r\nVia: three\r\n"),
        .send("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n"),
      ]
    }
    let reply = try await transport.send(HTTPRequest(.get, server.url + "/"))
    #expect(reply.status == 404)
    #expect(String(decoding: reply.body, as: UTF8.self) == "abc")
    #expect(
      reply.headers == [
        Header("ETag", "\"a\""), Header("x-amz-id", "b"), Header("X-Empty", ""), Header("Via", "one two"),
        Header("Via", "three"), Header("Transfer-Encoding", "chunked"),
      ])
  }

  @Test("HEAD has a length but no body")
  func head() async throws {
    let server = ScriptedServer { _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 90000000\r\n\r\n")] }
    for _ in 0..<2 {
      let reply = try await transport.send(HTTPRequest(.head, server.url + "/", bodyLimit: 10))
      #expect(reply.status == 200)
      #expect(reply.header("content-length") == "90000000")
      #expect(reply.body.isEmpty)
    }
    #expect(server.seen.connections == 1)
  }

  @Test("Redirects are replies, not followed")
  func redirect() async throws {
    let server = ScriptedServer { _ in
      ScriptedServer.answer(status: "307 Temporary Redirect", headers: ["Location: /elsewhere"])
    }
    let reply = try await transport.send(HTTPRequest(.get, server.url + "/"))
    #expect(reply.status == 307)
    #expect(reply.header("Location") == "/elsewhere")
    #expect(server.seen.requests == 1)
  }

  @Test("An answer that is compressed without being asked for stays as it is")
  func encodingIsLeftAlone() async throws {
    let server = ScriptedServer { _ in ScriptedServer.answer("not gzip", headers: ["Content-Encoding: gzip"]) }
    let reply = try await transport.send(HTTPRequest(.get, server.url + "/"))
    #expect(String(decoding: reply.body, as: UTF8.self) == "not gzip")
    #expect(server.requests[0].header("Accept-Encoding") == nil)
  }

  @Test("A line break in a header or URL is refused before anything is sent")
  func injection() async throws {
    let server = ScriptedServer { _ in ScriptedServer.answer() }
    for request in [
      HTTPRequest(.get, server.url + "/", headers: [Header("x", "a\r\nHost: evil")]),
      HTTPRequest(.get, server.url + "/\n"), HTTPRequest(.get, "file:///etc/passwd"),
    ] {
      let failure = await failure(request, over: transport)
      #expect(failure?.kind == .invalid)
      #expect(failure?.code == TransportCode.invalidRequest)
    }
    #expect(server.seen.connections == 0)
  }
}
