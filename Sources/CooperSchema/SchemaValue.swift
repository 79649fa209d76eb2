/// Thrown when data does not have the shape its type declares; checked input never causes it.
public struct SchemaMismatch: Error, Sendable, Hashable {
  public var expected: String
  public var path: String

  public init(expected: String, path: String = "") {
    self.expected = expected
    self.path = path
  }
}

/// A type that is described by a shape and goes to and from `Value` without loss.
public protocol SchemaValue: Sendable, Hashable {
  static var shape: Shape { get }
  init(value: Value) throws(SchemaMismatch)
  var value: Value { get }
}

extension Bool: SchemaValue {
  public static var shape: Shape { .bool }
  public init(value: Value) throws(SchemaMismatch) {
    guard let flag = value.bool else { throw SchemaMismatch(expected: "true or false") }
    self = flag
  }
  public var value: Value { .bool(self) }
}

extension Int: SchemaValue {
  public static var shape: Shape { .integer(nil) }
  public init(value: Value) throws(SchemaMismatch) {
    guard let number = value.integer else { throw SchemaMismatch(expected: "a whole number") }
    self = Int(number)
  }
  public var value: Value { .integer(Int64(self)) }
}

extension String: SchemaValue {
  public static var shape: Shape { .string(.any) }
  public init(value: Value) throws(SchemaMismatch) {
    guard let text = value.string else { throw SchemaMismatch(expected: "text") }
    self = text
  }
  public var value: Value { .string(self) }
}

extension Array: SchemaValue where Element: SchemaValue {
  public static var shape: Shape { .list(Element.shape) }
  public init(value: Value) throws(SchemaMismatch) {
    guard let elements = value.list else { throw SchemaMismatch(expected: "a list") }
    self = []
    reserveCapacity(elements.count)
    for element in elements { append(try Element(value: element)) }
  }
  public var value: Value { .list(map(\.value)) }
}

extension Dictionary: SchemaValue where Key == String, Value: SchemaValue {
  public static var shape: Shape { .map(Value.shape, keys: .any) }
  public init(value: CooperSchema.Value) throws(SchemaMismatch) {
    guard let pairs = value.map else { throw SchemaMismatch(expected: "a map") }
    self = [:]
    for pair in pairs { self[pair.key] = try Value(value: pair.value) }
  }
  public var value: CooperSchema.Value { .map(ValueMap(map { ($0.key, $0.value.value) })) }
}

/// A closed list of words, e.g. `enabled` and `suspended`.
public protocol SchemaChoice: SchemaValue, CaseIterable, RawRepresentable where RawValue == String {}

extension SchemaChoice {
  public static var shape: Shape { .choice(allCases.map(\.rawValue)) }
  public init(value: Value) throws(SchemaMismatch) {
    guard let text = value.string, let choice = Self(rawValue: text) else {
      throw SchemaMismatch(expected: "one of " + Self.allCases.map(\.rawValue).joined(separator: ", "))
    }
    self = choice
  }
  public var value: Value { .string(rawValue) }
}
