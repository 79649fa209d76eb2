import CLibCurl
import CooperProvider

extension EasyHandle {
  /// Some bytes of the request have left; without them nothing can have happened at the provider.
  var wasSent: Bool { cooper_curl_get_long(curl, CURLINFO_REQUEST_SIZE) > 0 }

  /// Reads what libcurl knows about the transfer that just ended.
  func outcome(_ result: CURLcode) -> Transfer.Outcome {
    guard let transfer else { return .reply(status: 0, head: [], body: []) }
    let status = cooper_curl_get_long(curl, CURLINFO_RESPONSE_CODE)
    if result == CURLE_OK, transfer.refusal == .none {
      return .reply(status: status, head: transfer.head, body: transfer.body)
    }
    let end = TransferEnd(
      result: result, detail: lastError.isEmpty ? String(cString: curl_easy_strerror(result)) : lastError,
      systemError: cooper_curl_system_error(curl).map { String(cString: $0) }, wasSent: wasSent,
      isConnected: cooper_curl_get_size(curl, CURLINFO_PRETRANSFER_TIME_T) > 0, answerBegan: status != 0)
    return .failure(
      CallFailure(end, endpoint: transfer.endpoint, request: transfer.request, refusal: transfer.refusal))
  }

  /// What the endpoint's limit learns from it.
  func verdict(_ outcome: Transfer.Outcome) -> AdaptiveLimit.Outcome {
    switch outcome {
    case .reply(let status, _, _):
      if status == 429 || status == 503 { return .overloaded }
      let sent = cooper_curl_get_size(curl, CURLINFO_PRETRANSFER_TIME_T)
      let answered = cooper_curl_get_size(curl, CURLINFO_STARTTRANSFER_TIME_T)
      return .answered(seconds: Double(answered - sent) / 1_000_000)
    case .failure(let failure):
      let overload = [
        TransportCode.connectFailed, TransportCode.connectionLost, TransportCode.timeout, TransportCode.cutShort,
      ]
      return overload.contains(failure.code) ? .overloaded : .other
    }
  }
}
