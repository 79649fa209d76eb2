internal import CooperModel
internal import CooperSchema

/// One map of a stored plan; its readers throw a problem that names the place.
struct PlanEntry {
  private let map: ValueMap
  private let path: String

  init(_ value: Value?, at path: String) throws(PlanFileProblem) {
    guard let map = value?.map else { throw .notAPlan("\(path.isEmpty ? "the file" : path) is not a map") }
    self.map = map
    self.path = path
  }

  private func place(_ key: String) -> String { path.isEmpty ? key : path + "." + key }

  private func expected(_ what: String, at key: String) -> PlanFileProblem {
    .notAPlan("\(place(key)) is not \(what)")
  }

  /// Nil where the key is absent.
  func value(_ key: String) -> Value? { map[key] }

  func entry(_ key: String) throws(PlanFileProblem) -> PlanEntry { try PlanEntry(map[key], at: place(key)) }

  func optionalEntry(_ key: String) throws(PlanFileProblem) -> PlanEntry? {
    map[key] == .null ? nil : try entry(key)
  }

  func text(_ key: String) throws(PlanFileProblem) -> String {
    guard let text = map[key]?.string else { throw expected("text", at: key) }
    return text
  }

  func has(_ key: String) -> Bool { map[key] != nil }

  func optionalText(_ key: String) throws(PlanFileProblem) -> String? { map[key] == .null ? nil : try text(key) }

  func integer(_ key: String) throws(PlanFileProblem) -> Int64 {
    guard let number = map[key]?.integer else { throw expected("a whole number", at: key) }
    return number
  }

  func count(_ key: String) throws(PlanFileProblem) -> Int { Int(try integer(key)) }

  func flag(_ key: String) throws(PlanFileProblem) -> Bool {
    guard let flag = map[key]?.bool else { throw expected("true or false", at: key) }
    return flag
  }

  func map(_ key: String) throws(PlanFileProblem) -> ValueMap {
    guard let map = map[key]?.map else { throw expected("a map", at: key) }
    return map
  }

  func choice<T: RawRepresentable>(_ key: String, as type: T.Type) throws(PlanFileProblem) -> T
  where T.RawValue == String {
    guard let choice = T(rawValue: try text(key)) else { throw expected("a word that is known here", at: key) }
    return choice
  }

  func address(_ key: String) throws(PlanFileProblem) -> Address {
    guard let address = Address(try text(key)) else { throw expected("an address", at: key) }
    return address
  }

  func optionalAddress(_ key: String) throws(PlanFileProblem) -> Address? {
    map[key] == .null ? nil : try address(key)
  }

  func texts(_ key: String) throws(PlanFileProblem) -> [String] {
    var texts: [String] = []
    for element in try elements(key) {
      guard let text = element.string else { throw expected("a list of texts", at: key) }
      texts.append(text)
    }
    return texts
  }

  func list<T>(
    _ key: String, _ read: (PlanEntry) throws(PlanFileProblem) -> T
  ) throws(PlanFileProblem) -> [T] {
    var list: [T] = []
    for (index, element) in try elements(key).enumerated() {
      list.append(try read(PlanEntry(element, at: place(key) + "[\(index)]")))
    }
    return list
  }

  private func elements(_ key: String) throws(PlanFileProblem) -> [Value] {
    guard let elements = map[key]?.list else { throw expected("a list", at: key) }
    return elements
  }
}
