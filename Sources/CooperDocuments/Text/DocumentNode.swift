public import CooperSchema

/// A document as a tree whose maps keep the order in which its readers expect the keys.
public indirect enum DocumentNode: Sendable, Hashable {
  case null
  case flag(Bool)
  case number(Int64)
  case text(String)
  case secret(DocumentSlot)
  /// A text made of lines, with secrets in it.
  case lines(DocumentText)
  case list([DocumentNode])
  case map([Field])

  public struct Field: Sendable, Hashable {
    public var key: String
    public var value: DocumentNode

    public init(_ key: String, _ value: DocumentNode) {
      self.key = key
      self.value = value
    }
  }

  static func texts(_ texts: [String]) -> DocumentNode { .list(texts.map { .text($0) }) }

  /// A map without the fields that nobody gave.
  static func fields(_ pairs: KeyValuePairs<String, DocumentNode?>) -> DocumentNode {
    .map(pairs.compactMap { pair in pair.value.map { Field(pair.key, $0) } })
  }

  /// What it says as plain data; places of secrets are empty.
  public var value: CooperSchema.Value {
    switch self {
    case .null, .secret, .lines: .null
    case .flag(let flag): .bool(flag)
    case .number(let number): .integer(number)
    case .text(let text): .string(text)
    case .list(let elements): .list(elements.map(\.value))
    case .map(let fields): .map(ValueMap(fields.map { ($0.key, $0.value.value) }))
    }
  }

  /// Plain data as it is; a number that isn't whole stays out of documents of this kind.
  init(_ value: CooperSchema.Value) throws(DocumentProblem) {
    switch value {
    case .null: self = .null
    case .bool(let flag): self = .flag(flag)
    case .integer(let number): self = .number(number)
    case .number(let number): self = .text("\(number)")
    case .string(let text): self = .text(text)
    case .unknown(let output): throw .bornInApply(output)
    case .list(let elements):
      var nodes: [DocumentNode] = []
      for element in elements { nodes.append(try DocumentNode(element)) }
      self = .list(nodes)
    case .map(let map):
      var fields: [Field] = []
      for pair in map { fields.append(Field(pair.key, try DocumentNode(pair.value))) }
      self = .map(fields)
    }
  }

  subscript(key: String) -> DocumentNode? {
    guard case .map(let fields) = self else { return nil }
    return fields.first { $0.key == key }?.value
  }
}

extension DocumentNode: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral text: String) { self = .text(text) }
  public init(booleanLiteral flag: Bool) { self = .flag(flag) }
  public init(integerLiteral number: Int64) { self = .number(number) }
  public init(arrayLiteral elements: DocumentNode...) { self = .list(elements) }
  public init(dictionaryLiteral pairs: (String, DocumentNode)...) { self = .map(pairs.map { Field($0, $1) }) }
}
