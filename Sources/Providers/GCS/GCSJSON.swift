import CooperModel
import CooperProvider
import CooperSchema

/// JSON as Google's APIs write it.
enum GCSJSON {
  static let limits = JSONLimits(depth: 64, bytes: 16 << 20)

  static func body(_ value: Value) -> [UInt8] { ValueJSON.encode(value, pretty: false) }
}

extension Reply {
  /// Returns itself when the status is 2xx, else throws what it means.
  func succeeded(_ call: Call) throws(CallFailure) -> Reply {
    guard 200..<300 ~= status else { throw GCSFailure.failure(self, to: call) }
    return self
  }

  /// The document of an answer; one of another kind than expected is no such document, whatever its status.
  func document(_ kind: String, to call: Call) throws(CallFailure) -> ValueMap {
    let value = try json(to: call)
    guard let map = value.map, map["kind"]?.string == kind else {
      let found = value["kind"]?.string.map { "a \($0.prefix(60))" } ?? "something else"
      throw CallFailure(
        .unsupported, code: "WrongDocument", "the answer is \(found) and not the expected \(kind)", status: status,
        call: call.line)
    }
    return map
  }

  /// An object of an API whose documents don't say what they are; the caller looks for what makes it one.
  func object(to call: Call) throws(CallFailure) -> ValueMap {
    guard let map = try json(to: call).map else {
      throw CallFailure(
        .unsupported, code: "WrongDocument", "the answer is something else and not a document", status: status,
        call: call.line)
    }
    return map
  }

  private func json(to call: Call) throws(CallFailure) -> Value {
    _ = try succeeded(call)
    guard let value = try? ValueJSON.decode(body, limits: GCSJSON.limits) else {
      throw CallFailure(
        .protocolBroken, code: "UnreadableReply", "the answer is not readable JSON", status: status, call: call.line)
    }
    return value
  }
}

extension Value {
  /// An int64, which the JSON API writes as text and takes as either (hashicorp/terraform-provider-google#17990).
  var wholeNumber: Int64? { integer ?? string.flatMap { Int64($0) } }
}

extension ValueMap {
  /// A field that is neither missing nor null.
  func given(_ key: String) -> Value? { self[key].flatMap { $0 == .null ? nil : $0 } }

  /// A whole number that is there or not; one that can't be read is a broken answer, never nothing.
  func number(_ key: String, of call: Call) throws(CallFailure) -> Int64? {
    guard let value = given(key) else { return nil }
    guard let number = value.wholeNumber else { throw .broken(key, "no whole number", call) }
    return number
  }

  func flag(_ key: String, of call: Call) throws(CallFailure) -> Bool? {
    guard let value = given(key) else { return nil }
    guard let flag = value.bool else { throw .broken(key, "neither true nor false", call) }
    return flag
  }

  func text(_ key: String, of call: Call) throws(CallFailure) -> String? {
    guard let value = given(key) else { return nil }
    guard let text = value.string else { throw .broken(key, "no text", call) }
    return text
  }

  func object(_ key: String, of call: Call) throws(CallFailure) -> ValueMap? {
    guard let value = given(key) else { return nil }
    guard let map = value.map else { throw .broken(key, "no object", call) }
    return map
  }

  func texts(_ key: String, of call: Call) throws(CallFailure) -> [String]? {
    guard let value = given(key) else { return nil }
    guard let list = value.list, list.allSatisfy({ $0.string != nil }) else {
      throw .broken(key, "no list of texts", call)
    }
    return list.compactMap(\.string)
  }
}

extension CallFailure {
  static func broken(_ field: String, _ what: String, _ call: Call) -> CallFailure {
    CallFailure(.protocolBroken, code: "UnreadableReply", "\(field) in the answer is \(what)", call: call.line)
  }
}
