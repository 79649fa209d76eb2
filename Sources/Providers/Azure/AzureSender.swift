import CooperModel
import CooperProvider
import CooperSigning

/// How one request proves who sends it.
enum AzureProof: Sendable {
  case token(AzureToken)
  case key(Secret)
  case signature(Secret)
}

/// Turns a call into a request with its proof and sends it once.
struct AzureSender: Sendable {
  /// Version of the blob service that all requests name.
  static let blobVersion = "2023-11-03"

  let addressing: AzureAddressing
  /// PEM text that replaces the system's trust store.
  let caCertificate: String?
  let transport: any HTTPTransport
  let now: @Sendable () -> Double

  func send(_ call: Call, _ proof: AzureProof) async throws(CallFailure) -> Reply {
    guard let request = request(for: call, proof) else {
      throw CallFailure(.unauthenticated, code: "AZU0004", "the account key is no base 64")
    }
    return try await transport.send(request)
  }

  /// Nil when a key can't sign.
  func request(for call: Call, _ proof: AzureProof) -> HTTPRequest? {
    let place = addressing.place(of: call)
    var query = call.query
    var headers = call.headers
    let isData = call.service == "blob"
    if isData {
      headers.append(Header("x-ms-version", Self.blobVersion))
      headers.append(Header("x-ms-date", HTTPDate.text(SigningTime(now()))))
    }
    if !call.body.isEmpty, !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
      headers.append(Header("Content-Type", isData ? "application/xml" : "application/json"))
    }
    switch proof {
    case .token(let token): headers.append(Header("Authorization", "Bearer " + token.secret.text))
    case .key(let key):
      guard let signer = AzureSharedKey(account: call.bucket ?? "", key: key) else { return nil }
      let signature = signer.authorization(
        call.method, path: place.path, query: query, headers: headers, contentLength: call.body.count)
      headers.append(Header("Authorization", signature))
    case .signature(let token): query += Self.items(of: token)
    }
    let text = String(decoding: CooperSigning.PercentEncoding.query(query), as: UTF8.self)
    return HTTPRequest(
      call.method, place.url + (text.isEmpty ? "" : "?" + text), headers: headers, body: call.body,
      caCertificate: caCertificate, idempotent: call.idempotent)
  }

  /// The URL as plans show it.
  func url(for call: Call) -> String {
    let query = String(decoding: CooperSigning.PercentEncoding.query(call.query), as: UTF8.self)
    return addressing.place(of: call).url + (query.isEmpty ? "" : "?" + query)
  }

  /// A signature is the query of a URL, with or without its question mark.
  private static func items(of token: Secret) -> [QueryItem] {
    token.text.drop { $0 == "?" }.split(separator: "&").map { part in
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return QueryItem(AzureLink.decoded(pair[0]), pair.count > 1 ? AzureLink.decoded(pair[1]) : nil)
    }
  }
}
