internal import CooperSchema
internal import CooperSyntax

/// Values of facets that were checked without a finding, by what was written: estates repeat themselves.
struct FacetCache {
  /// The facet, the type of connection, and the tree without its places.
  struct Key: Hashable {
    fileprivate var bytes: [UInt8]
  }

  private var values: [Key: Value] = [:]

  subscript(key: Key) -> Value? {
    get { values[key] }
    set { values[key] = newValue }
  }

  static func key(_ node: SyntaxNode, facet: String, connectionType: String) -> Key {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(128)
    append(facet, &bytes)
    append(connectionType, &bytes)
    append(node, &bytes)
    return Key(bytes: bytes)
  }

  private static func append(_ node: SyntaxNode, _ bytes: inout [UInt8]) {
    switch node.content {
    case .missing: bytes.append(0)
    case .scalar(let scalar):
      bytes.append(scalar.style == .plain ? 1 : 2)
      append(scalar.tag ?? "", &bytes)
      append(scalar.text, &bytes)
    case .sequence(let elements):
      bytes.append(3)
      for element in elements { append(element, &bytes) }
      bytes.append(end)
    case .mapping(let entries):
      bytes.append(4)
      for entry in entries {
        append(entry.key, &bytes)
        append(entry.value, &bytes)
      }
      bytes.append(end)
    }
  }

  /// A byte that no UTF-8 text holds, so that no two trees have one key.
  private static let end: UInt8 = 0xFF

  private static func append(_ text: String, _ bytes: inout [UInt8]) {
    bytes.append(contentsOf: text.utf8)
    bytes.append(end)
  }
}
