import CooperModel
import CooperProvider
import CooperSchema

/// What an answer of a Google API means, in the cases the engine acts on.
enum GCSFailure {
  /// Longest text of the service that a message repeats, in characters.
  private static let messageLimit = 300

  /// The failure that a reply with another status than 2xx stands for (Cloud Storage JSON API, HTTP status and error
  /// codes).
  static func failure(_ reply: Reply, to call: Call) -> CallFailure {
    let error = ServiceError(reply)
    let code = error.reason ?? codeOfStatus(reply.status)
    let kind = kind(code, reply, call, error)
    return CallFailure(
      kind, code: code, error.message ?? "the service answers \(reply.status) \(code)", status: reply.status,
      call: call.line, permission: kind == .denied ? call.permissions.first : nil,
      mayHaveHappened: reply.status >= 500 && reply.status != 501 && !call.reads)
  }

  private static func kind(
    _ code: String, _ reply: Reply, _ call: Call, _ error: ServiceError
  ) -> CallFailure.Kind {
    if throttled.contains(code) { return .throttled(retryAfter: retryAfter(reply)) }
    if refused.contains(code) { return .invalid }
    switch reply.status {
    case 401: return .unauthenticated
    case 403: return .denied
    // A page of somebody else in between proves no absence; emulators answer with nothing at all.
    case 404: return error.isForeign ? .protocolBroken : .notFound
    case 405, 501: return .unsupported
    case 408: return .unavailable
    case 409: return .conflict
    // A rule of the organisation answers 412 too, and waiting or planning again won't help.
    case 412: return error.namesConstraint ? .invalid : call.hasRevision ? .stale : .conflict
    case 429, 503: return .throttled(retryAfter: retryAfter(reply))
    case 500...: return .unavailable
    default: return .invalid
    }
  }

  private static let throttled: Set = ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"]
  /// Answered with 403 although no right is missing.
  private static let refused: Set = ["retentionPolicyNotMet", "objectUnderActiveHold", "accountDisabled"]

  private static func codeOfStatus(_ status: Int) -> String {
    switch status {
    case 400: "invalid"
    case 401: "authError"
    case 403: "forbidden"
    case 404: "notFound"
    case 405: "methodNotAllowed"
    case 409: "conflict"
    case 412: "conditionNotMet"
    case 429: "rateLimitExceeded"
    case 501: "notImplemented"
    default: "HTTP\(status)"
    }
  }

  private static func retryAfter(_ reply: Reply) -> Duration? {
    reply.header("Retry-After").flatMap { Int64($0) }.map { .seconds($0) }
  }

  /// Reason and message of an error document, `{"error": {"code", "message", "errors": [{"reason"}]}}`.
  struct ServiceError {
    var reason: String?
    var message: String?
    /// Something else than a Google API answers.
    var isForeign = false

    init(_ reply: Reply) {
      guard !reply.body.isEmpty else { return }
      guard let error = (try? ValueJSON.decode(reply.body, limits: GCSJSON.limits))?["error"] else {
        isForeign = true
        return
      }
      reason = error["errors"]?.list?.first?["reason"]?.string ?? error["status"]?.string
      message = error["message"]?.string.flatMap(Self.oneLine)
    }

    /// E.g. `constraints/storage.publicAccessPrevention`.
    var namesConstraint: Bool { message?.split(separator: "'").contains { $0.hasPrefix("constraints/") } ?? false }

    private static func oneLine(_ text: String) -> String? {
      let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return line.isEmpty ? nil : String(line.prefix(messageLimit))
    }
  }
}

extension Call {
  /// The call in one line for messages, e.g. `PATCH storage/b/acme-data?ifMetagenerationMatch`; values are left out.
  var line: String {
    let place = ([service] + (bucket.map { ["b", $0] } ?? []) + path).joined(separator: "/")
    let names = query.map(\.name).joined(separator: "&")
    return method.rawValue + " " + place + (names.isEmpty ? "" : "?" + names)
  }

  fileprivate var hasRevision: Bool { query.contains { $0.name == "ifMetagenerationMatch" } }
}
