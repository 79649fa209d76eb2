public import CooperConfig
internal import CooperModel
public import CooperProvider
internal import CooperSchema

/// The connections of one run, opened but not yet used.
public struct Connections: Sendable {
  public private(set) var opened: [String: any Connection] = [:]
  public private(set) var failures: [String: CallFailure] = [:]
  /// Connections of types that this version can check and plan offline, and not reach.
  public private(set) var unreachable: [String: Site] = [:]

  public init(
    opened: [String: any Connection], failures: [String: CallFailure] = [:], unreachable: [String: Site] = [:]
  ) {
    self.opened = opened
    self.failures = failures
    self.unreachable = unreachable
  }

  /// Where a connection leads, as far as its declaration or the opened connection says.
  func identity(of name: String, with settings: ValueMap, on connection: String) -> PhysicalIdentity {
    if let opened = opened[connection] { return opened.identity(of: name, with: settings) }
    let site = unreachable[connection]
    return PhysicalIdentity(endpoint: site?.endpoint ?? "", account: site?.account, name: name)
  }

  /// Checks settings and prepares access; makes no call and looks up no secret. `planAccess` is used for runs that only
  /// read. A connection that leads where `trust` doesn't reach is a failure.
  public static func open(
    _ names: some Sequence<String>, of configuration: Configuration, registry: ProviderRegistry,
    environment: ProviderEnvironment, readsOnly: Bool, trust: EndpointTrust
  ) -> Connections {
    var connections = Connections(opened: [:])
    for name in Set(names) {
      guard let entry = configuration.connections[name] else { continue }
      var declaration = entry.declaration
      if readsOnly, let planAccess = declaration.planAccess {
        declaration.access = planAccess
        declaration.accessField = "planAccess"
      }
      guard let provider = registry.provider(ofType: declaration.type) else { continue }
      guard registry.canReach(type: declaration.type) else {
        connections.unreachable[name] = Site(declared: declaration, provider: provider.name)
        continue
      }
      do throws(CallFailure) {
        let connection = try provider.connect(declaration, environment: environment)
        if let refusal = trust.refusal(of: connection) { throw refusal }
        connections.opened[name] = connection
      } catch {
        connections.failures[name] = error
      }
    }
    return connections
  }
}
