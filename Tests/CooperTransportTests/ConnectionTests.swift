import CooperProvider
import CooperTestSupport
import CooperTransport
import Testing

@Suite("Connections are kept, limited and given back")
struct ConnectionTests {
  @Test("Requests one after the other share one connection")
  func keepAlive() async throws {
    let server = ScriptedServer { _ in ScriptedServer.answer("hello") }
    let transport = CurlTransport()
    for _ in 0..<20 { #expect(try await transport.send(HTTPRequest(.get, server.url + "/a")).body.count == 5) }
    transport.close()
    #expect(server.seen.connections == 1)
    #expect(transport.statistics.connectionsOpened == 1)
    #expect(transport.statistics.requests == 20)
    #expect(transport.statistics.maximumInFlight == 1)
  }

  @Test("1,000 requests, 64 tasks at a time, never open more connections than are in flight")
  func thousand() async throws {
    let server = ScriptedServer { request in ScriptedServer.answer(request.line) }
    let transport = CurlTransport(TransportOptions(parallelism: 16, startingParallelism: 8))
    defer { transport.close() }
    let url = server.url
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<1000 {
        if number >= 64 { try await group.next() }
        group.addTask {
          let reply = try await transport.send(HTTPRequest(.get, "\(url)/b\(number)?cors"))
          #expect(String(decoding: reply.body, as: UTF8.self) == "GET /b\(number)?cors")
        }
      }
      try await group.waitForAll()
    }
    let statistics = transport.statistics
    #expect(statistics.requests == 1000)
    #expect(statistics.maximumInFlight <= 16)
    #expect(statistics.connectionsOpened <= 16)
    #expect(server.seen.connections == statistics.connectionsOpened)
    #expect(server.seen.mostRunning <= 16)
  }

  @Test("Slow answers with requests waiting raise the limit up to the maximum")
  func grows() async throws {
    let server = ScriptedServer { _ in [.pause(0.02)] + ScriptedServer.answer() }
    let transport = CurlTransport(TransportOptions(parallelism: 24, startingParallelism: 4))
    defer { transport.close() }
    try await sendAll(200, to: server.url, over: transport)
    #expect(transport.statistics.maximumInFlight == 24)
  }

  @Test(
    "A refusal slows its own endpoint only, and the transport sends nothing twice by itself", arguments: [503, 429])
  func throttled(status: Int) async throws {
    let server = ScriptedServer { request in
      if request.number <= 8 { return [.pause(0.15)] + ScriptedServer.answer(status: "\(status) Slow Down") }
      return [.pause(0.01)] + ScriptedServer.answer(headers: ["X-Running: yes"])
    }
    let transport = CurlTransport(TransportOptions(parallelism: 8, startingParallelism: 8))
    defer { transport.close() }
    try await sendAll(8, to: server.url, over: transport)
    #expect(server.seen.mostRunning == 8)
    let late = ScriptedServer { _ in [.pause(0.15)] + ScriptedServer.answer() }
    // Another endpoint has a limit of its own.
    try await sendAll(8, to: late.url, over: transport)
    #expect(late.seen.mostRunning == 8)
    #expect(server.seen.requests == 8)
  }

  @Test("A 503 halves what may be in flight")
  func fewerAfterThrottling() async throws {
    let running = ScriptedServer { request in
      [.pause(0.1)] + ScriptedServer.answer(status: request.line == "GET /first" ? "503 Slow" : "200 OK")
    }
    let transport = CurlTransport(TransportOptions(parallelism: 32, startingParallelism: 16))
    defer { transport.close() }
    #expect(try await transport.send(HTTPRequest(.get, running.url + "/first")).status == 503)
    try await sendAll(16, to: running.url, over: transport)
    #expect(running.seen.mostRunning <= 10)
  }

  @Test("Throttled while others wait: every request gets its answer", .timeLimit(.minutes(1)))
  func noneIsLost() async throws {
    let server = ScriptedServer { request in
      ScriptedServer.answer(status: request.number % 3 == 0 ? "503 Slow" : "200 OK")
    }
    let transport = CurlTransport(TransportOptions(parallelism: 32, startingParallelism: 32))
    defer { transport.close() }
    try await sendAll(400, to: server.url, over: transport)
    #expect(server.seen.requests == 400)
  }

  @Test("A closed kept-alive connection is replaced without a failure")
  func staleConnection() async throws {
    let server = ScriptedServer { _ in ScriptedServer.answer("x") + [.hangUp] }
    let transport = CurlTransport()
    defer { transport.close() }
    for _ in 0..<3 { #expect(try await transport.send(HTTPRequest(.get, server.url + "/")).status == 200) }
    #expect(server.seen.connections == 3)
  }

  @Test("A request that must not be sent twice gets a connection of its own")
  func notIdempotent() async throws {
    let server = ScriptedServer { request in
      request.line.hasPrefix("POST") ? [.hangUp] : ScriptedServer.answer()
    }
    let transport = CurlTransport()
    defer { transport.close() }
    _ = try await transport.send(HTTPRequest(.get, server.url + "/"))
    let failure = await failure(
      HTTPRequest(.post, server.url + "/make", body: [1], idempotent: false), over: transport)
    #expect(failure?.code == TransportCode.connectionLost)
    #expect(failure?.mayHaveHappened == true)
    #expect(server.requests.filter { $0.line == "POST /make" }.count == 1)
  }

  @Test("Cancelling a task ends its request at once and frees its place")
  func cancellation() async throws {
    let server = ScriptedServer { request in
      (request.line == "GET /slow" ? [.pause(3)] : []) + ScriptedServer.answer()
    }
    let transport = CurlTransport(TransportOptions(parallelism: 1))
    defer { transport.close() }
    let url = server.url
    let started = ContinuousClock.now
    let slow = Task { await failure(HTTPRequest(.get, url + "/slow"), over: transport) }
    while server.seen.requests == 0 { try await Task.sleep(for: .milliseconds(2)) }
    let waiting = Task { await failure(HTTPRequest(.get, url + "/never"), over: transport) }
    try await Task.sleep(for: .milliseconds(10))
    waiting.cancel()
    #expect(await waiting.value?.code == TransportCode.cancelled)
    #expect(await waiting.value?.mayHaveHappened == false)
    slow.cancel()
    #expect(await slow.value?.code == TransportCode.cancelled)
    #expect(await slow.value?.mayHaveHappened == true)
    #expect(try await transport.send(HTTPRequest(.get, url + "/next")).status == 200)
    #expect(ContinuousClock.now - started < .seconds(2))
    #expect(!server.requests.contains { $0.line == "GET /never" })
  }

  @Test("A task that is cancelled before it sends fails, whichever comes first")
  func cancelledBefore() async throws {
    let server = ScriptedServer { _ in ScriptedServer.answer() }
    let transport = CurlTransport()
    defer { transport.close() }
    let url = server.url
    for _ in 0..<200 {
      let task = Task { await failure(HTTPRequest(.get, url + "/"), over: transport) }
      task.cancel()
      if let failure = await task.value { #expect(failure.code == TransportCode.cancelled) }
    }
  }

  @Test("Closing fails what is in flight and what comes later")
  func closing() async throws {
    let server = ScriptedServer { _ in [.pause(3)] + ScriptedServer.answer() }
    let transport = CurlTransport()
    let url = server.url
    let running = Task { await failure(HTTPRequest(.get, url + "/"), over: transport) }
    while server.seen.requests == 0 { try await Task.sleep(for: .milliseconds(2)) }
    transport.close()
    transport.close()
    #expect(await running.value?.code == TransportCode.closed)
    #expect(await failure(HTTPRequest(.get, url + "/"), over: transport)?.code == TransportCode.closed)
  }
}

/// The failure of a request, or nil if it is answered.
func failure(_ request: HTTPRequest, over transport: CurlTransport) async -> CallFailure? {
  do {
    _ = try await transport.send(request)
    return nil
  } catch { return error }
}

/// Sends so many GETs at once.
func sendAll(_ count: Int, to url: String, over transport: CurlTransport) async throws {
  try await withThrowingTaskGroup(of: Void.self) { group in
    for number in 0..<count {
      group.addTask { _ = try await transport.send(HTTPRequest(.get, "\(url)/\(number)")) }
    }
    try await group.waitForAll()
  }
}
