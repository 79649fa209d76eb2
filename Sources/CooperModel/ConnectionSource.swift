/// Where the resources of a kind have their connection from; a kind says it once, and loading follows it.
public indirect enum ConnectionSource: Sendable {
  /// A field names it, e.g. `connection: aws` or `in: flashback`.
  case field(String)
  /// It is the key of a map whose value holds its settings, e.g. `in: { palette: { scope: tenant } }`.
  case key(of: String)
  /// It is that of the resource which a field names, e.g. of a container's storage account.
  case resource(field: String, section: String)
  /// The first of several whose field is written.
  case first([ConnectionSource])
  /// The kind lives on no connection, e.g. a document.
  case none

  /// The fields that it looks at, in order.
  public var fields: [String] {
    switch self {
    case .field(let name), .key(of: let name), .resource(field: let name, section: _): [name]
    case .first(let sources): sources.flatMap(\.fields)
    case .none: []
    }
  }
}
