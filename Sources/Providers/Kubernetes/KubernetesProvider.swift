public import CooperModel
public import CooperProvider

/// Kubernetes clusters: buckets that Cozystack or a COSI driver makes, keys of their users, and Velero's locations.
///
/// Belongs here: kubeconfig and access, objects as facets and documents, readiness. Doesn't: when to call.
public struct KubernetesProvider: Provider {
  public init() {}

  public var name: String { "kubernetes" }
  public var connectionTypes: [ConnectionType] { [KubernetesConnectionType.declaration] }
  public var kinds: [Kind] { [ClusterBucket.kind, BucketUser.kind, VeleroLocation.kind] }
  public var secretStore: SecretStore? { KeptKeys.store }

  public func connect(
    _ declaration: ConnectionDeclaration, environment: ProviderEnvironment
  ) throws(CallFailure) -> any Connection {
    try ClusterSettings(declaration: declaration, environment: environment).connection()
  }
}
