/// What all requests of a transport have in common.
public struct TransportOptions: Sendable, Hashable {
  /// The most requests in flight, over all endpoints and at any one of them.
  public var parallelism: Int
  /// Requests in flight at an endpoint that nothing is known of.
  public var startingParallelism: Int
  /// A PEM bundle that replaces libcurl's built-in trust store; nil keeps that.
  public var trustFile: String?
  /// A directory of hashed certificates, as OpenSSL keeps them.
  public var trustDirectory: String?
  /// Sent as `User-Agent` unless a request brings its own.
  public var userAgent: String?

  public init(
    parallelism: Int = 256, startingParallelism: Int = 32, trustFile: String? = nil, trustDirectory: String? = nil,
    userAgent: String? = nil
  ) {
    self.parallelism = max(1, parallelism)
    self.startingParallelism = max(1, min(startingParallelism, parallelism))
    self.trustFile = trustFile
    self.trustDirectory = trustDirectory
    self.userAgent = userAgent
  }

  /// Takes the trust store from CURL_CA_BUNDLE, SSL_CERT_FILE and SSL_CERT_DIR, as curl and OpenSSL do.
  public init(parallelism: Int = 256, userAgent: String? = nil, variable: (String) -> String?) {
    func path(_ names: String...) -> String? {
      names.lazy.compactMap(variable).first { !$0.isEmpty }
    }
    self.init(
      parallelism: parallelism, trustFile: path("CURL_CA_BUNDLE", "SSL_CERT_FILE"),
      trustDirectory: path("SSL_CERT_DIR"), userAgent: userAgent)
  }
}

/// What a transport has done so far.
public struct TransportStatistics: Sendable, Hashable {
  /// Requests that were begun and ended, well or not.
  public var requests = 0
  public var connectionsOpened = 0
  public var maximumInFlight = 0

  public init() {}
}
