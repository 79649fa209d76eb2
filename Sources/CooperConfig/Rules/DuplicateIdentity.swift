internal import CooperDiagnostics
internal import CooperModel
internal import CooperSchema

/// One physical bucket has one declaration, whatever connections lead to it.
enum DuplicateIdentity: ConfigurationRule {
  static let name = "duplicate-identity"
  static let level = RuleLevel.error
  static let entries: [CatalogueEntry] = [
    .init(
      .sameIdentity, "One thing declared twice (FB-20)",
      "Two declarations of one physical bucket, or of one name in a platform's table, would undo each other. Endpoints and "
        + "directories are compared as places: the way in which they are written does not matter.",
      fix: "Keep one, or correct the name.")
  ]

  private struct Place: Hashable {
    var section: String
    var store: String
    var scope: [String]
    var name: String
  }

  static func findings(in context: RuleContext) -> [Diagnostic] {
    var found: [Diagnostic] = []
    var earlier: [Place: [Int]] = [:]
    var stores: [String: String] = [:]
    let configuration = context.configuration
    for (index, resource) in configuration.resources.enumerated() {
      guard let connection = configuration.connections[resource.connection]?.declaration,
        let type = context.catalog.connectionTypes[connection.type]
      else { continue }
      let store = stores[resource.connection] ?? self.store(of: connection, type, context.ground)
      stores[resource.connection] = store
      let scope = (type.support[resource.address.section]?.scope ?? []).map { part($0, of: resource) ?? "" }
      let place = Place(section: resource.address.section, store: store, scope: scope, name: resource.name)
      let account = self.account(of: connection)
      let other = earlier[place]?.first { first in
        let connection = configuration.connections[configuration.resources[first].connection]
        return isSameAccount(connection.flatMap { self.account(of: $0.declaration) }, account)
      }
      if let other { found.append(.sameIdentity(resource, configuration.resources[other])) }
      earlier[place, default: []].append(index)
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
    _ a: ConnectionDeclaration, _ aType: ConnectionType, _ b: ConnectionDeclaration, _ bType: ConnectionType,
    _ ground: ProjectGround
  ) -> Bool {
    store(of: a, aType, ground) == store(of: b, bType, ground) && isSameAccount(account(of: a), account(of: b))
  }

  /// An account that isn't written may be any.
  private static func isSameAccount(_ a: String?, _ b: String?) -> Bool { a == nil || b == nil || a == b }

  /// Endpoint or directory; a service with one endpoint for all is named by its provider.
  static func store(of connection: ConnectionDeclaration, _ type: ConnectionType, _ ground: ProjectGround) -> String {
    if let endpoint = connection.settings["endpoint"]?.string {
      let place = endpointPlace(endpoint)
      // AWS reaches one and the same bucket by each of its own endpoints.
      return place.hasSuffix(".amazonaws.com:443") ? type.provider : place
    }
    guard let root = connection.settings["root"]?.string else { return type.provider }
    return ground.absolute(root)
  }

  /// Host and port; a scheme's own port may be written or not, and no server answers by the case of a host.
  static func endpointPlace(_ endpoint: String) -> String {
    var text = endpoint.lowercased()[...]
    var port = "443"
    if text.hasPrefix("http://") { port = "80" }
    if let scheme = text.firstRange(of: "://") { text = text[scheme.upperBound...] }
    while text.hasSuffix("/") { text.removeLast() }
    let authority = text.prefix { $0 != "/" }
    let isBare = authority.hasSuffix("]") || !authority.contains(":")
    return authority + (isBare ? ":" + port : "") + text.dropFirst(authority.count)
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
    let isBucket = resource.address.section == BucketKind.section
    let what = isBucket ? "are the same bucket" : "are both named"
    let field = isBucket ? "bucketName" : "name"
    return Diagnostic(
      .sameIdentity, .error, "\(resource.address) and \(other.address) \(what) \"\(resource.name)\"",
      at: resource.range, notes: [Note("declared here as well", at: other.range)],
      fix: ["keep one declaration, or give one of them another \(field)"])
  }
}
