public import CooperSchema

/// What all registered providers declare: the language is checked against it, without any provider code.
public struct Catalog: Sendable {
  public var connectionTypes: [String: ConnectionType]
  /// By section, e.g. `buckets`.
  public var kinds: [String: KindSchema]

  public init(connectionTypes: [ConnectionType], kinds: [KindSchema]) {
    self.connectionTypes = Dictionary(connectionTypes.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    self.kinds = [:]
    for kind in kinds {
      if self.kinds[kind.section] == nil {
        self.kinds[kind.section] = kind
      } else {
        self.kinds[kind.section]?.merge(kind)
      }
    }
  }
}

/// One word that may stand in a connection's `type`, e.g. `minio`.
public struct ConnectionType: Sendable {
  public var name: String
  /// The provider that serves it, e.g. `s3`.
  public var provider: String
  public var summary: String
  /// Fields of the connection besides `type`, `description`, `access` and `planAccess`.
  public var settings: ObjectShape
  /// Fields of `access` by method; the empty name is what stands when no `method` is written.
  public var accessMethods: [String: ObjectShape]
  /// Per section: what a resource on such a connection can hold.
  public var support: [String: KindSupport]
  /// What the platform says of itself only when asked, for identities that trust it, e.g. its external id.
  public var partyOutputs: [String]
  /// How it differs from others of its provider besides what its resources hold, a sentence each, with the source.
  public var notes: [String] = []

  public init(
    name: String, provider: String, summary: String, settings: ObjectShape,
    accessMethods: [String: ObjectShape], support: [String: KindSupport], partyOutputs: [String] = []
  ) {
    self.name = name
    self.provider = provider
    self.summary = summary
    self.settings = settings
    self.accessMethods = accessMethods
    self.support = support
    self.partyOutputs = partyOutputs
  }
}

/// What one type of connection can hold of a kind.
public struct KindSupport: Sendable {
  public enum Facet: Sendable {
    case supported
    /// Says why, since when that is known, and the nearest thing there is.
    case unsupported(reason: String, nearest: String?)
  }

  public var facets: [String: Facet]
  /// Facets that are lacking here and yet shown when they are read, e.g. an encryption that can't be chosen.
  public var shown: Set<String> = []
  /// Facets of which only a look at the platform itself can tell whether it holds them, with the reason.
  public var unsure: [String: String] = [:]
  /// Facets that the type's own service holds, and that an endpoint of one's own may lack: another resource there tells.
  public var unsureElsewhere: Set<String> = []
  /// Facets that only the creation of a resource can give, with the reason.
  public var onlyAtCreation: [String: String] = [:]
  /// Facets of which a managed resource has exactly one, because it says what makes the resource; empty where there is
  /// no such choice.
  public var makers: [String] = []
  /// Settings of the kind (not facets) that are legal here, e.g. `region`.
  public var settings: Set<String>
  /// Settings without which the resource can't be made here, e.g. `region` on AWS.
  public var required: Set<String>
  /// Checks a native name; returns what is wrong with it.
  public var nameProblem: @Sendable (String) -> String?
  /// Narrows a facet on this type of connection, e.g. MinIO without abortMultipartAfter; says what is wrong.
  public var facetProblem: @Sendable (String, Value) -> [FacetProblem]
  /// Rules on a facet that depend on where the resource lives, e.g. a replication that single regions haven't.
  public var placeProblem: (@Sendable (_ facet: String, Value, _ region: String?) -> [FacetProblem])?
  /// Makes the Amazon Resource Name of a native name and its region; nil where there are no such names.
  public var arn: (@Sendable (String, String?) -> String)?
  /// Words of the kind's variant field that are legal here; nil means all.
  public var variants: Set<String>?
  /// Fields of the map behind the connection's name, where the kind has its connection from the key of a map.
  public var placement: ObjectShape?
  /// Settings that are part of the physical identity besides the name, e.g. the account of a container; a dotted path
  /// leads into a facet or setting, e.g. `cozystack.namespace`.
  public var scope: [String]
  /// Settings of what a reference names that are needed to reach this, by the setting that holds the reference. They stand
  /// beside it as `account.resourceGroup`, so that they are recorded and the thing is found when its YAML is gone.
  public var carries: [String: [String]] = [:]
  /// Facets that nobody writes because settings say them: a kind without facets of its own is compared and changed by them.
  /// What settings ask for that there is not is a problem, with a path into the settings.
  public var derived: (@Sendable (ValueMap) -> DerivedFacets)?
  /// Makes outputs; an output that is not here, or for which nothing comes back, is born in apply.
  public var outputs: [String: @Sendable (OutputFacts) -> String?]
  /// Makes statements for the facet `policy` out of a grant; nil where grants are things of their own.
  public var grantStatements: (@Sendable (GrantFacts) -> [Value])?
  /// Reads what import and `adopted:` are given in the place of a name, e.g. an ARN; nil where names are all there is.
  public var given: (@Sendable (String) -> GivenName)?
  /// Where what is derived here is a part of a facet of the bucket that is named, which must not take it for others'.
  public var joined: JoinedFacet?
  /// Documents that the provider takes up to a size only; nil where a facet's own rules say all there is to say.
  public var sized: (@Sendable (SizedFacts) -> [SizedDocuments])?

  public init(
    facets: [String: Facet], settings: Set<String>, required: Set<String> = [],
    nameProblem: @escaping @Sendable (String) -> String? = { _ in nil },
    facetProblem: @escaping @Sendable (String, Value) -> [FacetProblem] = { _, _ in [] },
    arn: (@Sendable (String, String?) -> String)? = nil, variants: Set<String>? = nil,
    placement: ObjectShape? = nil, scope: [String] = [], carries: [String: [String]] = [:],
    outputs: [String: @Sendable (OutputFacts) -> String?] = [:],
    grantStatements: (@Sendable (GrantFacts) -> [Value])? = nil,
    derived: (@Sendable (ValueMap) -> DerivedFacets)? = nil
  ) {
    self.facets = facets
    self.settings = settings
    self.required = required
    self.nameProblem = nameProblem
    self.facetProblem = facetProblem
    self.arn = arn
    self.variants = variants
    self.placement = placement
    self.scope = scope
    self.carries = carries
    self.outputs = outputs
    self.grantStatements = grantStatements
    self.derived = derived
  }
}

/// What a provider makes of a resource's settings.
public struct DerivedFacets: Sendable {
  /// Values by the facet's name.
  public var values: [String: Value]
  public var problems: [FacetProblem]
  /// Names of values beside which others' entries stay, as of facets that `shared:` names.
  public var shared: Set<String>

  public init(values: [String: Value] = [:], problems: [FacetProblem] = [], shared: Set<String> = []) {
    self.values = values
    self.problems = problems
    self.shared = shared
  }
}

/// How a derived facet stands inside one of a bucket, e.g. the bindings of a grant in the bucket's IAM policy.
public struct JoinedFacet: Sendable {
  public var derived: String
  /// The facet of the bucket; joined only where the YAML declares that one, and then owns the whole of it.
  public var facet: String
  /// The entries that a derived value has in the bucket of that native name.
  public var entries: @Sendable (Value, _ bucket: String) -> [Value]

  public init(derived: String, facet: String, entries: @escaping @Sendable (Value, String) -> [Value]) {
    self.derived = derived
    self.facet = facet
    self.entries = entries
  }
}

/// A rule on a facet's value that its shape alone can't say, e.g. a lifecycle marker next to days.
public struct FacetProblem: Sendable, Hashable {
  /// Where in the facet's value: keys, or list indexes as text.
  public var path: [String]
  /// Suffix of the diagnostic's code within the facet, e.g. `LIF0003`.
  public var code: String
  public var message: String
  public var fix: String?

  public init(path: [String], code: String, message: String, fix: String? = nil) {
    self.path = path
    self.code = code
    self.message = message
    self.fix = fix
  }
}

/// A part of a resource that is managed on its own, e.g. `cors` of a bucket.
public struct FacetSchema: Sendable {
  public var name: String
  public let shape: Shape
  /// Whether a reference to a secret may stand anywhere in it.
  public let takesSecret: Bool
  public var summary: String
  public var example: String?
  /// The value that means "managed and cleared", e.g. an empty list; nil when there is none.
  public var cleared: Value?
  /// Keys with a prefix of `safety.ignoreTags` belong to others: not compared, and carried through writes.
  public var honoursIgnoreTags: Bool
  /// Managing it for the first time over a value that others wrote needs a consent, not only a mention.
  public var overwriteNeedsConsent: Bool
  /// How it falls apart into entries of which some may be others' (`shared:`); nil for maps and policies, which have keys.
  public var entries: FacetEntries?
  /// Rules of every provider that its shape can't say.
  public var problems: @Sendable (Value) -> [FacetProblem]

  public init(
    name: String, shape: Shape, summary: String, example: String? = nil, cleared: Value? = nil,
    honoursIgnoreTags: Bool = false, overwriteNeedsConsent: Bool = false,
    entries: FacetEntries? = nil, problems: @escaping @Sendable (Value) -> [FacetProblem] = { _ in [] }
  ) {
    self.name = name
    self.shape = shape
    takesSecret = shape.takesSecret
    self.summary = summary
    self.example = example
    self.cleared = cleared
    self.honoursIgnoreTags = honoursIgnoreTags
    self.overwriteNeedsConsent = overwriteNeedsConsent
    self.entries = entries
    self.problems = problems
  }
}

/// The entries of a facet that is no map, each with a key: what `shared:` shares is owned entry by entry.
public struct FacetEntries: Sendable {
  public var parted: @Sendable (Value) -> [ValueMap.Pair]
  /// Makes a canonical value of entries.
  public var joined: @Sendable ([ValueMap.Pair]) -> Value

  public init(
    parted: @escaping @Sendable (Value) -> [ValueMap.Pair], joined: @escaping @Sendable ([ValueMap.Pair]) -> Value
  ) {
    self.parted = parted
    self.joined = joined
  }
}
