internal import CooperModel
public import CooperProvider

/// The parts of a request that Signature Version 4 covers.
public struct SignableRequest: Sendable, Hashable {
  /// How a service wants the path to be signed.
  public enum PathRule: Sendable, Hashable {
    /// S3: as it stands in the URL, neither normalised nor encoded again.
    case s3
    /// Other services: dots and doubled slashes removed, then encoded a second time.
    case normalised
  }

  /// What stands for the body in the signature.
  public enum Payload: Sendable, Hashable {
    /// The SHA-256 of these bytes. Stores refuse streamed chunks (hashicorp/terraform#34053), so it is the only way here.
    case bytes([UInt8])
    /// Presigned URLs of S3, which don't know their body.
    case unsigned
  }

  public var method: HTTPMethod
  /// Host name, with the port unless it is the default of the scheme.
  public var host: String
  /// Percent-encoded, as in the URL.
  public var encodedPath: [UInt8]
  public var pathRule: PathRule
  public var query: [QueryItem]
  /// All headers to sign besides `host` and those that signing adds.
  public var headers: [Header]
  public var payload: Payload

  /// Encodes the segments; the result is what the URL must carry.
  public init(
    _ method: HTTPMethod, host: String, path: [String], pathRule: PathRule, query: [QueryItem] = [],
    headers: [Header] = [], payload: Payload
  ) {
    self.init(
      method, host: host, encodedPath: PercentEncoding.path(path, keepingSlashes: pathRule == .s3),
      pathRule: pathRule, query: query, headers: headers, payload: payload)
  }

  init(
    _ method: HTTPMethod, host: String, encodedPath: [UInt8], pathRule: PathRule, query: [QueryItem],
    headers: [Header], payload: Payload
  ) {
    self.method = method
    self.host = host
    self.encodedPath = encodedPath
    self.pathRule = pathRule
    self.query = query
    self.headers = headers
    self.payload = payload
  }

  /// Path and query as they stand in the URL, without scheme and host.
  public var target: String {
    var bytes = encodedPath
    if !query.isEmpty {
      bytes.append(UInt8(ascii: "?"))
      bytes += PercentEncoding.query(query)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Lower-case hexadecimal SHA-256 of the body, or `UNSIGNED-PAYLOAD`.
  public var payloadHash: String {
    switch payload {
    case .unsigned: "UNSIGNED-PAYLOAD"
    case .bytes([]): "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    case .bytes(let bytes): Digest.sha256Hex(bytes)
    }
  }
}
