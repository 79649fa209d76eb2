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
  /// As `PhysicalIdentity.scope`, for kinds whose names are unique in a scope only.
  public var scope: String?
  public var region: String?

  public init(name: String, scope: String? = nil, region: String?) {
    self.name = name
    self.scope = scope
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
  /// What of others stands in the way of deleting it, asked when a plan is made; nil where nothing ever does.
  public var holds: (@Sendable (Target) -> any Procedure<[Hold]>)?
  /// Counts what it holds, up to a limit of objects.
  public var contents: @Sendable (Target, _ limit: Int) -> any Procedure<Contents>
  /// Removes everything it holds.
  public var empty: @Sendable (Target) -> any Procedure<Void>
  public var list: @Sendable (Site) -> any Procedure<[Listed]>
  /// Reads the revision of the whole resource (metageneration, ETag) from the calls that its facets are read with; nil
  /// where the provider has none.
  public var revision: (@Sendable (Target) -> any Procedure<String?>)?
  /// For kinds that are one document made of settings and of what they name; its facet stands among `facets` too.
  public var payload: Payload?
  /// Reads what the provider chose by itself (generated names, ids, addresses) and waits until it is there; run after a
  /// resource was made or taken over, recorded as its outputs. Never a secret.
  public var outputs: (@Sendable (Target) -> any Procedure<ValueMap>)?
  /// The platform shows nothing of what it holds: the recorded stands in for what is observed, and plans say so.
  public var showsNothing = false
  /// Reads one secret output at the moment a call carries it.
  public var secret: (@Sendable (Target, _ output: String) -> any Procedure<Secret>)?
  /// Makes of facets as written the values that are compared at the provider, e.g. a policy of the parties that are trusted;
  /// facets that it doesn't name stay as they are. Pure.
  public var refine: (@Sendable (Composition) throws(CallFailure) -> [String: Value])?
  /// Facets that the creating call carries and that the provider checks then: what they name is made before.
  public var bornWith: Set<String> = []
  /// The way back of `refine`, for import: facets as observed in the words of the YAML; without those that it can't say.
  public var written: (@Sendable ([String: Value], Target) -> [String: Value])?
  /// Makes keys for it that are shown once; set by `issue`.
  public internal(set) var keys: KeyIssuer?
  /// Says why what it holds stays when it is deleted; nil where data goes with it.
  public var keepsData: @Sendable (Target) -> String? = { _ in nil }
  /// What a plan says of a declared resource besides its changes: settings that have no place at the platform, and ways
  /// that its document picks. Pure.
  public var remarks: (@Sendable (Target) -> [Remark])?
  /// For buckets: calls on one object, by which a check shows what a consumer may do there.
  public var probe: (@Sendable (Target, _ object: String, _ body: [UInt8]) -> ObjectProbe)?
  /// For buckets that a platform makes on a store of its own: the connection by which their objects are reached, without
  /// access; nil as long as the platform hasn't told.
  public var store: (@Sendable (Related) -> ConnectionDeclaration?)?
  /// For entries on platforms: how the platform itself looks through one, where it has a call for it (FF-05, PA-12).
  public var liveLook: (@Sendable (Target) -> LiveLook?)?

  public init(
    schema: KindSchema, granularity: WriteGranularity, facets: [AnyFacet],
    find: @escaping @Sendable (Target) -> any Procedure<Found>,
    create: @escaping @Sendable (Target) -> any Procedure<ValueMap>,
    delete: @escaping @Sendable (Target) -> any Procedure<Void>,
    contents: @escaping @Sendable (Target, Int) -> any Procedure<Contents>,
    empty: @escaping @Sendable (Target) -> any Procedure<Void>,
    list: @escaping @Sendable (Site) -> any Procedure<[Listed]>,
    revision: (@Sendable (Target) -> any Procedure<String?>)? = nil, payload: Payload? = nil,
    outputs: (@Sendable (Target) -> any Procedure<ValueMap>)? = nil,
    secret: (@Sendable (Target, String) -> any Procedure<Secret>)? = nil
  ) {
    self.schema = schema
    self.granularity = granularity
    self.facets = facets + (payload.map { [$0.facet] } ?? [])
    self.find = find
    self.create = create
    self.delete = delete
    self.contents = contents
    self.empty = empty
    self.list = list
    self.revision = revision
    self.payload = payload
    self.outputs = outputs
    self.secret = secret
  }

  public func facet(_ name: String) -> AnyFacet? { facets.first { $0.name == name } }

  /// A kind that is one document and holds no data of its own.
  public init(
    schema: KindSchema, payload: Payload, find: @escaping @Sendable (Target) -> any Procedure<Found>,
    delete: @escaping @Sendable (Target) -> any Procedure<Void>,
    list: @escaping @Sendable (Site) -> any Procedure<[Listed]>,
    outputs: (@Sendable (Target) -> any Procedure<ValueMap>)? = nil,
    secret: (@Sendable (Target, String) -> any Procedure<Secret>)? = nil
  ) {
    self.init(
      schema: schema, granularity: .facet, facets: [], find: find,
      create: { _ in
        Immediate(failing: CallFailure(.invalid, code: "ENG0015", "\(schema.name) is made with its document"))
      }, delete: delete, contents: { _, _ in Immediate(Contents(objects: 0, bytes: 0)) }, empty: { _ in Immediate(()) },
      list: list, payload: payload, outputs: outputs, secret: secret)
  }

  /// A kind of which this provider only reads what others need, e.g. keys that a platform makes.
  public init(
    schema: KindSchema, outputs: @escaping @Sendable (Target) -> any Procedure<ValueMap>,
    secret: @escaping @Sendable (Target, String) -> any Procedure<Secret>
  ) {
    let unmade = CallFailure(.unsupported, code: "ENG0016", "\(schema.name) is only read here, never made")
    self.init(
      schema: schema, granularity: .facet, facets: [], find: { _ in Immediate(failing: unmade) },
      create: { _ in Immediate(failing: unmade) }, delete: { _ in Immediate(failing: unmade) },
      contents: { _, _ in Immediate(Contents(objects: 0, bytes: 0)) }, empty: { _ in Immediate(()) },
      list: { _ in Immediate([]) }, outputs: outputs, secret: secret)
  }
}
