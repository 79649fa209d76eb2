/// A secret field of a value: its place and the reference that stands in it.
public struct SecretSlot: Sendable, Hashable {
  /// Keys and indexes, joined with dots.
  public var path: String
  /// `env:NAME`, …; never the secret.
  public var reference: Value

  public init(path: String, reference: Value) {
    self.path = path
    self.reference = reference
  }
}

/// The references in the secret fields of a value, in the order of its shape.
public func secretSlots(in value: Value, _ shape: Shape, at path: [String] = []) -> [SecretSlot] {
  switch (shape, value) {
  case (_, .null): []
  case (.secret, _): [SecretSlot(path: path.joined(separator: "."), reference: value)]
  case (.list(let element), .list(let elements)), (.set(let element, _), .list(let elements)):
    elements.indices.flatMap { secretSlots(in: elements[$0], element, at: path + [String($0)]) }
  case (.map(let element, _), .map(let map)):
    map.flatMap { secretSlots(in: $0.value, element, at: path + [$0.key]) }
  case (.either(let scalar, let long), _): secretSlots(in: value, value.isComposite ? long : scalar, at: path)
  case (.object(let object), .map(let map)):
    object.fields.flatMap { field in
      map[field.name].map { secretSlots(in: $0, field.shape, at: path + [field.name]) } ?? []
    }
  default: []
  }
}

/// The value without what stands in its secret fields: no provider ever shows them, so nothing else can be compared.
public func withoutSecrets(_ value: Value, _ shape: Shape) -> Value {
  switch (shape, value) {
  case (.list(let element), .list(let elements)), (.set(let element, _), .list(let elements)):
    return .list(elements.map { withoutSecrets($0, element) })
  case (.map(let element, _), .map(let map)):
    return .map(ValueMap(map.map { ($0.key, withoutSecrets($0.value, element)) }))
  case (.either(let scalar, let long), _): return withoutSecrets(value, value.isComposite ? long : scalar)
  case (.object(let object), .map(let map)):
    return .map(
      ValueMap(
        map.compactMap { pair in
          guard let field = object[pair.key] else { return (pair.key, pair.value) }
          return field.shape.isSecret ? nil : (pair.key, withoutSecrets(pair.value, field.shape))
        }))
  default: return value
  }
}

extension Shape {
  var isSecret: Bool { if case .secret = self { true } else { false } }

  /// True when a field somewhere inside takes a reference to a secret.
  public var takesSecret: Bool {
    switch self {
    case .secret: true
    case .list(let element), .set(let element, _), .map(let element, _): element.takesSecret
    case .either(let scalar, let long): scalar.takesSecret || long.takesSecret
    case .object(let object): object.fields.contains { $0.shape.takesSecret }
    default: false
    }
  }

  /// The places of all secret fields in it; `*` stands for any key or index.
  public func secretPaths(at path: [String] = []) -> [[String]] {
    switch self {
    case .secret: [path]
    case .list(let element), .set(let element, _), .map(let element, _): element.secretPaths(at: path + ["*"])
    case .either(let scalar, let long): scalar.secretPaths(at: path) + long.secretPaths(at: path)
    case .object(let object): object.fields.flatMap { $0.shape.secretPaths(at: path + [$0.name]) }
    default: []
    }
  }
}
