public import CooperModel
public import CooperProvider

/// Flowfile, which keeps cloud connections (systems.md section 4).
///
/// Belongs here: settings, access methods, settings of registrations. This version makes no call: a
/// project on it is checked and planned offline.
public struct FlowfileProvider: Provider {
  public init() {}

  public var name: String { "flowfile" }
  public var connectionTypes: [ConnectionType] { [FlowfileConnectionType.declaration] }
  public var kinds: [Kind] { [] }
  public var kindSchemas: [KindSchema] { [Registration.schema] }

  public func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    throw .signInOfLaterVersion(declaration)
  }
}
