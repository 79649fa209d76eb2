internal import CooperModel
public import CooperSchema

extension LanguageSchema {
  /// The JSON Schema of every file of a project, draft 2020-12, for editors and `check-jsonschema`.
  ///
  /// Nothing is required at the top, because `cooper` and `name` stand in the root file alone.
  public func jsonSchema() -> Value {
    var writer = JSONSchema()
    var overlay = ValueMap()
    for section in sections where !section.isRootOnly { overlay[section.name] = property(section, &writer) }
    var root = overlay
    for section in sections where section.isRootOnly { root[section.name] = property(section, &writer) }
    root["environments"] = [
      "type": "object", "description": .string(self["environments"]?.summary ?? ""),
      "additionalProperties": object(overlay, "What an environment sets differently."),
    ]
    return writer.document(root: object(root, "A file of a Cooper project."), title: "Cooper project")
  }

  private func object(_ properties: ValueMap, _ summary: String) -> Value {
    [
      "type": "object", "description": .string(summary), "properties": .map(properties), "additionalProperties": false,
      "patternProperties": ["^x-": true],
    ]
  }

  private func property(_ section: LanguageSection, _ writer: inout JSONSchema) -> Value {
    let schema = section.name == "connections" ? connections(&writer) : writer.schema(for: section.shape)
    var property = schema.map ?? ValueMap()
    property["description"] = .string(section.summary)
    if let example = section.example { property["x-example"] = .string(example) }
    return .map(property)
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
