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
  /// As the YAML has them.
  private(set) var declarations: [String: ConnectionDeclaration] = [:]
  /// PEM texts of `caCertificate`, for platforms that are told whom to trust.
  private(set) var caCertificates: [String: String] = [:]

  public init(
    opened: [String: any Connection], failures: [String: CallFailure] = [:], unreachable: [String: Site] = [:]
  ) {
    self.opened = opened
    self.failures = failures
    self.unreachable = unreachable
  }

  func type(of connection: String) -> String {
    (opened[connection]?.site ?? unreachable[connection])?.type ?? ""
  }

  /// Where a connection leads, as far as its declaration or the opened connection says.
  func identity(of name: String, on connection: String) -> PhysicalIdentity {
    if let opened = opened[connection] { return opened.identity(of: name) }
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
      connections.declarations[name] = declaration
      if let path = declaration.settings["caCertificate"]?.string, let bytes = try? environment.readFile(path) {
        connections.caCertificates[name] = String(decoding: bytes, as: UTF8.self)
      }
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
