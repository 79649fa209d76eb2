public import CooperModel
public import CooperProvider

/// Kubernetes clusters: buckets that Cozystack or a COSI driver makes, and Velero's locations.
///
/// Belongs here: settings, access methods, names, what such buckets hold, settings of locations. This version makes no call: a
/// project on it is checked and planned offline.
public struct KubernetesProvider: Provider {
  public init() {}

  public var name: String { "kubernetes" }
  public var connectionTypes: [ConnectionType] { [KubernetesConnectionType.declaration] }
  public var kinds: [Kind] { [] }
  public var kindSchemas: [KindSchema] { [BucketKind.schema, BackupLocation.schema] }

  public func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    throw .signInOfLaterVersion(declaration)
  }
}
