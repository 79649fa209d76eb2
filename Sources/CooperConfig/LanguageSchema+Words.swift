internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// What the JSON Schema says of words that a shape leaves to the elaborator: names of rules, sections and risks.
extension LanguageSchema {
  private static let substitution: Value = ["$ref": "#/$defs/substitution"]

  /// `rules` of the project: each rule by its word, with the levels that it takes.
  func rules(_ writer: inout JSONSchema) -> Value {
    let any = writer.schema(for: SectionShapes.rule)
    return byRule { ["anyOf": [["allOf": .list([any] + levels($0))], ["type": "null"]]] }
  }

  /// `rules` of a resource or a profile, where `off` needs a reason.
  func exceptions(_ writer: inout JSONSchema) -> Value {
    let any = writer.schema(for: SectionShapes.rule)
    let isOff: Value = [
      "type": "object", "properties": ["severity": ["const": "off"]], "required": ["severity"],
    ]
    let reasoned: [Value] = [["not": ["const": "off"]], ["if": isOff, "then": ["required": ["reason"]]]]
    let schema = byRule { ["anyOf": [["allOf": .list([any] + reasoned + levels($0))], ["type": "null"]]] }
    let reference = writer.define("exceptions", schema)
    return ["anyOf": [reference, ["type": "null"]], "description": .string(RuleFields.field.summary)]
  }

  private func byRule(_ schema: (RuleDescription) -> Value) -> Value {
    var properties = ValueMap()
    for rule in RuleDescription.all {
      var property = schema(rule).map ?? ValueMap()
      property["description"] = .string(rule.entries.map(\.title).joined(separator: "; "))
      properties[rule.name] = .map(property)
    }
    return [
      "type": "object", "properties": .map(properties), "additionalProperties": false,
      "patternProperties": ["^x-": true],
    ]
  }

  /// What can't be applied stays an error.
  private func levels(_ rule: RuleDescription) -> [Value] {
    guard rule.isFixed else { return [] }
    let error: Value = ["anyOf": [["const": .string(RuleLevel.error.rawValue)], Self.substitution]]
    return [["anyOf": [error, ["type": "object", "properties": ["severity": error]]]]]
  }

  /// A default must look like what the variable's type asks for.
  func variables(_ section: LanguageSection, _ writer: inout JSONSchema) -> Value {
    var schema = writer.schema(for: section.shape).map ?? ValueMap()
    let conditions = [("integer", "^-?[0-9]+$"), ("boolean", "^(true|false)$")].map { type, pattern -> Value in
      let said: Value = [
        "type": "object", "properties": ["type": ["const": .string(type)]], "required": ["type"],
      ]
      let held: Value = [
        "anyOf": [
          ["type": .list([.string(type), "null"])], ["type": "string", "pattern": .string(pattern)],
          Self.substitution,
        ]
      ]
      return ["if": said, "then": ["properties": ["default": held]]]
    }
    schema["additionalProperties"] = ["allOf": .list([schema["additionalProperties"] ?? true] + conditions)]
    return .map(schema)
  }

  /// Entries of `moved` and `consents`, whose addresses begin with a section and whose risks have names.
  func changes(_ section: LanguageSection, _ writer: inout JSONSchema) -> Value {
    var schema = writer.schema(for: section.shape).map ?? ValueMap()
    let address: Value = ["anyOf": [["type": "string", "pattern": .string(addresses)], Self.substitution]]
    let risks = RiskKind.allCases.map { Value.string($0.rawValue) }
    let words: Value =
      section.name == "moved"
      ? ["from": address, "to": address]
      : ["address": address, "risk": ["anyOf": [["enum": .list(risks)], Self.substitution]]]
    schema["items"] = ["allOf": [schema["items"] ?? true, ["properties": words]]]
    return .map(schema)
  }

  /// An address: a section of this build and a name.
  var addresses: String { "^(\(catalog.kinds.keys.sorted().joined(separator: "|")))\\.[A-Za-z0-9_-]+$" }
}
