/// Plain data between text and models: what plans show, states keep and digests cover.
///
/// A secret never becomes a `Value`; a reference to one (`env:NAME`) does.
public enum Value: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case list([Value])
  case map(ValueMap)
  /// Born during apply; the text names the output it will come from, e.g. `buckets.hk.bucketName`.
  case unknown(String)

  public var string: String? { if case .string(let text) = self { text } else { nil } }
  public var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  public var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
  public var list: [Value]? { if case .list(let elements) = self { elements } else { nil } }
  public var map: ValueMap? { if case .map(let map) = self { map } else { nil } }
  public subscript(key: String) -> Value? { map?[key] }

  /// The name of the first output inside that is known only after apply.
  public var firstUnknown: String? {
    switch self {
    case .unknown(let name): return name
    case .list(let elements):
      for element in elements { if let name = element.firstUnknown { return name } }
      return nil
    case .map(let map):
      for pair in map { if let name = pair.value.firstUnknown { return name } }
      return nil
    default: return nil
    }
  }

  /// The names of all values in it that are known after apply.
  public var unknowns: Set<String> {
    switch self {
    case .unknown(let name): [name]
    case .list(let elements): elements.reduce(into: []) { $0.formUnion($1.unknowns) }
    case .map(let map): map.reduce(into: []) { $0.formUnion($1.value.unknowns) }
    default: []
    }
  }

  /// With words in the place of what is known after apply, for the shape of calls.
  public var withPlaceholders: Value { filling { _ in "(known after apply)" } }

  /// With a value for each unknown one that `known` has an answer to.
  public func filling(_ known: (String) -> Value?) -> Value {
    guard hasUnknowns else { return self }
    return switch self {
    case .unknown(let name): known(name) ?? self
    case .list(let elements): .list(elements.map { $0.filling(known) })
    case .map(let map): .map(ValueMap(map.map { ($0.key, $0.value.filling(known)) }))
    default: self
    }
  }

  /// True when the value or anything inside it is known only after apply.
  public var hasUnknowns: Bool {
    switch self {
    case .unknown: true
    case .list(let elements):
      elements.withUnsafeBufferPointer { elements in elements.indices.contains { elements[$0].hasUnknowns } }
    case .map(let map): map.withPairs { pairs in pairs.indices.contains { pairs[$0].value.hasUnknowns } }
    default: false
    }
  }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral text: String) { self = .string(text) }
  public init(booleanLiteral flag: Bool) { self = .bool(flag) }
  public init(integerLiteral number: Int64) { self = .integer(number) }
  public init(arrayLiteral elements: Value...) { self = .list(elements) }
  public init(dictionaryLiteral pairs: (String, Value)...) { self = .map(ValueMap(pairs)) }
}
