import CooperModel
import CooperProvider
import CooperSchema

/// Reads reply bodies as documents of the expected type, and nothing else.
enum ArmReply {
  static func document(_ reply: Reply, to call: Call) throws(CallFailure) -> Value {
    let reply = try reply.succeeded(call)
    do throws(JSONSyntaxError) {
      return try ValueJSON.decode(reply.body)
    } catch {
      throw CallFailure(
        .protocolBroken, code: "UnreadableReply", "the answer is not a readable document: \(error)",
        status: reply.status, call: call.line)
    }
  }

  /// The document of a resource; one of another type means that whoever answers doesn't know this one.
  static func resource(_ reply: Reply, _ type: String, to call: Call) throws(CallFailure) -> Value {
    let document = try document(reply, to: call)
    guard document["type"]?.string?.lowercased() == "microsoft.storage/\(type)".lowercased(),
      document["properties"]?.map != nil
    else { throw wrongShape(reply, call, type) }
    return document
  }

  static func wrongShape(_ reply: Reply, _ call: Call, _ expected: String) -> CallFailure {
    CallFailure(
      .unsupported, code: "WrongDocument", "the answer is not the expected document (\(expected))",
      status: reply.status,
      call: call.line)
  }

  /// What a field holds must have a form that is known; what can't be read is never taken for absent.
  static func broken(_ field: String, _ call: Call) -> CallFailure {
    CallFailure(.protocolBroken, code: "UnreadableValue", "\(field) holds no value of its kind", call: call.line)
  }

  /// A read of one document; its absence and its refusal are told apart.
  static func observe<Model: Sendable>(
    _ call: Call, _ type: String, absentCodes: Set<String> = [],
    decode: @escaping @Sendable (Value) throws(CallFailure) -> Model?
  ) -> any Procedure<Observed<Model>> {
    SingleCall<Observed<Model>>(call) { (reply) throws(CallFailure) in
      do throws(CallFailure) {
        let document = try resource(reply, type, to: call)
        return try decode(document).map { .present($0) } ?? .absent
      } catch {
        if error.kind == .notFound, absentCodes.contains(error.code) { return .absent }
        guard error.kind == .unsupported else { throw error }
        return .unsupported(error.message)
      }
    }
  }
}

extension Value {
  /// A number of days as Resource Manager writes it: whole or with a fraction (provider-quirks section 5).
  var timeSpanOfDays: TimeSpan? {
    switch self {
    case .integer(let days): TimeSpan.days(days)
    case .number(let days) where days >= 0 && days < 1e9: TimeSpan(seconds: Int64((days * 86_400).rounded()))
    default: nil
    }
  }

  /// Nil for null, as for what isn't there.
  var given: Value? { self == .null ? nil : self }

  /// Maps into each other; anything else is replaced.
  func merged(with other: Value) -> Value {
    guard case .map(var map) = self, case .map(let changes) = other else { return other }
    for pair in changes { map[pair.key] = map[pair.key]?.merged(with: pair.value) ?? pair.value }
    return .map(map)
  }
}
