import CooperProvider
import CooperSchema

/// What an answer of Resource Manager or of the blob service means, in the cases the engine acts on.
enum AzureFailure {
  /// The failure that a reply with another status than 2xx stands for; codes as in the Azure Storage REST API,
  /// "Common REST API error codes", and those of Resource Manager.
  static func failure(_ reply: Reply, to call: Call) -> CallFailure {
    let error = ServiceError(reply)
    let code = error.code ?? "HTTP\(reply.status)"
    let kind = kind(code, reply, isForeign: error.code == nil && !reply.body.isEmpty)
    var message = error.message ?? "the service answers \(reply.status) \(code)"
    if call.service == "blob", code == "AuthorizationFailure" {
      // The firewall lets Resource Manager pass and stops requests for data (hashicorp/terraform-provider-azurerm#2977).
      message +=
        "; if the account's firewall denies this network, data can't be seen from here, which says nothing of what there is"
    }
    return CallFailure(
      kind, code: code, message, status: reply.status, call: call.line,
      permission: kind == .denied ? call.permissions.first : nil,
      mayHaveHappened: reply.status >= 500 && reply.status != 501 && !call.reads)
  }

  private static func kind(_ code: String, _ reply: Reply, isForeign: Bool) -> CallFailure.Kind {
    if unauthenticated.contains(code) { return .unauthenticated }
    if passing.contains(code) { return .throttled(retryAfter: retryAfter(reply)) }
    switch reply.status {
    case 401: return .unauthenticated
    case 403: return .denied
    // Both planes say which thing is missing; a page of somebody else in between proves no absence.
    case 404: return isForeign ? .protocolBroken : .notFound
    case 405, 501: return .unsupported
    case 409: return .conflict
    case 412: return .stale
    case 429, 503: return .throttled(retryAfter: retryAfter(reply))
    case 500...: return .unavailable
    default: return .invalid
    }
  }

  private static let unauthenticated: Set = [
    "AuthenticationFailed", "InvalidAuthenticationInfo", "InvalidAuthenticationToken",
    "InvalidAuthenticationTokenTenant",
    "ExpiredAuthenticationToken", "NoAuthenticationInformation", "KeyBasedAuthenticationNotPermitted",
  ]

  /// Conflicts that end by themselves: another operation on the account runs, or a name is still being let go.
  private static let passing: Set = [
    "StorageAccountOperationInProgress", "AnotherOperationInProgress", "ConcurrentUpdateConflict", "ServerBusy",
    "ContainerBeingDeleted", "ContainerOperationInProgress",
  ]

  /// Seconds; neither plane sends the date form.
  static func retryAfter(_ reply: Reply) -> Duration? {
    reply.header("Retry-After").flatMap { Int64($0) }.map { .seconds($0) }
  }

  /// Longest text of the service that a message repeats, in characters.
  private static let messageLimit = 300

  /// The code of data's errors stands in a header as well, of settings' errors in a JSON document.
  private struct ServiceError {
    var code: String?
    var message: String?

    init(_ reply: Reply) {
      let document = try? ValueJSON.decode(reply.body)
      let error = document?["error"] ?? document
      code = reply.header("x-ms-error-code") ?? error?["code"]?.string
      message = error?["message"]?.string.flatMap(Self.oneLine)
    }

    private static func oneLine(_ text: String) -> String? {
      let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return line.isEmpty ? nil : String(line.prefix(messageLimit))
    }
  }
}

extension Reply {
  /// Throws the failure of any status but 2xx.
  func succeeded(_ call: Call) throws(CallFailure) -> Reply {
    guard 200..<300 ~= status else { throw AzureFailure.failure(self, to: call) }
    return self
  }
}

extension Call {
  /// The call in one line for messages, e.g. `GET acmereports/daily?restype`; values of query items are left out, and so
  /// is what stands before the account in a path of Resource Manager.
  var line: String {
    let start = service == "arm" ? (path.firstIndex(of: "storageAccounts") ?? 0) : 0
    let place = ([bucket].compactMap { $0 } + path[start...]).joined(separator: "/")
    let names = query.map(\.name).filter { $0 != "api-version" }.joined(separator: "&")
    return method.rawValue + " " + place + (names.isEmpty ? "" : "?" + names)
  }
}
