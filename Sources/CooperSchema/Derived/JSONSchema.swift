/// Writes shapes as JSON Schema, draft 2020-12, for editors.
///
/// The schema allows what `check` allows, including `$(name)` in any scalar and a written `null` in an optional field.
public struct JSONSchema: Sendable {
  /// Whether objects may hold `x-…` keys.
  public var allowsExtensionKeys: Bool
  /// The named objects met so far, by name.
  public private(set) var definitions: [String: Value]

  private static let text: Value = ["$ref": "#/$defs/text"]
  private static let substitution: Value = ["$ref": "#/$defs/substitution"]

  public init(allowsExtensionKeys: Bool = true) {
    self.allowsExtensionKeys = allowsExtensionKeys
    definitions = [
      "substitution": [
        "type": "string", "pattern": #"\$\([A-Za-z0-9_.-]+\)"#,
        "description": "A text with $(name) in it, filled in by Cooper.",
      ],
      "text": [
        "type": ["string", "number", "boolean"],
        // "$(" that is neither closed nor written as "$$(" for itself.
        "not": ["type": "string", "pattern": #"(^|[^$])\$\((?![A-Za-z0-9_.-]+\))"#],
      ],
    ]
  }

  /// A whole document: the shape's schema with everything that it refers to.
  public static func document(for shape: Shape, title: String, allowsExtensionKeys: Bool = true) -> Value {
    var writer = JSONSchema(allowsExtensionKeys: allowsExtensionKeys)
    let root = writer.schema(for: shape)
    return writer.document(root: root, title: title)
  }

  /// Puts a root schema and the definitions met so far into one document.
  public func document(root: Value, title: String) -> Value {
    var document = root.map ?? ValueMap()
    document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    document["title"] = .string(title)
    document["$defs"] = .map(ValueMap(definitions.map { ($0.key, $0.value) }))
    return .map(document)
  }

  /// The schema of a shape; objects go to `definitions` and are referred to.
  public mutating func schema(for shape: Shape) -> Value {
    switch shape {
    case .bool: return substitutable(["type": "boolean"])
    case .integer(let range): return substitutable(Self.wholeNumber(range))
    case .number: return substitutable(["type": "number"])
    case .string(let rule): return Self.schema(for: rule)
    case .choice(let words): return substitutable(["enum": .list(words.map { .string($0) })])
    case .duration(let range): return substitutable(Self.duration(atMost: range?.upperBound))
    case .size:
      let units = ["PiB", "TiB", "GiB", "MiB", "KiB", "B"].map { "([0-9]+\($0))?" }.joined()
      return substitutable([
        "type": .list(["string", "integer"]), "pattern": .string("^(?=[0-9])([0-9]+|\(units))$"), "minimum": 0,
        "examples": ["64MiB"],
      ])
    case .instant:
      return substitutable([
        "type": "string",
        "pattern": .string("^\(Self.day)" + #"(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?$"#),
        "examples": ["2026-12-01"],
      ])
    case .list(let element): return ["type": "array", "items": schema(for: element)]
    case .set(let element, let identity):
      let items = schema(for: element)
      return identity.isEmpty
        ? ["type": "array", "items": items, "uniqueItems": true] : ["type": "array", "items": items]
    case .map(let element, let keys):
      let values = nullable(schema(for: element))
      guard keys.lengths != nil || keys.pattern != nil else {
        return ["type": "object", "additionalProperties": values]
      }
      return ["type": "object", "additionalProperties": values, "propertyNames": Self.schema(for: keys)]
    case .object(let object): return reference(to: object)
    case .either(let scalar, let long): return Self.anyOf([schema(for: scalar), schema(for: long)])
    case .reference(let section):
      return Self.anyOf([
        ["type": "string", "pattern": "^[^.]+$", "description": .string("A name from \(section).")], Self.substitution,
      ])
    // As text it is a JSON object.
    case .document: return Self.anyOf([["type": "object"], ["type": "string", "pattern": #"^\s*\{[\s\S]*\}\s*$"#]])
    case .secret: return Self.secret
    case .anything: return [:]
    }
  }

  /// A day of the calendar; leap years are left to `check`.
  private static let day =
    #"\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|[12]\d))"#

  private static let name = #"\$\([A-Za-z0-9_.-]+\)"#

  private static let secret: Value = [
    "description": "A reference to a secret, never the secret itself.",
    "anyOf": [
      [
        "type": "string",
        "pattern": .string(
          "^(env:([A-Za-z_]|\(name))([A-Za-z0-9_]|\(name))*|file:.+|sealed:.+)$"),
      ],
      [
        "type": "object", "required": ["command"], "additionalProperties": false,
        "properties": ["command": ["type": "array", "minItems": 1, "items": ["type": "string"]]],
      ],
    ],
  ]

  /// Text without a rule may be written without quotes even where YAML sees a number.
  private static func schema(for rule: TextRule) -> Value {
    if rule.lengths == nil, rule.pattern == nil {
      guard let expectation = rule.expectation else { return text }
      return ["$ref": "#/$defs/text", "description": .string(expectation)]
    }
    var schema = ValueMap()
    schema["type"] = "string"
    if let lengths = rule.lengths {
      if lengths.lowerBound > 0 { schema["minLength"] = .integer(Int64(lengths.lowerBound)) }
      if lengths.upperBound < Int.max { schema["maxLength"] = .integer(Int64(lengths.upperBound)) }
    }
    if let expectation = rule.expectation { schema["description"] = .string(expectation) }
    if let pattern = rule.pattern { schema["pattern"] = .string(pattern) }
    return anyOf([.map(schema), substitution])
  }

  /// A duration; its parts can't be added up here, but none may be above the limit by itself.
  private static func duration(atMost limit: Int64?) -> Value {
    let parts = [("d", 86400), ("h", 3600), ("m", 60), ("s", 1)].map { unit, seconds in
      "(\(digits(atMost: limit.map { $0 / Int64(seconds) }))\(unit))?"
    }
    return ["type": "string", "pattern": .string("^(?=[0-9])\(parts.joined())$"), "examples": ["30d"]]
  }

  /// A pattern for whole numbers up to a limit; none for a limit that nobody meets.
  private static func digits(atMost limit: Int64?) -> String {
    guard let limit, 0...1_000_000_000_000 ~= limit else { return "[0-9]+" }
    let text = Array(String(limit))
    var choices = text.count > 1 ? ["[0-9]{1,\(text.count - 1)}"] : []
    for (index, digit) in text.enumerated() {
      guard let value = digit.wholeNumberValue, value > 0 else { continue }
      let rest = text.count - index - 1
      choices.append(String(text[..<index]) + "[0-\(value - 1)]" + (rest > 0 ? "[0-9]{\(rest)}" : ""))
    }
    return "0*(\((choices + [String(text)]).joined(separator: "|")))"
  }

  private static func wholeNumber(_ range: ClosedRange<Int64>?) -> Value {
    var schema = ValueMap()
    schema["type"] = "integer"
    if let range {
      if range.lowerBound > .min { schema["minimum"] = .integer(range.lowerBound) }
      if range.upperBound < .max { schema["maximum"] = .integer(range.upperBound) }
    }
    return .map(schema)
  }

  private func substitutable(_ schema: Value) -> Value { Self.anyOf([schema, Self.substitution]) }

  private func nullable(_ schema: Value) -> Value { Self.anyOf([schema, ["type": "null"]]) }

  /// Alternatives, flattened, each once.
  private static func anyOf(_ schemas: [Value]) -> Value {
    var flat: [Value] = []
    for schema in schemas {
      if let map = schema.map, map.count == 1, let inner = map["anyOf"]?.list {
        for each in inner where !flat.contains(each) { flat.append(each) }
      } else if !flat.contains(schema) {
        flat.append(schema)
      }
    }
    return flat.count == 1 ? flat[0] : ["anyOf": .list(flat)]
  }

  private mutating func reference(to object: ObjectShape) -> Value {
    let schema = self.schema(of: object)
    var name = object.name
    var count = 1
    // Two different objects may have one name; the later gets a number.
    while let taken = definitions[name], taken != schema {
      count += 1
      name = object.name + String(count)
    }
    definitions[name] = schema
    return ["$ref": .string("#/$defs/" + name)]
  }

  /// Gives a schema a name in the document and returns the reference to it.
  public mutating func define(_ name: String, _ schema: Value) -> Value {
    definitions[name] = schema
    return ["$ref": .string("#/$defs/" + name)]
  }

  /// The schema of an object in its place, for callers that add to it.
  public mutating func inlineSchema(of object: ObjectShape) -> Value { schema(of: object) }

  private mutating func schema(of object: ObjectShape) -> Value {
    var properties = ValueMap()
    var required: [Value] = []
    for field in object.fields where !field.isReadOnly {
      properties[field.name] = property(field)
      if field.isRequired { required.append(.string(field.name)) }
    }
    var schema = ValueMap()
    schema["type"] = "object"
    schema["description"] = .string(object.summary)
    schema["properties"] = .map(properties)
    schema["additionalProperties"] = false
    if !required.isEmpty { schema["required"] = .list(required) }
    if allowsExtensionKeys { schema["patternProperties"] = ["^x-": true] }
    return .map(schema)
  }

  /// The schema of a field in an object, with what is said about it.
  public mutating func property(_ field: FieldShape) -> Value {
    let inner = schema(for: field.shape)
    var property = (field.isRequired ? inner : nullable(inner)).map ?? ValueMap()
    property["description"] = .string(field.summary)
    if case .defaulted(let value) = field.presence { property["default"] = value }
    return .map(property)
  }
}
