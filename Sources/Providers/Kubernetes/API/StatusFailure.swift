import CooperProvider
import CooperSchema

/// What an answer of the API that is no success means (Kubernetes API Reference, Status).
enum StatusFailure {
  /// Code of a refusal because other managers own fields; the message names them.
  static let fieldConflict = "K8S0010"
  private static let messageLimit = 400

  static func failure(_ reply: Reply, to call: Call) -> CallFailure {
    let status = try? ValueJSON.decode(reply.body, limits: JSONLimits(depth: 40, bytes: 1 << 20))
    let reason = status?["reason"]?.string ?? "\(reply.status)"
    let owned = conflicts(status)
    var failure = CallFailure(
      kind(reply, reason, isOwned: !owned.isEmpty), code: reason, message(status, reply), status: reply.status,
      call: call.words, permission: reply.status == 403 ? call.permissions.first : nil,
      mayHaveHappened: reply.status >= 500 && !call.reads)
    if !owned.isEmpty {
      failure.code = fieldConflict
      failure.message = words(owned)
    } else if reply.status == 401 {
      failure.code = "K8S0003"
      failure.message = "the cluster doesn't know these credentials (401 Unauthorized)"
    }
    return failure
  }

  /// A field that another manager owns.
  struct Conflict: Hashable {
    /// Without the dot in front, e.g. `spec.config.region`.
    var field: String
    var owner: String
  }

  /// The causes of a 409 of server-side apply, e.g. `conflict with "kubectl-edit" using velero.io/v1` at `.spec.default`.
  static func conflicts(_ status: Value?) -> [Conflict] {
    (status?["details"]?["causes"]?.list ?? []).compactMap { cause in
      guard cause["reason"]?.string == "FieldManagerConflict", let field = cause["field"]?.string else { return nil }
      let quoted = cause["message"]?.string?.split(separator: "\"", omittingEmptySubsequences: false) ?? []
      let owner = quoted.count >= 3 ? String(quoted[1]) : "another manager"
      return Conflict(field: field.hasPrefix(".") ? String(field.dropFirst()) : field, owner: owner)
    }
  }

  static func words(_ conflicts: [Conflict]) -> String {
    let each = conflicts.map { "\($0.field) is owned by \($0.owner)" }.sorted()
    return each.joined(separator: ", ")
      + "; nothing was changed. Plan again to see what it is now, and take it over with the consent that the plan names, or "
      + "leave the field to its owner"
  }

  private static func kind(_ reply: Reply, _ reason: String, isOwned: Bool) -> CallFailure.Kind {
    switch reply.status {
    case 401: return .unauthenticated
    case 403: return .denied
    case 404, 410: return .notFound
    case 405, 406, 415: return .unsupported
    case 409: return isOwned || reason == "AlreadyExists" ? .conflict : .stale
    case 429: return .throttled(retryAfter: reply.header("Retry-After").flatMap { Int($0) }.map { .seconds($0) })
    case 500 where refusesField(reply): return .invalid
    case 500...: return .unavailable
    case 300..<400: return .protocolBroken
    default: return .invalid
    }
  }

  /// Servers up to 1.2x say so with 500.
  private static func refusesField(_ reply: Reply) -> Bool {
    String(decoding: reply.body.prefix(4_096), as: UTF8.self).contains("field not declared in schema")
  }

  private static func message(_ status: Value?, _ reply: Reply) -> String {
    guard status?["kind"]?.string == "Status", let text = status?["message"]?.string, !text.isEmpty else {
      return "the cluster answers \(reply.status)"
    }
    return "the cluster answers: " + String(text.prefix(messageLimit))
  }
}

extension Call {
  /// In one line, e.g. `GET namespaces/velero/secrets/main`.
  var words: String { method.rawValue + " " + path.drop { $0 != "namespaces" }.joined(separator: "/") }
}

extension Reply {
  /// The object of a success; a 200 with anything else is broken.
  func object(_ call: Call) throws(CallFailure) -> Value {
    guard 200..<300 ~= status else { throw StatusFailure.failure(self, to: call) }
    guard let value = try? ValueJSON.decode(body, limits: JSONLimits(depth: 100, bytes: 16 << 20)),
      let kind = value["kind"]?.string, value["metadata"]?.map != nil
    else {
      throw CallFailure(
        .protocolBroken, code: "K8S0004",
        "the answer is no object of Kubernetes; a proxy or sign-in page may stand before it",
        status: status, call: call.words)
    }
    guard kind != "Status" else { throw StatusFailure.failure(self, to: call) }
    return value
  }

  /// The object, or nil where there is none.
  func objectIfThere(_ call: Call) throws(CallFailure) -> Value? {
    guard status == 404 else { return try object(call) }
    // Of a group that isn't served the API server says so in plain words, of everything else by a Status.
    let isTold =
      (try? ValueJSON.decode(body))?["kind"]?.string == "Status" || body.starts(with: "404 page not found".utf8)
    guard isTold else {
      throw CallFailure(
        .protocolBroken, code: "K8S0004",
        "a 404 that is not the API server's: a proxy or sign-in page may stand before it, and nothing is known of what is there",
        status: status, call: call.words)
    }
    return nil
  }
}
