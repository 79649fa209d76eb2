public import CooperDiagnostics
public import CooperModel
public import CooperSchema
public import CooperSyntax

/// A project as meant: included, overlaid, substituted, checked.
public struct Configuration: Sendable {
  public var project: String
  public var environment: String?
  /// Directory of `cooper.yaml`, absolute.
  public var directory: String
  public var connections: [String: ConnectionEntry]
  /// What Cooper makes or refers to at a provider, sorted by address.
  public var resources: [ResourceDeclaration] { didSet { indexAnew(oldValue, resources) } }
  /// What is declared and only used, never planned: keys made elsewhere, documents, grants that are part of a bucket's
  /// policy; sorted by address.
  public var givens: [ResourceDeclaration] { didSet { indexAnew(oldValue, givens) } }
  /// Which resource needs which.
  public var graph: ResourceGraph
  public var moved: [Move]
  public var removed: [Removal]
  public var adopted: [Adoption]
  public var safety: Safety
  public var consents: [Consent]
  /// Where the state is kept; nil means `.cooper/[environment/]state.json`.
  public var state: ValueMap?
  /// Texts of the variables and where they come from.
  public var variables: [String: VariableOrigin] = [:]
  public var sources: SourceMap
  /// SHA-256 of the canonical elaborated configuration; order of files and keys doesn't change it.
  public var digest: String
  /// Places in `resources`, and behind them in `givens`: rules and documents ask for one resource after another.
  private var places: [Address: Int]

  public init(
    project: String, environment: String? = nil, directory: String = "", connections: [String: ConnectionEntry] = [:],
    resources: [ResourceDeclaration] = [], givens: [ResourceDeclaration] = [],
    graph: ResourceGraph = ResourceGraph(), moved: [Move] = [], removed: [Removal] = [], adopted: [Adoption] = [],
    safety: Safety = Safety(), consents: [Consent] = [], state: ValueMap? = nil, sources: SourceMap = SourceMap(),
    digest: String = ""
  ) {
    self.project = project
    self.environment = environment
    self.directory = directory
    self.connections = connections
    self.resources = resources
    self.givens = givens
    self.graph = graph
    self.moved = moved
    self.removed = removed
    self.adopted = adopted
    self.safety = safety
    self.consents = consents
    self.state = state
    self.sources = sources
    self.digest = digest
    places = Self.places(resources, givens)
  }

  /// The declaration at an address, also of what is only used.
  public func resource(_ address: Address) -> ResourceDeclaration? {
    places[address].map { $0 < resources.count ? resources[$0] : givens[$0 - resources.count] }
  }

  /// Most steps change what is said at addresses, and no address.
  private mutating func indexAnew(_ before: [ResourceDeclaration], _ after: [ResourceDeclaration]) {
    if before.count == after.count, zip(before, after).allSatisfy({ $0.address == $1.address }) { return }
    places = Self.places(resources, givens)
  }

  private static func places(_ resources: [ResourceDeclaration], _ givens: [ResourceDeclaration]) -> [Address: Int] {
    var places: [Address: Int] = [:]
    places.reserveCapacity(resources.count + givens.count)
    for (place, resource) in resources.enumerated() where places[resource.address] == nil {
      places[resource.address] = place
    }
    for (place, resource) in givens.enumerated() where places[resource.address] == nil {
      places[resource.address] = resources.count + place
    }
    return places
  }
}

/// The text of a variable and who gave it.
public struct VariableOrigin: Sendable, Hashable {
  public var text: String
  /// Where the text stands; nil when it comes from outside the project.
  public var range: SourceRange?
  /// Who gave it from outside: `--var`, or the name of a variable of the process.
  public var giver: String?

  public init(text: String, range: SourceRange? = nil, giver: String? = nil) {
    self.text = text
    self.range = range
    self.giver = giver
  }
}

/// A connection and the place where it was declared.
public struct ConnectionEntry: Sendable {
  public var declaration: ConnectionDeclaration
  public var range: SourceRange?

  public init(_ declaration: ConnectionDeclaration, range: SourceRange? = nil) {
    self.declaration = declaration
    self.range = range
  }
}

/// One resource as desired; every step of a plan hands it on.
public typealias ResourceDeclaration = Indirect<ResourceFields>

/// What is said of one resource.
public struct ResourceFields: Sendable {
  /// Who makes the resource.
  public enum Origin: String, Sendable { case managed, existing }

  public var address: Address
  /// Empty for what lives on no connection.
  public var connection: String
  /// The native name, e.g. the bucket's.
  public var name: String
  public var region: String?
  /// Settings of the kind besides those that have a property here.
  public var settings: ValueMap
  /// Sorted by name; absent means not managed.
  public var facets: [FacetDeclaration]
  public var deletion: DeletionPolicy
  public var origin: Origin
  /// Facets of which only the entries written here are owned.
  public var shared: Set<String>
  public var description: String?
  /// Outputs that it needs and that are born in apply, e.g. `buckets.hk.bucketName`; sorted.
  public var knownAfterApply: [String] = []
  /// Facets as written, where the provider's kind made other values of them.
  public var written: [String: Value] = [:]
  /// Why its document can't be made of its settings; such a resource is blocked.
  public var faults: [String] = []
  /// Exceptions from rules, by rule; no part of what is planned.
  public var rules = ValueMap()
  /// The key of its block.
  public var range: SourceRange?
  /// The effective tree, each part with the place where it was written.
  public var node: SyntaxNode?

  public init(
    address: Address, connection: String, name: String, region: String? = nil, settings: ValueMap = ValueMap(),
    facets: [FacetDeclaration] = [], deletion: DeletionPolicy = .protect, origin: Origin = .managed,
    shared: Set<String> = [], description: String? = nil, range: SourceRange? = nil, node: SyntaxNode? = nil
  ) {
    self.address = address
    self.connection = connection
    self.name = name
    self.region = region
    self.settings = settings
    self.facets = facets
    self.deletion = deletion
    self.origin = origin
    self.shared = shared
    self.description = description
    self.range = range
    self.node = node
  }

  public func facet(_ name: String) -> FacetDeclaration? { facets.first { $0.name == name } }
}

extension ResourceDeclaration {
  public typealias Origin = ResourceFields.Origin

  public init(
    address: Address, connection: String, name: String, region: String? = nil, settings: ValueMap = ValueMap(),
    facets: [FacetDeclaration] = [], deletion: DeletionPolicy = .protect, origin: Origin = .managed,
    shared: Set<String> = [], description: String? = nil, range: SourceRange? = nil, node: SyntaxNode? = nil
  ) {
    self.init(
      ResourceFields(
        address: address, connection: connection, name: name, region: region, settings: settings, facets: facets,
        deletion: deletion, origin: origin, shared: shared, description: description, range: range, node: node))
  }

  public func facet(_ name: String) -> FacetDeclaration? { whole.facet(name) }
}

/// A managed facet; its value has the facet's shape and may be the cleared one.
public struct FacetDeclaration: Sendable {
  public var name: String
  public var value: Value
  public var range: SourceRange?

  public init(name: String, value: Value, range: SourceRange? = nil) {
    self.name = name
    self.value = value
    self.range = range
  }
}

/// `moved:` — the resource recorded at `from` is the one declared at `to`.
public struct Move: Sendable {
  public var from: Address
  public var to: Address
  public var range: SourceRange?

  public init(from: Address, to: Address, range: SourceRange? = nil) {
    self.from = from
    self.to = to
    self.range = range
  }
}

/// `removed:` — what may happen to something that is no longer declared.
public struct Removal: Sendable {
  public var address: Address
  public var action: RemovalAction
  /// Last day on which the consent holds, `YYYY-MM-DD`.
  public var until: String?
  public var reason: String?
  public var range: SourceRange?

  public init(
    address: Address, action: RemovalAction, until: String? = nil, reason: String? = nil, range: SourceRange? = nil
  ) {
    self.address = address
    self.action = action
    self.until = until
    self.reason = reason
    self.range = range
  }
}

/// `adopted:` — an existing thing of that native name becomes the declared resource.
public struct Adoption: Sendable {
  public var address: Address
  public var name: String
  public var range: SourceRange?

  public init(address: Address, name: String, range: SourceRange? = nil) {
    self.address = address
    self.name = name
    self.range = range
  }
}

/// `consents:` — a named risk at one address that reviewers accepted.
public struct Consent: Sendable {
  public var address: Address
  /// A risk's name, e.g. `widensAccess`.
  public var risk: String
  /// Last day on which it holds, `YYYY-MM-DD`.
  public var until: String?
  public var reason: String?
  public var range: SourceRange?
  /// Where the risk's name stands.
  public var riskRange: SourceRange?

  public init(address: Address, risk: String, until: String? = nil, reason: String? = nil, range: SourceRange? = nil) {
    self.address = address
    self.risk = risk
    self.until = until
    self.reason = reason
    self.range = range
  }
}

/// `safety:` — thresholds of one project.
public struct Safety: Sendable {
  /// More destroyed resources than this block the plan.
  public var maxDestroyCount: Int?
  /// Share of all recorded resources, 0…100.
  public var maxDestroyPercent: Int?
  /// Below this many recorded resources the percentage doesn't count.
  public var maxDestroyMinimum: Int
  /// Tag keys with these prefixes are others' business.
  public var ignoreTags: [String]

  public init(
    maxDestroyCount: Int? = nil, maxDestroyPercent: Int? = nil, maxDestroyMinimum: Int = 10,
    ignoreTags: [String] = ["aws:"]
  ) {
    self.maxDestroyCount = maxDestroyCount
    self.maxDestroyPercent = maxDestroyPercent
    self.maxDestroyMinimum = maxDestroyMinimum
    self.ignoreTags = ignoreTags
  }
}
