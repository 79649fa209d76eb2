import CLibCurl
import CooperProvider
import CooperTestSupport
import Testing

@testable import CooperTransport

@Suite("Failures say what broke and whether the request may have arrived")
struct FailureTests {
  let transport = CurlTransport()

  @Test("A refused connection")
  func refused() async {
    let url = "http://127.0.0.1:\(ScriptedServer.closedPort())"
    let failure = await failure(HTTPRequest(.put, url + "/b?X-Amz-Signature=abc", body: [1]), over: transport)
    #expect(failure?.kind == .unavailable)
    #expect(failure?.code == TransportCode.connectFailed)
    #expect(failure?.message == "no connection to \(url): Connection refused")
    #expect(failure?.mayHaveHappened == false)
  }

  @Test("A refused connection to another port than the endpoint's points at the proxy")
  func proxyRefused() {
    let detail = "Failed to connect to proxy.example port 3128 after 1 ms: Couldn't connect to server"
    let end = TransferEnd(
      result: CURLE_COULDNT_CONNECT, detail: detail, systemError: "Connection refused", wasSent: false,
      isConnected: false, answerBegan: false)
    for (endpoint, port) in [("https://s3.example", 443), ("http://s3.example", 80), ("https://s3.example:9000", 9000)]
    {
      let request = HTTPRequest(.get, endpoint + "/")
      #expect(
        CallFailure(end, endpoint: endpoint, request: request, refusal: .none).message
          == "no connection to \(endpoint): Connection refused (\(detail); is a proxy set?)")
      var direct = end
      direct.detail = "Failed to connect to s3.example port \(port) after 1 ms: Couldn't connect to server"
      #expect(
        CallFailure(direct, endpoint: endpoint, request: request, refusal: .none).message
          == "no connection to \(endpoint): Connection refused")
    }
  }

  @Test("A name that does not exist")
  func unresolved() async {
    let failure = await failure(HTTPRequest(.get, "http://bucket.invalid/a?b"), over: transport)
    #expect(failure?.code == TransportCode.resolveFailed)
    #expect(failure?.message == "the name of http://bucket.invalid can't be resolved")
    #expect(failure?.mayHaveHappened == false)
  }

  @Test("A body that ends before its length")
  func cutBody() async {
    let server = ScriptedServer { _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"), .hangUp] }
    let failure = await failure(HTTPRequest(.get, server.url + "/"), over: transport)
    #expect(failure?.kind == .unavailable)
    #expect(failure?.code == TransportCode.cutShort)
    #expect(failure?.mayHaveHappened == true)
  }

  @Test("A chunked body without its end")
  func cutChunks() async {
    let server = ScriptedServer { _ in
      [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"), .hangUp]
    }
    let failure = await failure(HTTPRequest(.get, server.url + "/"), over: transport)
    #expect(failure?.code == TransportCode.cutShort)
  }

  @Test("A connection closed without an answer")
  func noAnswer() async {
    let server = ScriptedServer { _ in [.hangUp] }
    let failure = await failure(HTTPRequest(.put, server.url + "/", body: [1]), over: transport)
    #expect(failure?.code == TransportCode.connectionLost)
    #expect(failure?.mayHaveHappened == true)
  }

  @Test("A 100 MB body is cut off at the limit, with a length and without", arguments: [true, false])
  func bodyOverLimit(declared: Bool) async {
    let server = ScriptedServer { _ in
      [.send("HTTP/1.1 200 OK\r\n" + (declared ? "Content-Length: 104857600\r\n" : "") + "\r\n"), .fill(100 << 20)]
        + [.hangUp]
    }
    let failure = await failure(HTTPRequest(.get, server.url + "/", bodyLimit: 1 << 20), over: transport)
    #expect(failure?.kind == .protocolBroken)
    #expect(failure?.code == TransportCode.bodyTooLarge)
    #expect(failure?.message == "\(server.url) answers with more than 1048576 bytes")
  }

  @Test("A body of exactly the limit passes")
  func bodyAtLimit() async throws {
    let server = ScriptedServer { _ in ScriptedServer.answer("12345") }
    #expect(try await transport.send(HTTPRequest(.get, server.url + "/", bodyLimit: 5)).body.count == 5)
    #expect(await failure(HTTPRequest(.get, server.url + "/", bodyLimit: 4), over: transport) != nil)
  }

  @Test("Endless headers")
  func headers() async {
    let server = ScriptedServer { _ in
      [.send("HTTP/1.1 200 OK\r\n")]
        + (0..<300).map { .send("X-\($0): " + String(repeating: "a", count: 1000) + "\r\n") } + [.pause(1)]
    }
    let failure = await failure(HTTPRequest(.get, server.url + "/"), over: transport)
    #expect(failure?.kind == .protocolBroken)
    #expect(failure?.code == TransportCode.headersTooLarge)
  }

  @Test("A server that never finishes meets the total limit")
  func totalTimeout() async {
    let server = ScriptedServer { _ in [.pause(4)] }
    let started = ContinuousClock.now
    let failure = await failure(HTTPRequest(.get, server.url + "/", totalTimeout: 0.2), over: transport)
    #expect(failure?.code == TransportCode.timeout)
    #expect(failure?.message == "\(server.url) did not finish within 0.2 s")
    #expect(failure?.mayHaveHappened == true)
    #expect(ContinuousClock.now - started < .seconds(3))
  }

  @Test("A server that falls silent meets the idle limit")
  func idleTimeout() async {
    let server = ScriptedServer { _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), .pause(4)] }
    let failure = await failure(HTTPRequest(.get, server.url + "/", idleTimeout: 1), over: transport)
    #expect(failure?.code == TransportCode.timeout)
    #expect(failure?.message == "\(server.url) sent nothing for 1.0 s")
  }

  @Test("Something that is no HTTP")
  func notHTTP() async {
    let server = ScriptedServer { _ in [.send("SSH-2.0-OpenSSH_9.2\r\n"), .hangUp] }
    let failure = await failure(HTTPRequest(.get, server.url + "/"), over: transport)
    #expect(failure?.kind == .protocolBroken)
    #expect(failure?.code == TransportCode.notHTTP)
  }
}
