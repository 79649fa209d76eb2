import CooperModel
import CooperProvider

/// Turns a call into a request with a token and sends it once.
struct GCSSender: Sendable {
  let addressing: GCSAddressing
  /// PEM text that replaces the system's trust store.
  let caCertificate: String?
  /// The project that is billed for calls, where it isn't the token's own.
  let quotaProject: String?
  let transport: any HTTPTransport

  /// Without a token for emulators.
  func send(_ call: Call, with token: Secret?) async throws(CallFailure) -> Reply {
    try await transport.send(request(for: call, with: token)).hiding([token].compactMap { $0 })
  }

  func request(for call: Call, with token: Secret?) -> HTTPRequest {
    var headers = call.headers
    if let token { headers.append(.bearer(token)) }
    if let quotaProject { headers.append(Header("x-goog-user-project", quotaProject)) }
    if !call.body.isEmpty { headers.append(Header("Content-Type", "application/json")) }
    return HTTPRequest(
      call.method, addressing.url(of: call), headers: headers, body: call.body, caCertificate: caCertificate,
      idempotent: call.idempotent)
  }
}

extension Header {
  static func bearer(_ token: Secret) -> Header {
    Header("Authorization", "Bearer " + token.withBytes { String(decoding: $0, as: UTF8.self) })
  }
}
