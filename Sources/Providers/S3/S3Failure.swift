import CooperProvider

/// What an answer of S3, STS or a compatible store means, in the cases the engine acts on.
enum S3Failure {
  /// Longest text of the service that a message repeats, in characters.
  private static let messageLimit = 300

  /// The failure that a reply with another status than 2xx stands for; codes as in the S3 API Reference, error responses.
  static func failure(_ reply: Reply, to call: Call) -> CallFailure {
    let error = ServiceError(reply)
    let code = error.code ?? codeOfStatus(reply.status)
    let kind = kind(code, reply)
    return CallFailure(
      kind, code: code, error.message ?? "the service answers \(reply.status) \(code)", status: reply.status,
      call: call.line, permission: kind == .denied ? call.permissions.first : nil,
      mayHaveHappened: reply.status >= 500 && reply.status != 501 && !call.reads)
  }

  private static func kind(_ code: String, _ reply: Reply) -> CallFailure.Kind {
    if unauthenticated.contains(code) { return .unauthenticated }
    if throttled.contains(code) { return .throttled(retryAfter: retryAfter(reply)) }
    if unsupported.contains(code) { return .unsupported }
    if conflict.contains(code) { return .conflict }
    if refused.contains(code) { return .invalid }
    if unavailable.contains(code) { return .unavailable }
    switch reply.status {
    case 401: return .unauthenticated
    case 403: return .denied
    case 404: return .notFound
    case 405, 501: return .unsupported
    case 409, 412: return .conflict
    case 429, 503: return .throttled(retryAfter: retryAfter(reply))
    case 500...: return .unavailable
    default: return .invalid
    }
  }

  private static let unauthenticated: Set = [
    "SignatureDoesNotMatch", "InvalidAccessKeyId", "ExpiredToken", "ExpiredTokenException", "InvalidToken",
    "TokenRefreshRequired", "RequestTimeTooSkewed", "RequestExpired", "InvalidSecurity", "MissingSecurityHeader",
    "MissingAuthenticationToken", "InvalidClientTokenId", "UnrecognizedClientException", "NotSignedUp",
    "AuthorizationHeaderMalformed", "IncompleteSignature",
  ]
  private static let throttled: Set = [
    "SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequests",
    "TooManyRequestsException", "ReducePriority",
  ]
  private static let unsupported: Set = [
    "NotImplemented", "MethodNotAllowed", "XNotImplemented", "UnsupportedOperation",
  ]
  private static let conflict: Set = [
    "OperationAborted", "ConditionalRequestConflict", "BucketAlreadyExists", "BucketAlreadyOwnedByYou",
    "BucketNotEmpty", "PreconditionFailed",
  ]
  /// Answered with 409 although waiting for somebody else would not help.
  private static let refused: Set = ["InvalidBucketState", "InvalidTag"]
  private static let unavailable: Set = ["InternalError", "RequestTimeout"]

  private static func codeOfStatus(_ status: Int) -> String {
    switch status {
    case 301, 307, 308: "PermanentRedirect"
    case 400: "BadRequest"
    case 401: "Unauthorized"
    case 403: "AccessDenied"
    case 404: "NotFound"
    case 405: "MethodNotAllowed"
    case 409: "Conflict"
    case 412: "PreconditionFailed"
    case 429: "TooManyRequests"
    case 501: "NotImplemented"
    case 503: "ServiceUnavailable"
    default: "HTTP\(status)"
    }
  }

  /// Seconds only: S3 and the compatible stores do not send the date form.
  private static func retryAfter(_ reply: Reply) -> Duration? {
    reply.header("Retry-After").flatMap { Int64($0) }.map { .seconds($0) }
  }

  /// The code and message of an error document; a `Message` is one line here and never the whole body.
  struct ServiceError {
    var code: String?
    var message: String?

    /// All spellings are read: `<Error>` of S3, `<ErrorResponse><Error>` of STS and IAM, and the older one with
    /// `<Errors>` around it, which moto answers for a refused signature.
    init(_ reply: Reply) {
      guard !reply.body.isEmpty, let root = (try? XMLReader.read(reply.body))?.root else { return }
      let nested = root.child("Error") ?? root.child("Errors")?.child("Error")
      guard let error = root.isNamed("Error") ? root : nested else { return }
      code = error.text("Code").flatMap { $0.isEmpty ? nil : $0 }
      message = error.text("Message").flatMap(Self.oneLine)
    }

    private static func oneLine(_ text: String) -> String? {
      let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return line.isEmpty ? nil : String(line.prefix(messageLimit))
    }
  }
}

extension Call {
  /// The call in one line for messages, e.g. `GET acme-data?lifecycle`; values of query items are left out.
  var line: String {
    let place = ([bucket ?? service] + path).joined(separator: "/")
    if service == "iam" { return "\(method.rawValue) iam \(permissions.first?.action ?? "")" }
    let names = query.map(\.name).joined(separator: "&")
    return method.rawValue + " " + place + (names.isEmpty ? "" : "?" + names)
  }
}
