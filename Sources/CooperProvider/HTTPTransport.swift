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
  /// Shown to servers that ask who connects (TLS client authentication).
  public var clientCertificate: ClientCertificate?
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

/// A certificate with its private key, by which a client signs in (RFC 8446 section 4.4.2).
public struct ClientCertificate: Sendable, Hashable {
  /// PEM text: the certificate, then those that lead to its authority.
  public var chain: String
  /// PEM text.
  public var key: Secret

  public init(chain: String, key: Secret) {
    self.chain = chain
    self.key = key
  }

  public static func == (a: ClientCertificate, b: ClientCertificate) -> Bool {
    a.chain == b.chain && (a.key === b.key || a.key.withBytes { left in b.key.withBytes { left.elementsEqual($0) } })
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(chain) }
}

/// Sends requests; libcurl stands behind it in the program, scripted answers in tests.
public protocol HTTPTransport: Sendable {
  /// Throws `.unavailable` or `.protocolBroken` (body over the limit) and says whether the request may have arrived.
  func send(_ request: HTTPRequest) async throws(CallFailure) -> Reply
}
