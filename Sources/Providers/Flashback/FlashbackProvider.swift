public import CooperModel
public import CooperProvider

/// Flashback, which registers buckets as connectors (systems.md section 1).
///
/// Belongs here: settings, access methods, settings of registrations. This version makes no call: a
/// project on it is checked and planned offline.
public struct FlashbackProvider: Provider {
  public init() {}

  public var name: String { "flashback" }
  public var connectionTypes: [ConnectionType] { [FlashbackConnectionType.declaration] }
  public var kinds: [Kind] { [] }
  public var kindSchemas: [KindSchema] { [FlashbackRegistrationSupport.schema] }

  public func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    throw .signInOfLaterVersion(declaration)
  }
}
