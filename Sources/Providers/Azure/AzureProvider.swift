public import CooperModel
public import CooperProvider

/// Azure Blob Storage: storage accounts and their containers.
///
/// Belongs here: settings, access methods, names, what accounts and containers hold. This version makes no call: a
/// project on it is checked and planned offline.
public struct AzureProvider: Provider {
  public init() {}

  public var name: String { "azure" }
  public var connectionTypes: [ConnectionType] { [AzureConnectionType.declaration] }
  public var kinds: [Kind] { [] }
  public var kindSchemas: [KindSchema] { [StorageAccountKind.schema, BucketKind.schema, Grant.schema] }

  public func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    throw .signInOfLaterVersion(declaration)
  }
}
