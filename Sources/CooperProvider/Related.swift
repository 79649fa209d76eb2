public import CooperModel
public import CooperSchema

/// A resource that another one names in a setting, as far as it is known when calls are written.
public struct Related: Sendable, Hashable {
  public var address: Address
  /// Singular name of its kind, e.g. `bucket`.
  public var kind: String
  /// The word in the kind's variant field, e.g. `accessKey` of an identity.
  public var variant: String?
  /// Name at the provider; known after apply where the platform chooses it.
  public var name: Value
  /// Name in the YAML's sense: what is written, or the key.
  public var declaredName: String
  /// As `PhysicalIdentity.scope`, e.g. the account of a container.
  public var scope: String?
  public var region: String?
  /// Where it lives; nil for what lives on no connection.
  public var site: Site?
  /// Settings of its connection as declared, e.g. `pathStyle`; no credentials.
  public var connection: ValueMap
  /// PEM text of the connection's `caCertificate`.
  public var caCertificate: String?
  /// Its own settings; references to secrets stay references.
  public var settings: ValueMap
  /// Facets as declared, by name.
  public var facets: [String: Value]
  /// Its outputs: texts, or known after apply. Of a secret one the reference by which a call may carry it.
  public var outputs: ValueMap

  public init(
    address: Address, kind: String, variant: String? = nil, name: Value, declaredName: String, region: String? = nil,
    site: Site? = nil, connection: ValueMap = ValueMap(), caCertificate: String? = nil, settings: ValueMap = ValueMap(),
    facets: [String: Value] = [:], outputs: ValueMap = ValueMap()
  ) {
    self.address = address
    self.kind = kind
    self.variant = variant
    self.name = name
    self.declaredName = declaredName
    self.region = region
    self.site = site
    self.connection = connection
    self.caCertificate = caCertificate
    self.settings = settings
    self.facets = facets
    self.outputs = outputs
  }
}
