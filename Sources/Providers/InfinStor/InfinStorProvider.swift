public import CooperModel
public import CooperProvider

/// InfinStor, which keeps a table of buckets (systems.md section 2).
///
/// Belongs here: settings, access methods, settings of registrations. This version makes no call: a
/// project on it is checked and planned offline.
public struct InfinStorProvider: Provider {
  public init() {}

  public var name: String { "infinstor" }
  public var connectionTypes: [ConnectionType] { [InfinStorConnectionType.declaration] }
  public var kinds: [Kind] { [] }
  public var kindSchemas: [KindSchema] { [Registration.schema] }

  public func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    throw .signInOfLaterVersion(declaration)
  }
}
