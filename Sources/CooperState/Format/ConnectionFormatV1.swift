import CooperSchema

/// Format 1 of what is recorded of connections, in states and in journals.
extension RecordedConnection {
  var value: Value {
    var map = ValueMap([
      ("type", .string(type)), ("endpoint", .string(endpoint)), ("chosen", .list(chosen.map { .string($0) })),
    ])
    map["account"] = account.map { .string($0) }
    return .map(map)
  }

  init(from value: Value) throws(FormatProblem) {
    var reader = try EntryReader(value)
    let list = try reader.required("chosen").list
    let chosen = list?.compactMap(\.string)
    guard let chosen, chosen.count == list?.count else { throw FormatProblem("texts are expected", path: ["chosen"]) }
    self.init(
      type: try reader.text("type"), endpoint: try reader.text("endpoint"), chosen: chosen,
      account: try reader.optionalText("account"))
    try reader.finish(["account", "chosen", "endpoint", "type"])
  }

  static func all(in value: Value?) throws(FormatProblem) -> [String: RecordedConnection] {
    guard let value else { return [:] }
    guard let map = value.map else { throw FormatProblem("a map is expected", path: ["connections"]) }
    var connections: [String: RecordedConnection] = [:]
    for pair in map {
      do throws(FormatProblem) {
        connections[pair.key] = try RecordedConnection(from: pair.value)
      } catch {
        throw error.inside(pair.key).inside("connections")
      }
    }
    return connections
  }

  /// A map from names to texts; empty when it is not there.
  static func texts(_ value: Value?, _ key: String) throws(FormatProblem) -> [String: String] {
    guard let value else { return [:] }
    guard let map = value.map else { throw FormatProblem("a map is expected", path: [key]) }
    var texts: [String: String] = [:]
    for pair in map {
      guard let text = pair.value.string else { throw FormatProblem("text is expected", path: [key, pair.key]) }
      texts[pair.key] = text
    }
    return texts
  }
}
