internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// One physical bucket has one declaration, whatever connections lead to it.
enum DuplicateIdentity: ConfigurationRule {
  static let name = "duplicate-identity"

  private struct Place: Hashable {
    var section: String
    var store: String
    var scope: [String]
    var name: String
  }

  static func findings(in context: RuleContext) -> [Diagnostic] {
    var found: [Diagnostic] = []
    var earlier: [Place: [ResourceDeclaration]] = [:]
    let configuration = context.configuration
    for resource in configuration.resources {
      guard let connection = configuration.connections[resource.connection]?.declaration,
        let type = context.catalog.connectionTypes[connection.type]
      else { continue }
      let store = self.store(of: connection, type)
      let scope = (type.support[resource.address.section]?.scope ?? []).map { part($0, of: resource) ?? "" }
      let place = Place(section: resource.address.section, store: store, scope: scope, name: resource.name)
      let account = self.account(of: connection)
      let other = earlier[place]?.first { first in
        isSameAccount(configuration.connections[first.connection].flatMap { self.account(of: $0.declaration) }, account)
      }
      if let other { found.append(.sameIdentity(resource, other)) }
      earlier[place, default: []].append(resource)
    }
    return found
  }

  /// The text at a dotted path that leads into a setting or a facet.
  private static func part(_ path: String, of resource: ResourceDeclaration) -> String? {
    let steps = path.split(separator: ".").map(String.init)
    guard let first = steps.first else { return nil }
    var value = resource.settings[first] ?? resource.facet(first)?.value
    for step in steps.dropFirst() { value = value?[step] }
    return value?.string
  }

  static func isSameStore(
    _ a: ConnectionDeclaration, _ aType: ConnectionType, _ b: ConnectionDeclaration, _ bType: ConnectionType
  ) -> Bool {
    store(of: a, aType) == store(of: b, bType) && isSameAccount(account(of: a), account(of: b))
  }

  /// An account that isn't written may be any.
  private static func isSameAccount(_ a: String?, _ b: String?) -> Bool { a == nil || b == nil || a == b }

  /// Endpoint or directory; a service with one endpoint for all is named by its provider.
  static func store(of connection: ConnectionDeclaration, _ type: ConnectionType) -> String {
    guard let place = (connection.settings["endpoint"] ?? connection.settings["root"])?.string else {
      return type.provider
    }
    var text = connection.settings["endpoint"] == nil ? place : place.lowercased()
    while text.count > 1, text.hasSuffix("/") { text.removeLast() }
    return text
  }

  static func account(of connection: ConnectionDeclaration) -> String? {
    for field in ["account", "subscription", "project"] {
      if let account = connection.settings[field]?.string { return account }
    }
    return nil
  }
}

extension DiagnosticCode {
  static let sameIdentity = DiagnosticCode("RUL0001")
}

extension Diagnostic {
  fileprivate static func sameIdentity(_ resource: ResourceDeclaration, _ other: ResourceDeclaration) -> Diagnostic {
    Diagnostic(
      .sameIdentity, .error, "\(resource.address) and \(other.address) are the same bucket \"\(resource.name)\"",
      at: resource.range, notes: [Note("declared here as well", at: other.range)],
      fix: ["keep one declaration, or give one of them another bucketName"])
  }
}
