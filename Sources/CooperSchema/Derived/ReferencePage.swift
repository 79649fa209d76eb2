internal import CooperDiagnostics

/// Writes an object's fields as a page in Markdown, the objects inside it below.
public enum ReferencePage {
  /// The page of an object; headings start at the given level.
  public static func markdown(for object: ObjectShape, level: Int = 1) -> String {
    var sections: [String] = []
    var met: Set<String> = []
    write(object, level, &sections, &met)
    return sections.joined(separator: "\n")
  }

  private static func write(_ object: ObjectShape, _ level: Int, _ sections: inout [String], _ met: inout Set<String>) {
    guard met.insert(object.name).inserted else { return }
    var lines = [String(repeating: "#", count: level) + " " + object.name, "", object.summary, ""]
    if object.fields.isEmpty {
      lines.append("It has no fields.")
    } else {
      lines += ["| field | value | presence | meaning | errors |", "|---|---|---|---|---|"]
      lines += object.fields.map(row)
    }
    sections.append(lines.joined(separator: "\n") + "\n")
    for field in object.fields {
      for inner in field.shape.objects { write(inner, level + 1, &sections, &met) }
    }
  }

  private static func row(_ field: FieldShape) -> String {
    var meaning = field.summary
    if let example = field.example { meaning += " Example: `\(example)`." }
    switch field.mutability {
    case .inPlace: break
    case .replaces(let reason): meaning += " Can't be changed later: \(reason)."
    case .oneWay(let values): meaning += " Moves one way only: \(values.map(\.label).joined(separator: " → "))."
    }
    if field.isHidden { meaning += " Never shown." }
    let codes = field.codes.map { "[\($0)](codes.md#\($0))" }.joined(separator: " ")
    let cells = ["`\(field.name)`", field.shape.typeName, field.presence.words, meaning, codes]
    return "| " + cells.map { $0.replacing("|", with: "\\|").replacing("\n", with: " ") }.joined(separator: " | ")
      + " |"
  }
}

extension FieldShape {
  /// The codes of what can be wrong with the field itself, sorted.
  fileprivate var codes: [DiagnosticCode] {
    let presence: [DiagnosticCode] = isRequired ? [.missingField] : isReadOnly ? [.readOnlyField] : []
    return Set(presence + shape.codes).sorted()
  }
}

extension TextRule {
  /// Its length in words, with a leading blank; empty without a limit.
  fileprivate var lengthWords: String {
    guard let lengths else { return "" }
    if lengths.lowerBound <= 0 { return " of at most \(lengths.upperBound) characters" }
    if lengths.upperBound == .max { return " of at least \(lengths.lowerBound) characters" }
    return " of \(lengths.lowerBound) to \(lengths.upperBound) characters"
  }
}

extension Presence {
  /// How tables name it.
  public var words: String {
    switch self {
    case .required: "required"
    case .optional: "optional"
    case .defaulted(let value): "default `\(value.label)`"
    case .providerDefault: "set by the provider if absent"
    case .readOnly: "read only"
    }
  }
}

extension Shape {
  /// The kind of value in a few words, for tables.
  public var typeName: String {
    switch self {
    case .list(let element): "list of " + element.typeName
    case .set(let element, let identity):
      "set of " + element.typeName + (identity.isEmpty ? "" : " by " + identity.joined(separator: ", "))
    case .map(let element, _): "map of " + element.typeName
    case .object(let object): object.name
    case .choice(let words): words.map { "`\($0)`" }.joined(separator: ", ")
    case .either(let scalar, let long): scalar.typeName + " or " + long.typeName
    case .integer(let range): "whole number" + Self.words(range) { String($0) }
    case .duration(let range): "duration" + Self.words(range) { TimeSpan(seconds: $0).text }
    case .bool: "`true`, `false`"
    case .number: "number"
    case .string(let rule): rule.expectation ?? "text" + rule.lengthWords
    case .size: "size"
    case .instant: "date"
    case .reference(let section): "name from `\(section)`"
    case .document: "document, as YAML or JSON"
    case .secret: "reference to a secret"
    case .anything: "anything"
    }
  }

  /// The codes of what can be wrong with such a value, not with what objects in it hold.
  fileprivate var codes: [DiagnosticCode] {
    switch self {
    case .bool, .number, .map(_, keys: _): [.wrongType]
    case .integer(let range): range == nil ? [.wrongType] : [.wrongType, .outOfRange]
    case .string(let rule):
      [.wrongType] + (rule.matches == nil ? [] : [.badPattern]) + (rule.lengths == nil ? [] : [.badLength])
    case .choice: [.badChoice]
    case .duration(let range): range == nil ? [.badDuration] : [.badDuration, .outOfRange]
    case .size: [.badSize]
    case .instant: [.badInstant]
    case .list(let element): [.wrongType] + element.codes
    case .set(let element, _): [.wrongType, .duplicateElement] + element.codes
    case .object: [.wrongType, .unknownField]
    case .either(let scalar, let long): scalar.codes + long.codes
    case .reference: [.wrongType]
    case .document: [.badDocument]
    case .secret: [.plainSecret, .badSecret]
    case .anything: []
    }
  }

  /// The objects that stand in a field, not those inside them.
  fileprivate var objects: [ObjectShape] {
    switch self {
    case .object(let object): [object]
    case .list(let element), .set(let element, _), .map(let element, _): element.objects
    case .either(let scalar, let long): scalar.objects + long.objects
    default: []
    }
  }
}
