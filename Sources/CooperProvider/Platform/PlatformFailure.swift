public import CooperSchema

extension CallFailure {
  /// A setting of a connection that can't be used.
  public static func platformSetting(_ connection: String, _ field: String, _ problem: String) -> CallFailure {
    CallFailure(.invalid, code: "PLT0001", "connection \"\(connection)\": \(field): \(problem)")
  }

  /// Sign-in was refused; a passing trouble stays one, so that it is tried again.
  public static func signInRefused(_ connection: String, _ fields: String, _ reply: Reply) -> CallFailure {
    let kind: Kind =
      switch reply.status {
      case 429: .throttled(retryAfter: nil)
      case 500...: .unavailable
      default: .unauthenticated
      }
    return CallFailure(
      kind, code: "PLT0002", "connection \"\(connection)\": \(fields): sign-in was refused (\(reply.status))",
      status: reply.status)
  }

  /// What a platform's answer means; `message` is what of its words can be shown.
  public static func ofPlatform(_ reply: Reply, to call: Call, message: String? = nil) -> CallFailure {
    let kind: Kind
    let code: String
    switch reply.status {
    case 401: (kind, code) = (.unauthenticated, "PLT0003")
    case 403: (kind, code) = (.denied, "PLT0004")
    case 404: (kind, code) = (.notFound, "PLT0005")
    case 409: (kind, code) = (.conflict, "PLT0006")
    case 429:
      (kind, code) = (
        .throttled(retryAfter: reply.header("Retry-After").flatMap { Int($0) }.map { .seconds($0) }), "PLT0007"
      )
    case 500...: (kind, code) = (.unavailable, "PLT0008")
    case 200..<300: (kind, code) = (.protocolBroken, "PLT0009")
    default: (kind, code) = (.invalid, "PLT0010")
    }
    let line = call.method.rawValue + " /" + call.path.joined(separator: "/")
    let words = message.map { ": " + $0 } ?? ""
    return CallFailure(
      kind, code: code, "\(call.service) answered \(reply.status)\(words)", status: reply.status, call: line,
      permission: call.permissions.first, mayHaveHappened: reply.status >= 500 && !call.reads)
  }
}

extension Reply {
  /// The body as JSON; an answer of another kind breaks the protocol.
  public func json(to call: Call) throws(CallFailure) -> Value {
    do { return try ValueJSON.decode(body) } catch {
      throw .ofPlatform(Reply(status: 200), to: call, message: "an answer that is no JSON")
    }
  }

  /// A text of the body's JSON that can be shown, e.g. `message`.
  public func text(_ member: String) -> String? {
    guard let text = (try? ValueJSON.decode(body))?[member]?.string else { return nil }
    return String(text.prefix(300))
  }
}
