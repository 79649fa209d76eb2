import CooperSchema

/// The part of JSON Schema (draft 2020-12) that `state.schema.json` uses; `pattern` is left to check-jsonschema.
struct SchemaReader {
  let root: Value

  /// What is wrong with a document, with the path to it; a keyword this reader doesn't know is a problem too.
  func problems(of document: Value) -> [String] { problems(document, root, "$") }

  private func problems(_ value: Value, _ schema: Value, _ path: String) -> [String] {
    guard let keywords = schema.map else { return ["\(path): not a schema"] }
    return keywords.flatMap { problems(value, $0.key, $0.value, schema, path) }
  }

  private func problems(
    _ value: Value, _ keyword: String, _ argument: Value, _ schema: Value, _ path: String
  ) -> [String] {
    switch keyword {
    case "$schema", "$id", "$defs", "title", "description", "pattern": return []
    case "type": return isType(value, argument.string ?? "") ? [] : ["\(path): not of type \(argument.string ?? "?")"]
    case "const": return value == argument ? [] : ["\(path): another constant"]
    case "enum": return argument.list?.contains(value) == true ? [] : ["\(path): not in the list"]
    case "minimum": return (value.integer ?? .max) >= (argument.integer ?? 0) ? [] : ["\(path): too small"]
    case "minLength":
      return Int64(value.string?.unicodeScalars.count ?? .max) >= (argument.integer ?? 0) ? [] : ["\(path): too short"]
    case "required":
      guard let map = value.map else { return [] }
      return (argument.list ?? []).compactMap(\.string).filter { map[$0] == nil }.map { "\(path): no \($0)" }
    case "properties":
      return (value.map ?? ValueMap()).flatMap { pair in
        argument[pair.key].map { problems(pair.value, $0, path + "." + pair.key) } ?? []
      }
    case "additionalProperties":
      let others = (value.map ?? ValueMap()).filter { schema["properties"]?[$0.key] == nil }
      if argument == false { return others.map { "\(path): \($0.key) is not allowed" } }
      return others.flatMap { problems($0.value, argument, path + "." + $0.key) }
    case "items":
      return (value.list ?? []).enumerated().flatMap { problems($0.element, argument, "\(path)[\($0.offset)]") }
    case "propertyNames": return (value.map ?? ValueMap()).flatMap { problems(.string($0.key), argument, path) }
    case "$ref":
      let name = argument.string?.split(separator: "/").last.map { String($0) } ?? ""
      return root["$defs"]?[name].map { problems(value, $0, path) } ?? ["\(path): no definition \(name)"]
    default: return ["\(path): this reader doesn't know the keyword \(keyword)"]
    }
  }

  private func isType(_ value: Value, _ type: String) -> Bool {
    switch (type, value) {
    case ("object", .map), ("object", .unknown), ("string", .string), ("integer", .integer), ("array", .list): true
    default: false
    }
  }
}
