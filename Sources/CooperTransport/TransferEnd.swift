import CLibCurl
import CooperProvider

/// What is known of a transfer when libcurl is done with it.
struct TransferEnd: Sendable, Hashable {
  var result: CURLcode
  /// libcurl's own sentence; empty when it has none.
  var detail: String
  /// Text of the system's error number when a connection failed.
  var systemError: String?
  /// Bytes of the request left this machine.
  var wasSent: Bool
  var isConnected: Bool
  var answerBegan: Bool
}

extension CallFailure {
  /// Says in one sentence what went wrong between us and the endpoint; URLs and headers stay out of it.
  init(_ end: TransferEnd, endpoint: String, request: HTTPRequest, refusal: Transfer.Refusal) {
    let (kind, code, message) = Self.explain(end, endpoint, request, refusal)
    self.init(kind, code: code, message, mayHaveHappened: end.wasSent)
  }

  private typealias Explanation = (Kind, code: String, message: String)

  private static func explain(
    _ end: TransferEnd, _ endpoint: String, _ request: HTTPRequest, _ refusal: Transfer.Refusal
  ) -> Explanation {
    switch refusal {
    case .body:
      return (
        .protocolBroken, TransportCode.bodyTooLarge, "\(endpoint) answers with more than \(request.bodyLimit) bytes"
      )
    case .head: return (.protocolBroken, TransportCode.headersTooLarge, "\(endpoint) answers with endless headers")
    case .none: break
    }
    switch end.result {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
      let whose = end.result == CURLE_COULDNT_RESOLVE_PROXY ? "the proxy for \(endpoint)" : endpoint
      return (.unavailable, TransportCode.resolveFailed, "the name of \(whose) can't be resolved")
    case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED:
      let why = end.systemError ?? end.detail
      // libcurl names where it went; another port than the endpoint's is a proxy's.
      let proxy = end.detail.contains("port \(port(of: endpoint)) ") ? "" : " (\(end.detail); is a proxy set?)"
      return (.unavailable, TransportCode.connectFailed, "no connection to \(endpoint): \(why)\(proxy)")
    case CURLE_PROXY:
      return (.unavailable, TransportCode.proxyFailed, "the proxy for \(endpoint) refuses: \(end.detail)")
    case CURLE_OPERATION_TIMEDOUT: return timeout(end, endpoint, request)
    case CURLE_UNSUPPORTED_PROTOCOL where end.wasSent, CURLE_WEIRD_SERVER_REPLY:
      return (.protocolBroken, TransportCode.notHTTP, "\(endpoint) does not answer in HTTP")
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT:
      return (.invalid, TransportCode.invalidRequest, "the URL for \(endpoint) is malformed")
    case CURLE_PARTIAL_FILE:
      return (.unavailable, TransportCode.cutShort, "the answer of \(endpoint) ended before its declared length")
    case CURLE_GOT_NOTHING:
      return (.unavailable, TransportCode.connectionLost, "\(endpoint) closed the connection without an answer")
    default: break
    }
    if let explained = tls(end, endpoint, request) { return explained }
    if end.answerBegan {
      return (.unavailable, TransportCode.cutShort, "the answer of \(endpoint) was cut short: \(end.detail)")
    }
    return (.unavailable, TransportCode.connectionLost, "the connection to \(endpoint) broke: \(end.detail)")
  }

  private static func port(of endpoint: String) -> Substring {
    let last = endpoint.split(separator: ":").last ?? ""
    return last.allSatisfy(\.isNumber) ? last : endpoint.hasPrefix("https:") ? "443" : "80"
  }

  private static func timeout(_ end: TransferEnd, _ endpoint: String, _ request: HTTPRequest) -> Explanation {
    let message =
      if !end.isConnected {
        "no connection to \(endpoint) within \(request.connectTimeout) s"
      } else if end.detail.hasPrefix("Operation too slow") {
        "\(endpoint) sent nothing for \(request.idleTimeout) s"
      } else {
        "\(endpoint) did not finish within \(request.totalTimeout) s"
      }
    return (.unavailable, TransportCode.timeout, message)
  }

  private static func tls(_ end: TransferEnd, _ endpoint: String, _ request: HTTPRequest) -> Explanation? {
    func failed(_ message: String) -> Explanation { (.unavailable, TransportCode.tlsFailed, message) }
    switch end.result {
    case CURLE_PEER_FAILED_VERIFICATION:
      if end.detail.contains("subject name") {
        return failed("the certificate of \(endpoint) is for another host name (\(end.detail))")
      }
      if end.detail.contains("expired") || end.detail.contains("not yet valid") {
        return failed("the certificate of \(endpoint) is not valid today (\(end.detail))")
      }
      let hint =
        request.caCertificate == nil
        ? "for a private authority give its certificate as caCertificate" : "caCertificate holds another authority"
      return failed("the certificate of \(endpoint) comes from no trusted authority (\(end.detail)); \(hint)")
    case CURLE_SSL_CACERT_BADFILE:
      return failed(
        request.caCertificate == nil
          ? "the system's certificates can't be read (\(end.detail))" : "caCertificate holds no PEM certificate")
    case CURLE_SSL_CONNECT_ERROR:
      // The peer hung up in the middle of it: that passes, unlike a wrong certificate.
      if end.detail.contains("SSL_ERROR_SYSCALL") || end.detail.contains("reset by peer") { return nil }
      let hint = end.detail.contains("wrong version number") ? "; does the endpoint speak plain HTTP?" : ""
      return failed("no TLS with \(endpoint) (\(end.detail))\(hint)")
    case CURLE_SSL_CERTPROBLEM where request.clientCertificate != nil:
      return failed("the client certificate for \(endpoint) and its key can't be used (\(end.detail))")
    case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
      CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CRL_BADFILE, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
      CURLE_USE_SSL_FAILED:
      return failed("no TLS with \(endpoint) (\(end.detail))")
    default: return nil
    }
  }
}
