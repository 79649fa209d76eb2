extension Shape {
  /// What should stand here, in words that fit behind "must be".
  var expectation: String {
    switch self {
    case .bool: "true or false"
    case .integer(let range): "a whole number" + Self.words(range) { String($0) }
    case .number: "a number"
    case .string(let rule): rule.expectation ?? "text"
    case .choice(let words): words.count == 1 ? words[0] : "one of " + words.joined(separator: ", ")
    case .duration(let range): "a duration such as 30d" + Self.words(range) { TimeSpan(seconds: $0).text }
    case .size: "a size such as 64MiB"
    case .instant: "a date such as 2026-12-01"
    case .list, .set: "a list"
    case .map, .object: "a map"
    case .either(let scalar, let long): scalar.expectation + ", or " + long.expectation
    case .reference(let section): "a name from \(section)"
    case .document: "a JSON document"
    case .secret: "a reference to a secret such as env:NAME"
    case .anything: "a value"
    }
  }

  /// The spelling of an empty value, for the shapes that have one.
  var emptyText: String? {
    switch self {
    case .list, .set: "[]"
    case .map: "{}"
    case .object(let object): object.fields.contains(where: \.isRequired) ? nil : "{}"
    case .either(_, let long): long.emptyText
    default: nil
    }
  }

  /// True when a field anywhere inside holds a secret or something that is not to be shown.
  public var mayHoldSecret: Bool {
    switch self {
    case .secret: true
    case .list(let element), .set(let element, _), .map(let element, _): element.mayHoldSecret
    case .either(let scalar, let long): scalar.mayHoldSecret || long.mayHoldSecret
    case .object(let object): object.fields.contains { $0.isHidden || $0.shape.mayHoldSecret }
    default: false
    }
  }

  /// Words for a range, with a leading blank; empty for no range.
  static func words(_ range: ClosedRange<Int64>?, _ text: (Int64) -> String) -> String {
    guard let range else { return "" }
    return switch (range.lowerBound, range.upperBound) {
    case (.min, .max): ""
    case (.min, let upper): " of at most " + text(upper)
    case (let lower, .max): " of at least " + text(lower)
    case (let lower, let upper): " from " + text(lower) + " to " + text(upper)
    }
  }
}

extension FieldShape {
  var isRequired: Bool { if case .required = presence { true } else { false } }
  var isReadOnly: Bool { if case .readOnly = presence { true } else { false } }
  /// True when its value must not be repeated in messages.
  var isHidden: Bool { sensitivity != .plain }
}

extension Shape {
  /// Whether it may name resources of a section other than those given.
  public func namesSections(besides known: Set<String>) -> Bool {
    switch self {
    case .reference(let section): !known.contains(section)
    case .list(let element), .set(let element, _), .map(let element, _): element.namesSections(besides: known)
    case .either(let scalar, let long): scalar.namesSections(besides: known) || long.namesSections(besides: known)
    case .object(let object): object.fields.contains { $0.shape.namesSections(besides: known) }
    default: false
    }
  }
}
