public import CooperModel
public import CooperSchema

/// Whether a resource is there, and what a look at it told.
public enum Found: Sendable, Hashable {
  case present(region: String?)
  case absent
  /// The name is taken, by an account that is not ours.
  case foreign(String)
}

/// A resource seen in a listing; a listing is a hint, never a proof of absence.
public struct Listed: Sendable, Hashable {
  public var name: String
  public var region: String?

  public init(name: String, region: String?) {
    self.name = name
    self.region = region
  }
}

/// How much data a resource holds; `complete` is false when counting stopped at a limit.
public struct Contents: Sendable, Hashable {
  public var objects: Int
  public var bytes: Int64
  public var complete: Bool

  public init(objects: Int, bytes: Int64, complete: Bool = true) {
    self.objects = objects
    self.bytes = bytes
    self.complete = complete
  }
}

/// How writes of facets become calls.
public enum WriteGranularity: Sendable {
  /// S3: a call for each facet.
  case facet
  /// GCS, Azure: the fragments of one resource become one procedure. The text is the revision that the plan saw, as a
  /// precondition: nil for what was just made; another one at the provider fails with `.stale`.
  case resource(@Sendable ([Value], Target, _ precondition: String?) -> any Procedure<Void>)
}

/// A kind of resource on one provider: everything the engine needs to find, make, read, change and remove it.
public struct Kind: Sendable {
  public var schema: KindSchema
  public var granularity: WriteGranularity
  public var facets: [AnyFacet]
  /// Proves presence or absence.
  public var find: @Sendable (Target) -> any Procedure<Found>
  /// Makes it; must fail with `.conflict` if it is already there. Returns outputs born at the provider.
  public var create: @Sendable (Target) -> any Procedure<ValueMap>
  /// Removes it; must fail with `.conflict` when it still holds data.
  public var delete: @Sendable (Target) -> any Procedure<Void>
  /// Counts what it holds, up to a limit of objects.
  public var contents: @Sendable (Target, _ limit: Int) -> any Procedure<Contents>
  /// Removes everything it holds.
  public var empty: @Sendable (Target) -> any Procedure<Void>
  public var list: @Sendable (Site) -> any Procedure<[Listed]>
  /// Reads the revision of the whole resource (metageneration, ETag) from the calls that its facets are read with; nil
  /// where the provider has none.
  public var revision: (@Sendable (Target) -> any Procedure<String?>)?

  public init(
    schema: KindSchema, granularity: WriteGranularity, facets: [AnyFacet],
    find: @escaping @Sendable (Target) -> any Procedure<Found>,
    create: @escaping @Sendable (Target) -> any Procedure<ValueMap>,
    delete: @escaping @Sendable (Target) -> any Procedure<Void>,
    contents: @escaping @Sendable (Target, Int) -> any Procedure<Contents>,
    empty: @escaping @Sendable (Target) -> any Procedure<Void>,
    list: @escaping @Sendable (Site) -> any Procedure<[Listed]>,
    revision: (@Sendable (Target) -> any Procedure<String?>)? = nil
  ) {
    self.schema = schema
    self.granularity = granularity
    self.facets = facets
    self.find = find
    self.create = create
    self.delete = delete
    self.contents = contents
    self.empty = empty
    self.list = list
    self.revision = revision
  }

  public func facet(_ name: String) -> AnyFacet? { facets.first { $0.name == name } }
}
