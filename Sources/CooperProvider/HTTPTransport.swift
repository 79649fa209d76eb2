/// A finished request, ready for the wire.
public struct HTTPRequest: Sendable, Hashable {
  public var method: HTTPMethod
  /// Absolute, percent-encoded.
  public var url: String
  public var headers: [Header]
  public var body: [UInt8]
  /// A PEM bundle that replaces the system's trust store for this request.
  public var caCertificate: String?
  public var verifiesTLS: Bool
  /// The largest reply body that is accepted, in bytes.
  public var bodyLimit: Int
  /// Limits in seconds.
  public var connectTimeout: Double
  public var idleTimeout: Double
  public var totalTimeout: Double
  /// False keeps the transport from sending it again by itself when a kept-alive connection turns out to be closed.
  public var idempotent: Bool
  /// Goes straight to the host whatever proxy the environment names: metadata services answer this machine alone.
  public var bypassesProxies = false

  public init(
    _ method: HTTPMethod, _ url: String, headers: [Header] = [], body: [UInt8] = [], caCertificate: String? = nil,
    verifiesTLS: Bool = true, bodyLimit: Int = 16 << 20, connectTimeout: Double = 10, idleTimeout: Double = 30,
    totalTimeout: Double = 120, idempotent: Bool = true
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.caCertificate = caCertificate
    self.verifiesTLS = verifiesTLS
    self.bodyLimit = bodyLimit
    self.connectTimeout = connectTimeout
    self.idleTimeout = idleTimeout
    self.totalTimeout = totalTimeout
    self.idempotent = idempotent
  }
}

/// Sends requests; libcurl stands behind it in the program, scripted answers in tests.
public protocol HTTPTransport: Sendable {
  /// Throws `.unavailable` or `.protocolBroken` (body over the limit) and says whether the request may have arrived.
  func send(_ request: HTTPRequest) async throws(CallFailure) -> Reply
}
