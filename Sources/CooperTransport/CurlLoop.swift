import CLibCurl
import CooperProvider
import Synchronization

/// Drives libcurl's multi interface on a thread of its own.
///
/// `@unchecked Sendable`: other threads touch only `inbox`, `counters` (both behind a lock) and `curl_multi_wakeup`,
/// which libcurl allows from anywhere; all else belongs to the loop's thread between `run` and its return.
final class CurlLoop: @unchecked Sendable {
  private enum Command {
    case start(Transfer)
    case cancel(Transfer)
  }

  private struct Inbox: ~Copyable {
    var commands: [Command] = []
    /// The thread is in `curl_multi_poll` or about to be; only then is a wake-up worth a system call.
    var sleeps = false
    var isClosed = false
  }

  private let options: TransportOptions
  private let multi: UnsafeMutableRawPointer
  private let inbox = Mutex(Inbox())
  private let counters = Mutex(TransportStatistics())

  private var endpoints: [String: Endpoint] = [:]
  /// Endpoints with somebody waiting and a place free, served in turn so that none starves.
  private var ring: [Endpoint] = []
  private var idle: [EasyHandle] = []
  private var busy: [EasyHandle] = []

  init?(_ options: TransportOptions) {
    guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let multi = curl_multi_init() else { return nil }
    self.options = options
    self.multi = multi
    // Fewer would close connections that the next request needs.
    cooper_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, options.parallelism)
    cooper_curl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
  }

  deinit {
    idle.removeAll()
    curl_multi_cleanup(multi)
  }

  var statistics: TransportStatistics { counters.withLock { $0 } }

  func submit(_ transfer: Transfer) { post(.start(transfer)) }
  func cancel(_ transfer: Transfer) { post(.cancel(transfer)) }

  /// Lets the thread end; what waits or runs fails as closed.
  func close() {
    inbox.withLock { $0.isClosed = true }
    curl_multi_wakeup(multi)
  }

  private func post(_ command: Command) {
    enum Next { case nothing, wake, refuse }
    let next = inbox.withLock { inbox -> Next in
      if inbox.isClosed { return .refuse }
      inbox.commands.append(command)
      guard inbox.sleeps else { return .nothing }
      inbox.sleeps = false
      return .wake
    }
    switch next {
    case .nothing: break
    case .wake: curl_multi_wakeup(multi)
    case .refuse: if case .start(let transfer) = command { transfer.finish(.failure(Self.closed)) }
    }
  }

  // MARK: - On the thread

  /// Runs until `close`.
  func run() {
    var commands: [Command] = []
    var running: Int32 = 0
    while true {
      commands.removeAll(keepingCapacity: true)
      let isClosed = inbox.withLock { inbox in
        swap(&inbox.commands, &commands)
        inbox.sleeps = false
        return inbox.isClosed
      }
      for command in commands {
        switch command {
        case .start(let transfer): enqueue(transfer)
        case .cancel(let transfer): abandon(transfer)
        }
      }
      if isClosed { break }
      admit()
      curl_multi_perform(multi, &running)
      // What ended makes room; the new transfers get their first turn before the thread sleeps.
      if collect() { continue }
      let maySleep = inbox.withLock { inbox in
        inbox.sleeps = inbox.commands.isEmpty && !inbox.isClosed
        return inbox.sleeps
      }
      if maySleep { curl_multi_poll(multi, nil, 0, 60_000, nil) }
    }
    closeAll()
  }

  private func enqueue(_ transfer: Transfer) {
    transfer.isSubmitted = true
    guard !transfer.isCancelled else { return transfer.finish(.failure(Self.cancelled)) }
    let endpoint = endpoint(named: transfer.endpoint)
    transfer.queue = endpoint
    endpoint.enqueue(transfer)
    offer(endpoint)
  }

  private func endpoint(named name: String) -> Endpoint {
    if let known = endpoints[name] { return known }
    let limit = AdaptiveLimit(start: options.startingParallelism, maximum: options.parallelism)
    let new = Endpoint(name, limit: limit)
    endpoints[name] = new
    return new
  }

  private func offer(_ endpoint: Endpoint) {
    guard !endpoint.isQueued, endpoint.hasWaiting, !endpoint.limit.isFull else { return }
    endpoint.isQueued = true
    ring.append(endpoint)
  }

  /// Hands libcurl what may run now and nothing more: transfers that wait inside libcurl cost time at every turn.
  private func admit() {
    var turn = 0
    while busy.count < options.parallelism, turn < ring.count {
      let endpoint = ring[turn]
      turn += 1
      endpoint.isQueued = false
      // The limit may have been halved since the endpoint was offered; what is taken out then would be lost.
      if !endpoint.limit.isFull, let transfer = endpoint.dequeue(), let ticket = endpoint.limit.admit() {
        start(transfer, ticket, at: endpoint)
      }
      offer(endpoint)
    }
    ring.removeFirst(turn)
  }

  private func start(_ transfer: Transfer, _ ticket: AdaptiveLimit.Ticket, at endpoint: Endpoint) {
    guard let handle = idle.popLast() ?? EasyHandle(options) else {
      endpoint.limit.finish(ticket, .other, othersWait: false)
      return transfer.finish(.failure(Self.outOfMemory))
    }
    transfer.ticket = ticket
    handle.prepare(transfer, sharing: endpoint)
    handle.slot = busy.count
    busy.append(handle)
    curl_multi_add_handle(multi, handle.curl)
    let inFlight = busy.count
    if inFlight > peak {
      peak = inFlight
      counters.withLock { $0.maximumInFlight = inFlight }
    }
  }

  private var peak = 0

  /// Ends the transfers that libcurl reports as done; true if there were any.
  private func collect() -> Bool {
    var any = false
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let curl = message.pointee.easy_handle,
        let context = cooper_curl_get_private(curl)
      else { continue }
      let result = cooper_curl_message_result(message)
      let handle = Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
      any = true
      end(handle, result)
    }
    return any
  }

  private func end(_ handle: EasyHandle, _ result: CURLcode) {
    guard let transfer = handle.transfer else { return }
    let outcome = handle.outcome(result)
    let verdict = handle.verdict(outcome)
    learnVersion(handle, transfer)
    remove(handle, verdict)
    transfer.finish(outcome)
  }

  private func learnVersion(_ handle: EasyHandle, _ transfer: Transfer) {
    guard let endpoint = transfer.queue, endpoint.multiplexes == nil else { return }
    let version = cooper_curl_get_long(handle.curl, CURLINFO_HTTP_VERSION)
    if version != 0 { endpoint.multiplexes = version >= Int(CURL_HTTP_VERSION_2_0) }
  }

  private func remove(_ handle: EasyHandle, _ verdict: AdaptiveLimit.Outcome) {
    guard let transfer = handle.transfer else { return }
    let connections = cooper_curl_get_long(handle.curl, CURLINFO_NUM_CONNECTS)
    counters.withLock {
      $0.requests += 1
      $0.connectionsOpened += connections
    }
    curl_multi_remove_handle(multi, handle.curl)
    let last = busy.removeLast()
    if last !== handle {
      busy[handle.slot] = last
      last.slot = handle.slot
    }
    if let endpoint = transfer.queue, let ticket = transfer.ticket {
      endpoint.limit.finish(ticket, verdict, othersWait: endpoint.hasWaiting)
      offer(endpoint)
    }
    handle.release()
    idle.append(handle)
  }

  /// A cancelled transfer that runs loses its connection; one that waits is skipped when its turn comes.
  private func abandon(_ transfer: Transfer, as failure: CallFailure = CurlLoop.cancelled) {
    guard transfer.isSubmitted else {
      transfer.isCancelled = true
      return
    }
    guard !transfer.isFinished else { return }
    var failure = failure
    if let handle = busy.first(where: { $0.transfer === transfer }) {
      failure.mayHaveHappened = handle.wasSent
      remove(handle, .other)
    }
    transfer.finish(.failure(failure))
  }

  private func closeAll() {
    for transfer in busy.compactMap(\.transfer) { abandon(transfer, as: Self.closed) }
    for endpoint in endpoints.values {
      while let transfer = endpoint.dequeue() { transfer.finish(.failure(Self.closed)) }
    }
    idle.removeAll()
  }

  private static let cancelled = CallFailure(
    .unavailable, code: TransportCode.cancelled, "the request was cancelled")
  private static let closed = CallFailure(.unavailable, code: TransportCode.closed, "the transport is closed")
  private static let outOfMemory = CallFailure(.unavailable, code: TransportCode.connectFailed, "out of memory")
}
