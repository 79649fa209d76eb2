public import CooperSchema

/// For kinds that are one document at the provider, made of the resource's settings and of what it names: an entry in a
/// platform's table, an object in a cluster.
///
/// The document is compared, shown, written, read back and recorded as a facet of that name; only creating it is
/// special, because the call that makes the resource carries the document already.
public struct Payload: Sendable {
  /// Its schema is the document's; places of secrets have the shape `.secret` and hold references.
  public var facet: AnyFacet
  /// Makes the document; what is known after apply stays unknown in it. Pure.
  public var compose: @Sendable (Composition) throws(CallFailure) -> Value
  /// Makes the resource with the document; in the place of `Kind.create`.
  public var create: @Sendable (Target, Value) -> any Procedure<ValueMap>

  public init(
    facet: AnyFacet, compose: @escaping @Sendable (Composition) throws(CallFailure) -> Value,
    create: @escaping @Sendable (Target, Value) -> any Procedure<ValueMap>
  ) {
    self.facet = facet
    self.compose = compose
    self.create = create
  }
}

/// What a document is made of.
public struct Composition: Sendable {
  /// Name, site, settings, and in `related` what the settings name.
  public var target: Target
  /// Settings of the resource's own connection as declared.
  public var connection: ValueMap
  /// Facets as declared, by name.
  public var facets: [String: Value]
  /// `description:` as declared, for providers that keep one; nil leaves theirs alone.
  public var description: String?
  /// Platforms that its trust names, by connection.
  public var parties: [String: Party] = [:]
  /// Statements of policies, without a principal, that grants give it through its own policy.
  public var grants: [Value] = []

  /// A platform that is trusted, with what it says of itself; known after apply until it was asked.
  public struct Party: Sendable, Hashable {
    /// The connection's type, e.g. `palette`.
    public var type: String
    public var values: ValueMap

    public init(type: String, values: ValueMap) {
      self.type = type
      self.values = values
    }
  }

  public init(target: Target, connection: ValueMap, facets: [String: Value]) {
    self.target = target
    self.connection = connection
    self.facets = facets
  }
}
