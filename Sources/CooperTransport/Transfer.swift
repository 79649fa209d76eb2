import CooperProvider

/// One request on its way: the task that asks prepares it, then it belongs to the thread of the loop until it ends.
///
/// `@unchecked Sendable`: written by the asking task before it is submitted, by the loop's thread until `finish`,
/// and read by the asking task after that; the inbox lock and the continuation order these.
final class Transfer: @unchecked Sendable {
  enum Outcome: Sendable {
    /// The bytes of the head are parsed by the task that asked, not by the thread of the loop.
    case reply(status: Int, head: [UInt8], body: [UInt8])
    case failure(CallFailure)
  }

  enum Refusal { case none, body, head }

  /// Bytes of all header lines together; servers commonly stop at 8 to 64 KiB themselves.
  static let headLimit = 128 << 10

  let request: HTTPRequest
  /// Scheme, host and port, e.g. `https://minio.internal:9000`: the unit of limits, and what messages name.
  let endpoint: String
  let block: RequestBlock
  var continuation: CheckedContinuation<Outcome, Never>?

  /// The loop has it; a cancellation may overtake the submission and is then kept until that comes.
  var isSubmitted = false
  var isCancelled = false
  var isFinished = false
  /// Where it waits and counts, once the loop has it.
  var queue: Endpoint?
  var ticket: AdaptiveLimit.Ticket?
  var head: [UInt8] = []
  var headIsComplete = false
  var body: [UInt8] = []
  var refusal = Refusal.none

  init(_ request: HTTPRequest) throws(CallFailure) {
    guard let endpoint = Endpoint.name(ofURL: request.url) else {
      throw CallFailure(.invalid, code: TransportCode.invalidRequest, "the URL is neither http nor https")
    }
    self.request = request
    self.endpoint = endpoint
    block = try RequestBlock(request)
  }

  func finish(_ outcome: Outcome) {
    isFinished = true
    let waiting = continuation
    continuation = nil
    waiting?.resume(returning: outcome)
  }

  /// Takes a piece of the body; false stops the transfer at the limit, so that a huge answer never fills the memory.
  func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
    guard body.count + bytes.count <= request.bodyLimit else {
      refusal = .body
      return false
    }
    if body.isEmpty { body = Array(bytes) } else { body.append(contentsOf: bytes) }
    return true
  }

  /// Takes one header line; a status line starts anew (100 Continue), and lines behind the head (trailers) are dropped.
  func receive(headLine bytes: UnsafeRawBufferPointer) -> Bool {
    if bytes.starts(with: Self.statusLineStart) {
      head.removeAll(keepingCapacity: true)
      headIsComplete = false
      return true
    }
    if headIsComplete { return true }
    if bytes.first == 0x0d || bytes.first == 0x0a {
      headIsComplete = true
      return true
    }
    guard head.count + bytes.count <= Self.headLimit else {
      refusal = .head
      return false
    }
    if head.isEmpty { head.reserveCapacity(512) }
    head.append(contentsOf: bytes)
    return true
  }

  private static let statusLineStart = Array("HTTP/".utf8)
}
