/// The numbers given to hidden values in one output: equal values, equal numbers. It can't be printed.
public struct RedactionTable: Sendable, CustomStringConvertible, CustomReflectable {
  private var numbers: [Value: Int] = [:]

  public init() {}

  public var description: String { "(\(numbers.count) hidden)" }
  public var customMirror: Mirror { Mirror(self, children: []) }

  /// The token that stands for a value, e.g. `(hidden 1)`.
  public mutating func token(for value: Value) -> String {
    let number = numbers[value] ?? numbers.count + 1
    numbers[value] = number
    return "(hidden \(number))"
  }
}

/// Replaces everything sensitive by numbered tokens, so that a change of it still shows.
///
/// References to secrets stay: they say where a secret is, not what it is.
public func redacted(_ value: Value, _ shape: Shape, table: inout RedactionTable) -> Value {
  switch (shape, value) {
  case (.list(let element), .list(let elements)), (.set(let element, _), .list(let elements)):
    return .list(elements.map { redacted($0, element, table: &table) })
  case (.map(let element, _), .map(let map)):
    return .map(ValueMap(map.map { ($0.key, redacted($0.value, element, table: &table)) }))
  case (.either(let scalar, let long), _):
    return redacted(value, value.isComposite ? long : scalar, table: &table)
  case (.object(let object), .map(let map)):
    return .map(
      ValueMap(
        map.map { pair in
          guard let field = object[pair.key], pair.value != .null else { return (pair.key, pair.value) }
          if field.isHidden, case .unknown = pair.value { return (pair.key, pair.value) }
          if field.isHidden { return (pair.key, .string(table.token(for: pair.value))) }
          return (pair.key, redacted(pair.value, field.shape, table: &table))
        }))
  default: return value
  }
}
