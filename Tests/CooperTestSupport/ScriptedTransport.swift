public import CooperProvider
import Synchronization

/// Answers requests by a function and keeps what was sent.
public final class ScriptedTransport: HTTPTransport {
  public typealias Script = @Sendable (HTTPRequest, _ earlier: Int) throws(CallFailure) -> Reply

  private let script: Script
  private let sent = Mutex<[HTTPRequest]>([])

  /// `earlier` counts the requests before this one.
  public init(_ script: @escaping Script) { self.script = script }

  /// Gives the replies in turn, the last one for ever.
  public convenience init(_ replies: Reply...) {
    self.init { (_, earlier) throws(CallFailure) in
      guard let last = replies.last else { throw CallFailure(.unavailable, code: "NoScript", "no reply is scripted") }
      return earlier < replies.count ? replies[earlier] : last
    }
  }

  public var requests: [HTTPRequest] { sent.withLock { $0 } }

  public func send(_ request: HTTPRequest) async throws(CallFailure) -> Reply {
    let earlier = sent.withLock { sent in
      sent.append(request)
      return sent.count - 1
    }
    return try script(request, earlier)
  }
}

extension HTTPRequest {
  /// The first header of that name, without regard to case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

extension Reply {
  /// A reply with an XML body.
  public static func xml(_ status: Int, _ body: String, headers: [Header] = []) -> Reply {
    Reply(status: status, headers: headers + [Header("Content-Type", "application/xml")], body: Array(body.utf8))
  }

  /// An error document as S3 writes it.
  public static func s3Error(_ status: Int, _ code: String, _ more: String = "", headers: [Header] = []) -> Reply {
    xml(status, "<Error><Code>\(code)</Code><Message>told so</Message>\(more)</Error>", headers: headers)
  }
}
