/// A struct with a schema beside it; the schema is the only place where its fields are described.
public protocol Modeled: SchemaValue {
  static var schema: ObjectSchema<Self> { get }
  init()
}

extension Modeled {
  public static var shape: Shape { .object(schema.shape) }

  public init(value: Value) throws(SchemaMismatch) {
    guard let map = value.map else { throw SchemaMismatch(expected: Self.schema.shape.name) }
    self.init()
    for field in Self.schema.fields {
      let value = map[field.shape.name]
      // Most fields of most models.
      if value == nil, field.mayBeAbsent { continue }
      do throws(SchemaMismatch) {
        try field.decode(&self, value)
      } catch {
        let rest = error.path.isEmpty ? "" : "." + error.path
        throw SchemaMismatch(expected: error.expected, path: field.shape.name + rest)
      }
    }
  }

  public var value: Value {
    var pairs: [(String, Value)] = []
    for field in Self.schema.fields {
      if let value = field.encode(self) { pairs.append((field.shape.name, value)) }
    }
    return .map(ValueMap(pairs))
  }
}

/// The schema of a `Modeled` type: its shape, and how each field gets in and out of the struct.
public struct ObjectSchema<Root: Sendable>: Sendable {
  public let shape: ObjectShape
  public let fields: [Field<Root>]

  public init(_ name: String, _ summary: String, _ fields: [Field<Root>]) {
    self.fields = fields
    shape = ObjectShape(name, summary: summary, fields: fields.map(\.shape))
  }
}

/// A field bound to a property of the struct; a class, because decoding passes each of them around.
public final class Field<Root: Sendable>: Sendable {
  public let shape: FieldShape
  /// Decoding leaves the property as it is when there is no value.
  let mayBeAbsent: Bool
  let decode: @Sendable (inout Root, Value?) throws(SchemaMismatch) -> Void
  let encode: @Sendable (Root) -> Value?

  /// An optional field: nil when absent, so that absence survives every path.
  public init<T: SchemaValue>(
    _ name: String, _ path: any WritableKeyPath<Root, T?> & Sendable, _ presence: Presence = .optional,
    shape: Shape? = nil, mutability: Mutability = .inPlace, sensitivity: Sensitivity = .plain,
    summary: String, example: String? = nil
  ) {
    self.shape = FieldShape(
      name, shape ?? T.shape, presence: presence, mutability: mutability, sensitivity: sensitivity,
      summary: summary, example: example)
    mayBeAbsent = true
    decode = { (root: inout Root, value: Value?) throws(SchemaMismatch) in
      guard let value, value != .null else { return }
      root[keyPath: path] = try T(value: value)
    }
    encode = { $0[keyPath: path]?.value }
  }

  /// A required field, which is never absent.
  public init<T: SchemaValue>(
    required name: String, _ path: any WritableKeyPath<Root, T> & Sendable, shape: Shape? = nil,
    mutability: Mutability = .inPlace, sensitivity: Sensitivity = .plain, summary: String, example: String? = nil
  ) {
    self.shape = FieldShape(
      name, shape ?? T.shape, presence: .required, mutability: mutability, sensitivity: sensitivity,
      summary: summary, example: example)
    mayBeAbsent = false
    decode = { (root: inout Root, value: Value?) throws(SchemaMismatch) in
      guard let value else { throw SchemaMismatch(expected: "a value") }
      root[keyPath: path] = try T(value: value)
    }
    encode = { $0[keyPath: path].value }
  }
}
