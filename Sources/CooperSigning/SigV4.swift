internal import CooperModel
public import CooperProvider

/// AWS Signature Version 4 as functions of request, credentials and time.
///
/// Belongs here: canonical form, derivation, signature. Doesn't: where a request goes and who sends it.
/// Source: AWS IAM User Guide, "AWS Signature Version 4 for API requests"; Amazon S3 API Reference, "Authenticating
/// Requests (AWS Signature Version 4)".
public struct SigV4: Sendable {
  public let scope: SigningScope
  private let keys: SigningKeys

  /// Signers of one connection share `keys`, so that each key is derived once.
  public init(scope: SigningScope, keys: SigningKeys = SigningKeys()) {
    self.scope = scope
    self.keys = keys
  }

  /// Returns the headers to add: `x-amz-date`, for S3 `x-amz-content-sha256`, the session token if there is one, and
  /// `Authorization`. The request must not hold them already.
  public func headers(
    for request: SignableRequest, credentials: AWSCredentials, at time: SigningTime
  ) -> [Header] {
    let payloadHash = request.payloadHash
    let stamp = time.stampBytes
    var added = [Header("x-amz-date", String(decoding: stamp, as: UTF8.self))]
    if request.pathRule == .s3 { added.append(Header("x-amz-content-sha256", payloadHash)) }
    if let token = credentials.sessionToken { added.append(Header("x-amz-security-token", Self.text(token))) }
    var request = request
    request.headers += added
    let canonical = CanonicalRequest(request, payloadHash: payloadHash)
    let signature = signature(of: canonical, stamp: stamp, credentials: credentials, at: time)

    var value: [UInt8] = []
    value.reserveCapacity(256)
    value += "AWS4-HMAC-SHA256 Credential=".utf8
    value += credentials.accessKeyId.utf8
    value.append(UInt8(ascii: "/"))
    appendScope(to: &value, date: stamp.prefix(8))
    value += ", SignedHeaders=".utf8
    value += canonical.signedHeaders
    value += ", Signature=".utf8
    value += signature
    added.append(Header("Authorization", String(decoding: value, as: UTF8.self)))
    return added
  }

  /// Returns the query items of a presigned URL, those of the request included; valid for `expires` seconds.
  ///
  /// S3 allows up to 604,800 seconds (Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters").
  public func presignedQuery(
    for request: SignableRequest, credentials: AWSCredentials, at time: SigningTime, expires: Int
  ) -> [QueryItem] {
    var request = request
    let names = Set((["host"] + request.headers.map { $0.name.lowercased() })).sorted().joined(separator: ";")
    request.query += [
      QueryItem("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
      QueryItem("X-Amz-Credential", credentials.accessKeyId + "/" + scope.text(on: time)),
      QueryItem("X-Amz-Date", time.stamp),
      QueryItem("X-Amz-Expires", String(expires)),
    ]
    if let token = credentials.sessionToken {
      request.query.append(QueryItem("X-Amz-Security-Token", Self.text(token)))
    }
    request.query.append(QueryItem("X-Amz-SignedHeaders", names))
    if request.pathRule == .s3 { request.payload = .unsigned }
    let canonical = CanonicalRequest(request, payloadHash: request.payloadHash)
    let signature = signature(of: canonical, stamp: time.stampBytes, credentials: credentials, at: time)
    return request.query + [QueryItem("X-Amz-Signature", String(decoding: signature, as: UTF8.self))]
  }

  /// The second stage: algorithm, time, scope and the digest of the canonical request.
  public func stringToSign(_ canonical: CanonicalRequest, at time: SigningTime) -> [UInt8] {
    stringToSign(canonical, stamp: time.stampBytes)
  }

  private func stringToSign(_ canonical: CanonicalRequest, stamp: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(160)
    bytes += "AWS4-HMAC-SHA256\n".utf8
    bytes += stamp
    bytes.append(UInt8(ascii: "\n"))
    appendScope(to: &bytes, date: stamp.prefix(8))
    bytes.append(UInt8(ascii: "\n"))
    bytes += Digest.hexBytes(Digest.sha256(canonical.bytes))
    return bytes
  }

  /// The third stage, as lower-case hexadecimal digits.
  private func signature(
    of canonical: CanonicalRequest, stamp: [UInt8], credentials: AWSCredentials, at time: SigningTime
  ) -> [UInt8] {
    let key = keys.key(for: credentials, scope: scope, at: time)
    return Digest.hexBytes(key.authenticate(stringToSign(canonical, stamp: stamp)))
  }

  private func appendScope(to bytes: inout [UInt8], date: ArraySlice<UInt8>) {
    bytes += date
    bytes.append(UInt8(ascii: "/"))
    bytes += scope.region.utf8
    bytes.append(UInt8(ascii: "/"))
    bytes += scope.service.utf8
    bytes += "/aws4_request".utf8
  }

  private static func text(_ secret: Secret) -> String { secret.withBytes { String(decoding: $0, as: UTF8.self) } }
}
