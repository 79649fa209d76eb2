import CooperProvider

/// One scheme, host and port with its limit and the transfers that wait for it; used on the loop's thread only.
final class Endpoint {
  let name: String
  var limit: AdaptiveLimit
  /// Nil until the first answer tells; it decides whether a new transfer waits for a connection that it may share.
  var multiplexes: Bool?
  /// In the ring of endpoints that have somebody waiting and a place free.
  var isQueued = false

  private var waiting: [Transfer] = []
  private var first = 0

  init(_ name: String, limit: AdaptiveLimit) {
    self.name = name
    self.limit = limit
    multiplexes = name.hasPrefix("https:") ? nil : false
  }

  var hasWaiting: Bool { first < waiting.count }

  func enqueue(_ transfer: Transfer) { waiting.append(transfer) }

  /// Takes the next transfer that nobody has cancelled meanwhile.
  func dequeue() -> Transfer? {
    while first < waiting.count {
      let transfer = waiting[first]
      first += 1
      if first == waiting.count || first >= 1024 {
        waiting.removeFirst(first)
        first = 0
      }
      if !transfer.isFinished { return transfer }
    }
    return nil
  }

  /// Scheme, host and port of a URL; nil if it is not http or https. A user name in it is left out.
  static func name(ofURL url: String) -> String? {
    let scheme = url.utf8.starts(with: "https://".utf8) ? "https://" : "http://"
    guard url.utf8.starts(with: scheme.utf8) else { return nil }
    let rest = url.utf8.dropFirst(scheme.utf8.count)
    let authority = rest.prefix { $0 != 0x2f && $0 != 0x3f && $0 != 0x23 }
    if authority.isEmpty { return nil }
    guard let user = authority.lastIndex(of: 0x40) else {
      return String(Substring(url.utf8[..<authority.endIndex]))
    }
    let host = authority[authority.index(after: user)...]
    return host.isEmpty ? nil : scheme + String(Substring(host))
  }
}
