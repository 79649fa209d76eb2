public import CooperProvider

/// Runs a procedure against a function from calls to replies, and keeps what was called.
public struct ProcedureRun<Output: Sendable>: Sendable {
  public var output: Output?
  public var failure: CallFailure?
  public var calls: [Call] = []

  /// Stops after so many calls: a procedure that goes on is broken.
  public static var limit: Int { 1_000 }

  public init(_ procedure: any Procedure<Output>, _ answer: (Call) -> Reply) {
    var procedure = procedure
    var reply: Reply?
    while calls.count < Self.limit {
      switch procedure.next(reply) {
      case .call(let call):
        calls.append(call)
        reply = answer(call)
      case .wait: reply = nil
      case .done(let output):
        self.output = output
        return
      case .failed(let failure):
        self.failure = failure
        return
      }
    }
  }

  public var methods: [HTTPMethod] { calls.map(\.method) }
}

extension Call {
  /// All of a call as text, for goldens: line, headers, permissions, body.
  public var golden: String {
    let items = query.map { item in item.value.map { "\(item.name)=\($0)" } ?? item.name }.joined(separator: "&")
    var lines = ["\(method.rawValue) /\(([bucket].compactMap { $0 } + path).joined(separator: "/"))"]
    if !items.isEmpty { lines[0] += "?" + items }
    lines.append("service \(service) region \(region ?? "-") \(idempotent ? "idempotent" : "once")")
    for permission in permissions { lines.append("needs \(permission.action) on \(permission.resource)") }
    for header in headers { lines.append("\(header.name): \(header.value)") }
    lines.append("")
    lines.append(String(decoding: body, as: UTF8.self))
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Reply {
  public init(_ status: Int, _ text: String = "", headers: [Header] = []) {
    self.init(status: status, headers: headers, body: Array(text.utf8))
  }

  /// An error document as S3 sends it.
  public static func error(_ status: Int, _ code: String) -> Reply {
    Reply(status, "<Error><Code>\(code)</Code><Message>\(code) happened</Message></Error>")
  }
}
