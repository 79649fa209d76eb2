public import CooperModel
public import CooperProvider

/// Palette, which enters backup locations for its clusters (systems.md section 3).
///
/// Belongs here: settings, access methods, settings of locations. This version makes no call: a
/// project on it is checked and planned offline.
public struct PaletteProvider: Provider {
  public init() {}

  public var name: String { "palette" }
  public var connectionTypes: [ConnectionType] { [PaletteConnectionType.declaration] }
  public var kinds: [Kind] { [] }
  public var kindSchemas: [KindSchema] { [BackupLocation.schema] }

  public func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    throw .signInOfLaterVersion(declaration)
  }
}
