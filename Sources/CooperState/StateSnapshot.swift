public import CooperModel
public import CooperSchema

/// Everything that is recorded; a fold over events, and the content of the state file.
public struct StateSnapshot: Sendable, Hashable {
  /// Newest format this program writes; older ones are read for ever.
  public static let formatVersion = 1

  /// Random, made once with the state; two states with different lineages are never mixed.
  public var lineage: String
  /// Grows by one with each saved change.
  public var serial: Int
  public var project: String
  public var environment: String?
  public var resources: [Address: RecordedResource]
  /// Where each connection led when it was last used by an apply; by name.
  public var connections: [String: RecordedConnection]
  /// 32 random bytes in hexadecimal digits under which secrets are fingerprinted; nil while none was.
  public var fingerprintKey: String?

  public init(
    lineage: String, serial: Int = 0, project: String, environment: String? = nil,
    resources: [Address: RecordedResource] = [:], connections: [String: RecordedConnection] = [:],
    fingerprintKey: String? = nil
  ) {
    self.lineage = lineage
    self.serial = serial
    self.project = project
    self.environment = environment
    self.resources = resources
    self.connections = connections
    self.fingerprintKey = fingerprintKey
  }
}

/// Where a connection led: credentials go nowhere else before somebody outside the repository says so.
public struct RecordedConnection: Sendable, Hashable {
  public var type: String
  /// Where the store answers, as the identities of resources have it.
  public var endpoint: String
  /// Addresses that the YAML chose and credentials go to, sorted; empty where the provider's own are used.
  public var chosen: [String]
  public var account: String?

  public init(type: String, endpoint: String, chosen: [String] = [], account: String? = nil) {
    self.type = type
    self.endpoint = endpoint
    self.chosen = chosen
    self.account = account
  }
}

/// One resource as recorded after Cooper last wrote or read it.
public struct RecordedResource: Sendable, Hashable {
  public enum Status: String, Sendable, Hashable {
    case complete
    /// A create was begun and its outcome isn't known.
    case creating
    /// A delete was begun and its outcome isn't known.
    case deleting
  }

  public enum Origin: String, Sendable, Hashable {
    /// Cooper made it.
    case created
    /// It was there before, by `adopted:`, `import` or a resumed run.
    case adopted
    /// `origin: existing`: referred to, never written.
    case existing
  }

  public var kind: String
  public var connection: String
  public var identity: PhysicalIdentity
  public var region: String?
  public var settings: ValueMap
  /// By facet name; only managed facets are recorded.
  public var facets: [String: RecordedFacet]
  public var deletion: DeletionPolicy
  public var outputs: ValueMap
  public var origin: Origin
  public var status: Status
  /// `file:line` where it was last declared; plans of a removal point there.
  public var declaredAt: String?
  /// Keyed fingerprints of the secrets that settings and facets refer to, by place, e.g. `login.password`.
  public var secrets: [String: String] = [:]
  /// What it needed when it was last declared, sorted; of two that go together, the one that needs the other goes first.
  public var dependsOn: [Address] = []

  public init(
    kind: String, connection: String, identity: PhysicalIdentity, region: String? = nil,
    settings: ValueMap = ValueMap(), facets: [String: RecordedFacet] = [:], deletion: DeletionPolicy = .protect,
    outputs: ValueMap = ValueMap(), origin: Origin = .created, status: Status = .complete, declaredAt: String? = nil
  ) {
    self.kind = kind
    self.connection = connection
    self.identity = identity
    self.region = region
    self.settings = settings
    self.facets = facets
    self.deletion = deletion
    self.outputs = outputs
    self.origin = origin
    self.status = status
    self.declaredAt = declaredAt
  }
}

/// A managed facet as recorded, in canonical form.
public struct RecordedFacet: Sendable, Hashable {
  /// Nil: managed and cleared.
  public var value: Value?
  /// Seconds since 1970 of the last write by Cooper; nil when it only was observed.
  public var writtenAt: Int64?
  /// Digest of what was observed before that write, to tell a stale read from drift.
  public var digestBefore: String?

  public init(value: Value?, writtenAt: Int64? = nil, digestBefore: String? = nil) {
    self.value = value
    self.writtenAt = writtenAt
    self.digestBefore = digestBefore
  }
}
