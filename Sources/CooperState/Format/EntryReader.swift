import CooperSchema

/// What in a stored document has not the declared form.
struct FormatProblem: Error, Hashable {
  /// Keys from the top, e.g. `resources`, `buckets.x`, `status`.
  var path: [String]
  var message: String

  init(_ message: String, path: [String] = []) {
    self.message = message
    self.path = path
  }

  func inside(_ key: String) -> FormatProblem { FormatProblem(message, path: [key] + path) }

  var description: String { path.isEmpty ? message : path.joined(separator: " → ") + ": " + message }
}

/// Reads the keys of one stored map, and notices those nobody asked for.
struct EntryReader {
  private let map: ValueMap
  private var found = 0

  init(_ value: Value) throws(FormatProblem) {
    guard let map = value.map else { throw FormatProblem("a map is expected") }
    self.map = map
  }

  mutating func optional(_ key: String) -> Value? {
    guard let value = map[key] else { return nil }
    found += 1
    return value
  }

  mutating func required(_ key: String) throws(FormatProblem) -> Value {
    guard let value = optional(key) else { throw FormatProblem("\"\(key)\" is missing") }
    return value
  }

  mutating func text(_ key: String) throws(FormatProblem) -> String {
    guard let text = try required(key).string else { throw FormatProblem("text is expected", path: [key]) }
    return text
  }

  mutating func optionalText(_ key: String) throws(FormatProblem) -> String? {
    guard let value = optional(key) else { return nil }
    guard let text = value.string else { throw FormatProblem("text is expected", path: [key]) }
    return text
  }

  mutating func integer(_ key: String) throws(FormatProblem) -> Int64 {
    guard let number = try required(key).integer else { throw FormatProblem("a whole number is expected", path: [key]) }
    return number
  }

  mutating func optionalInteger(_ key: String) throws(FormatProblem) -> Int64? {
    guard let value = optional(key) else { return nil }
    guard let number = value.integer else { throw FormatProblem("a whole number is expected", path: [key]) }
    return number
  }

  mutating func map(_ key: String) throws(FormatProblem) -> ValueMap {
    guard let map = try required(key).map else { throw FormatProblem("a map is expected", path: [key]) }
    return map
  }

  mutating func choice<T: RawRepresentable>(
    _ key: String, as type: T.Type
  ) throws(FormatProblem) -> T where T.RawValue == String {
    let text = try text(key)
    guard let choice = T(rawValue: text) else { throw FormatProblem("\"\(text)\" is not known here", path: [key]) }
    return choice
  }

  /// Throws when the map holds a key that was not asked for; `known` are those that may stand in it.
  func finish(_ known: [String]) throws(FormatProblem) {
    guard found < map.count else { return }
    let strangers = map.keys.filter { !known.contains($0) }
    throw FormatProblem("\"\(strangers.joined(separator: "\", \""))\" is not a key of this format")
  }
}
