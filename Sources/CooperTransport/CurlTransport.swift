public import CooperProvider
import Synchronization

/// Sends requests with libcurl from one thread: kept-alive and shared connections, and a limit per endpoint that adapts.
///
/// It sends each request once; the engine repeats it as `RetryPolicy` says. The thread starts with the first request.
public final class CurlTransport: HTTPTransport {
  private struct State: ~Copyable {
    var running: (loop: CurlLoop, thread: LoopThread)?
    var isClosed = false
  }

  private let options: TransportOptions
  private let state = Mutex(State())

  public init(_ options: TransportOptions = TransportOptions()) { self.options = options }

  deinit { close() }

  /// Throws `.unavailable`, `.protocolBroken` or `.invalid` with a `TransportCode`; replies of any status are returned.
  public func send(_ request: HTTPRequest) async throws(CallFailure) -> Reply {
    let loop = try startedLoop()
    let transfer = try Transfer(request)
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        transfer.continuation = continuation
        loop.submit(transfer)
      }
    } onCancel: {
      loop.cancel(transfer)
    }
    switch outcome {
    case .reply(let status, let head, let body): return Reply(status: status, headers: parseHead(head), body: body)
    case .failure(let failure): throw failure
    }
  }

  public var statistics: TransportStatistics {
    state.withLock { $0.running?.loop.statistics } ?? TransportStatistics()
  }

  /// Fails what is still in flight, closes all connections and waits for the thread to end; twice does no harm.
  public func close() {
    let running = state.withLock { state in
      state.isClosed = true
      return state.running
    }
    running?.loop.close()
    running?.thread.join()
  }

  private func startedLoop() throws(CallFailure) -> CurlLoop {
    let loop = state.withLock { state -> CurlLoop? in
      if let running = state.running { return running.loop }
      guard !state.isClosed, let loop = CurlLoop(options), let thread = LoopThread(loop) else { return nil }
      state.running = (loop, thread)
      return loop
    }
    guard let loop else {
      throw CallFailure(.unavailable, code: TransportCode.closed, "the transport is closed or libcurl can't start")
    }
    return loop
  }
}
