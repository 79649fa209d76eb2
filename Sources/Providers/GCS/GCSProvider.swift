public import CooperModel
public import CooperProvider

/// Google Cloud Storage.
///
/// Belongs here: settings, access methods, names, what its buckets hold. This version makes no call: a project on it is
/// checked and planned offline.
public struct GCSProvider: Provider {
  public init() {}

  public var name: String { "gcs" }
  public var connectionTypes: [ConnectionType] { [GCSConnectionType.declaration] }
  public var kinds: [Kind] { [] }
  public var kindSchemas: [KindSchema] { [BucketKind.schema, Identity.schema, Grant.schema] }

  public func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    throw .signInOfLaterVersion(declaration)
  }
}
