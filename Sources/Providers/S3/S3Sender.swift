import CooperModel
import CooperProvider
import CooperSigning

/// Turns a call into a signed request and sends it once.
struct S3Sender: Sendable {
  let addressing: S3Addressing
  let dialect: S3Dialect
  /// PEM text that replaces the system's trust store.
  let caCertificate: String?
  let transport: any HTTPTransport
  let now: @Sendable () -> Double
  let keys = SigningKeys()

  func send(_ call: Call, as credentials: AWSCredentials) async throws(CallFailure) -> Reply {
    try await transport.send(request(for: call, as: credentials)).withoutSecrets(of: credentials)
  }

  /// Sends without a signature: the call brings a token of its own.
  func sendUnsigned(_ call: Call, bringing token: Secret) async throws(CallFailure) -> Reply {
    let request = HTTPRequest(
      call.method, url(for: call), headers: call.headers + bodyHeaders(call),
      body: call.body, caCertificate: caCertificate, idempotent: call.idempotent)
    return try await transport.send(request).hiding([token])
  }

  func request(for call: Call, as credentials: AWSCredentials) -> HTTPRequest {
    let place = addressing.place(of: call)
    let headers = call.headers + bodyHeaders(call)
    let signable = SignableRequest(
      call.method, host: place.authority, path: place.path, pathRule: call.service == "s3" ? .s3 : .normalised,
      query: call.query, headers: headers, payload: .bytes(call.body))
    let signer = SigV4(
      scope: SigningScope(region: addressing.region(of: call), service: call.service), keys: keys)
    let signature = signer.headers(for: signable, credentials: credentials, at: SigningTime(now()))
    return HTTPRequest(
      call.method, place.scheme + "://" + place.authority + signable.target, headers: headers + signature,
      body: call.body, caCertificate: caCertificate, idempotent: call.idempotent)
  }

  /// The URL as plans show it.
  func url(for call: Call) -> String {
    let place = addressing.place(of: call)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(160)
    bytes += place.scheme.utf8
    bytes += "://".utf8
    bytes += place.authority.utf8
    CooperSigning.PercentEncoding.append(path: place.path, to: &bytes, keepingSlashes: call.service == "s3")
    if !call.query.isEmpty { bytes.append(UInt8(ascii: "?")) }
    CooperSigning.PercentEncoding.append(query: call.query, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Content-MD5 is what MinIO wants on configuration; no `x-amz-checksum-*`, which R2 and B2 refuse
  /// (aws/aws-sdk-js-v3#6810, hashicorp/terraform#34099).
  private func bodyHeaders(_ call: Call) -> [Header] {
    guard !call.body.isEmpty else { return [] }
    var headers: [Header] = []
    if call.service == "s3", dialect.sendsContentMD5, !call.carries("Content-MD5"), let md5 = Digest.md5(call.body) {
      headers.append(Header("Content-MD5", Digest.base64(md5)))
    }
    if !call.carries("Content-Type") {
      // STS and IAM take forms only; without a type curl would call every POST a form.
      let type = call.service == "s3" ? "application/xml" : "application/x-www-form-urlencoded; charset=utf-8"
      headers.append(Header("Content-Type", type))
    }
    return headers
  }
}

extension Call {
  fileprivate func carries(_ name: String) -> Bool {
    headers.contains { $0.name.lowercased() == name.lowercased() }
  }
}
