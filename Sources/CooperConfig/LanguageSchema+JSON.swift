internal import CooperModel
public import CooperSchema

extension LanguageSchema {
  /// The JSON Schema of every file of a project, draft 2020-12, for editors and `check-jsonschema`.
  ///
  /// Nothing is required at the top, because `cooper` and `name` stand in the root file alone; what stands there alone
  /// needs `cooper` beside it.
  public func jsonSchema() -> Value {
    var writer = JSONSchema()
    var overlay = ValueMap()
    for section in sections where !section.isRootOnly { overlay[section.name] = property(section, &writer) }
    var root = overlay
    for section in sections where section.isRootOnly { root[section.name] = property(section, &writer) }
    root["environments"] = [
      "type": "object", "description": .string(self["environments"]?.summary ?? ""),
      "additionalProperties": object(overlay, "What an environment sets differently."),
      "propertyNames": ["pattern": "^[A-Za-z0-9_-]{1,64}$"],
    ]
    var file = object(root, "A file of a Cooper project.").map ?? ValueMap()
    let rootOnly = sections.filter { $0.isRootOnly && $0.name != "cooper" }
    file["dependentRequired"] = .map(
      ValueMap(rootOnly.map { ($0.name, ["cooper"]) } + [("cooper", ["name"])]))
    return writer.document(root: .map(file), title: "Cooper project")
  }

  private func object(_ properties: ValueMap, _ summary: String) -> Value {
    [
      "type": "object", "description": .string(summary), "properties": .map(properties), "additionalProperties": false,
      "patternProperties": ["^x-": true],
    ]
  }

  private func property(_ section: LanguageSection, _ writer: inout JSONSchema) -> Value {
    let schema =
      switch section.name {
      case "connections": connections(&writer)
      case "profiles": profiles(section, &writer)
      case "rules": rules(&writer)
      case "variables": variables(section, &writer)
      case "moved", "consents": changes(section, &writer)
      default: writer.schema(for: section.shape)
      }
    var property = schema.map ?? ValueMap()
    if let kind = catalog.kinds[section.name], let entries = property["additionalProperties"] {
      let own: Value = ["properties": .map([RuleFields.name: exceptions(&writer)])]
      property["additionalProperties"] = [
        "allOf": .list([entries, own] + (kind.variants.map { conditions($0) } ?? []))
      ]
    }
    if let names = names(in: section) { property["propertyNames"] = names }
    property["description"] = .string(section.summary)
    if let example = section.example { property["x-example"] = .string(example) }
    return .map(property)
  }

  /// What the keys of a section may look like: names that become parts of addresses, or addresses.
  private func names(in section: LanguageSection) -> Value? {
    guard case .map = section.shape else { return nil }
    switch section.name {
    case "removed", "adopted":
      return ["anyOf": [["pattern": "^x-"], ["pattern": .string(addresses)]]]
    case "variables":
      return [
        "pattern": "^[A-Za-z0-9_-]{1,128}$", "not": ["enum": ["environment", "project", "self"]],
      ]
    case "rules", "state": return nil
    default: return ["pattern": "^[A-Za-z0-9_-]{1,128}$"]
    }
  }

  /// Fields of the other variants mean nothing beside the word of one. What a variant needs isn't asked for: an overlay
  /// may give it.
  private func conditions(_ variants: KindVariants) -> [Value] {
    let all = variants.cases.values.reduce(into: Set<String>()) { $0.formUnion($1.fields) }
    return variants.cases.sorted { $0.key < $1.key }.compactMap { word, variant -> Value? in
      let foreign = all.subtracting(variant.fields)
      guard !foreign.isEmpty else { return nil }
      let said: ValueMap = [variants.field: ["const": .string(word)]]
      let condition: Value = [
        "type": "object", "required": .list([.string(variants.field)]), "properties": .map(said),
      ]
      let consequence: Value = ["properties": .map(ValueMap(foreign.map { ($0, Value.bool(false)) }))]
      return ["if": condition, "then": consequence]
    }
  }

  /// A profile, in which the block for a type of connection holds what that type can hold; `null` opts out of the rest.
  private func profiles(_ section: LanguageSection, _ writer: inout JSONSchema) -> Value {
    guard case .map(.object(var profile), _) = section.shape else { return writer.schema(for: section.shape) }
    let blocks = profile.fields.filter { catalog.connectionTypes[$0.name] != nil }
    profile.fields.removeAll { catalog.connectionTypes[$0.name] != nil || $0.name == "profile" }
    var schema = writer.inlineSchema(of: profile).map ?? ValueMap()
    var properties = schema["properties"]?.map ?? ValueMap()
    properties[RuleFields.name] = exceptions(&writer)
    for block in blocks {
      guard let type = catalog.connectionTypes[block.name] else { continue }
      var fields = ValueMap()
      for field in profile.fields where field.name != "connection" {
        fields[field.name] =
          field.name == RuleFields.name ? exceptions(&writer) : property(field, on: type, &writer)
      }
      properties[block.name] = ["anyOf": [object(fields, block.summary), ["type": "null"]]]
    }
    schema["properties"] = .map(properties)
    return ["type": "object", "additionalProperties": ["anyOf": [.map(schema), ["type": "null"]]]]
  }

  private func property(_ field: FieldShape, on type: ConnectionType, _ writer: inout JSONSchema) -> Value {
    guard case .unsupported(let reason, let nearest)? = type.support["buckets"]?.facets[field.name] else {
      return writer.property(field)
    }
    let words = "Only null here, which opts out: \(reason)" + (nearest.map { "; \($0)" } ?? "")
    return ["type": "null", "description": .string(words)]
  }

  /// A connection's fields follow from its type, so that an editor complains about one type's fields only.
  private func connections(_ writer: inout JSONSchema) -> Value {
    let types = catalog.connectionTypes.values.sorted { $0.name < $1.name }
    let branches = types.map { type -> Value in
      var shape = writer.inlineSchema(of: connection(type)).map ?? ValueMap()
      var properties = shape["properties"]?.map ?? ValueMap()
      var methods: [Value] = []
      for (method, access) in access(type) {
        // No method at all is written as an empty block, or not at all.
        if method.isEmpty, access.fields.isEmpty, type.accessMethods.count > 1 { continue }
        methods.append(writer.schema(for: .object(access)))
      }
      if !methods.isEmpty {
        properties["access"] = ["anyOf": .list(methods + [["type": "null"]]), "description": "How Cooper signs in."]
        properties["planAccess"] = [
          "anyOf": .list(methods + [["type": "null"]]),
          "description": "How Cooper signs in to plan, default as access.",
        ]
      }
      shape["properties"] = .map(properties)
      return [
        "if": ["properties": ["type": ["const": .string(type.name)]], "required": ["type"]], "then": .map(shape),
      ]
    }
    let names = types.map { Value.string($0.name) }
    return [
      "type": "object",
      "additionalProperties": [
        "anyOf": [
          ["type": "null"],
          [
            "type": "object", "required": ["type"],
            "properties": ["type": ["enum": .list(names), "description": "The kind of store."]],
            "allOf": .list(branches),
          ],
        ]
      ],
    ]
  }
}
