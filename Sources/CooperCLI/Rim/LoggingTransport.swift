internal import CooperProvider

/// Writes a line for each request at log level debug: method, URL, status, time; no headers, no bodies.
struct LoggingTransport: HTTPTransport {
  let inner: any HTTPTransport
  let log: @Sendable (String) -> Void

  func send(_ request: HTTPRequest) async throws(CallFailure) -> Reply {
    let begun = SystemClock.now()
    let line = request.method.rawValue + " " + Self.withoutSignature(request.url)
    do throws(CallFailure) {
      let reply = try await inner.send(request)
      log("\(line) \(reply.status) \(Int((SystemClock.now() - begun) * 1_000)) ms")
      return reply
    } catch {
      log("\(line) \(error.code) \(Int((SystemClock.now() - begun) * 1_000)) ms")
      throw error
    }
  }

  /// A presigned URL is a secret: its query is dropped.
  private static func withoutSignature(_ url: String) -> String {
    guard let mark = url.firstIndex(of: "?"), url.contains("X-Amz-Signature") || url.contains("sig=") else {
      return url
    }
    return url[..<mark] + "?(signed)"
  }
}
