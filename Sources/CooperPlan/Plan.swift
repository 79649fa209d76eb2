public import CooperDiagnostics
public import CooperModel
public import CooperProvider
public import CooperSchema

/// What differs and what apply would do: data without closures or secrets, sorted, bound to what was seen.
public struct Plan: Sendable, Hashable {
  public static let formatVersion = 1

  public var project: String
  public var cooperVersion: String
  /// Seconds since 1970.
  public var createdAt: Int64
  public var basis: Basis
  /// False for `--no-observe`: the plan rests on the state alone.
  public var isObserved: Bool
  /// Changes that apply would make, in address order.
  public var changes: [Change]
  /// Steps that only bring the state up to date; nothing is sent and they are not counted as changes.
  public var recordings: [Change]
  /// Differences between recorded and observed, whether or not a change answers them.
  public var drift: [Drift]
  public var blocked: [Blocked]
  /// Desired facets that their endpoint can't hold.
  public var unsupported: [Unsupported]
  public var diagnostics: [PlanDiagnostic]
  /// Resources for which nothing is to be done.
  public var unchanged: Int
  /// Intents of an interrupted run that this plan resolves.
  public var openIntents: [OpenIntent]
  public var connections: [ConnectionReport]

  public init(project: String, cooperVersion: String, createdAt: Int64, basis: Basis, isObserved: Bool) {
    self.project = project
    self.cooperVersion = cooperVersion
    self.createdAt = createdAt
    self.basis = basis
    self.isObserved = isObserved
    changes = []
    recordings = []
    drift = []
    blocked = []
    unsupported = []
    diagnostics = []
    unchanged = 0
    openIntents = []
    connections = []
  }
}

/// What the plan was made from; apply refuses when any of it moved.
public struct Basis: Sendable, Hashable {
  public var configDigest: String
  public var stateLineage: String
  public var stateSerial: Int
  public var environment: String?
  /// Digest of each observed facet, by address and facet; the facet `""` is the resource itself.
  public var observed: [Address: [String: String]]

  public init(
    configDigest: String, stateLineage: String, stateSerial: Int, environment: String?,
    observed: [Address: [String: String]] = [:]
  ) {
    self.configDigest = configDigest
    self.stateLineage = stateLineage
    self.stateSerial = stateSerial
    self.environment = environment
    self.observed = observed
  }
}

public enum Action: String, Sendable, Hashable, CaseIterable {
  case create, update, replace, delete, adopt, release, forget, move
}

/// Why there is a change; apply never decides from reasons.
public enum Reason: String, Sendable, Hashable, CaseIterable {
  case declared, configurationChanged, drifted, vanished, removed, interrupted, adopted, newlyManaged, released, renamed
  case serviceDefaultMoved
}

/// The line of YAML that asked for something.
public struct Origin: Sendable, Hashable {
  public var file: String
  public var line: Int

  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }
}

/// One resource's step; every stage of planning and showing hands it on.
public typealias Change = Indirect<ChangeFields>

/// What is planned for one resource.
public struct ChangeFields: Sendable, Hashable {
  public var address: Address
  public var kind: String
  public var action: Action
  public var reasons: [Reason]
  public var risks: [Risk]
  /// In the order in which they are written.
  public var facets: [FacetPlan]
  public var calls: [PlannedCall]
  public var dependsOn: [Address]
  /// Outputs that it needs and that are born in apply.
  public var knownAfterApply: [String] = []
  public var origin: Origin?
  /// Where it is, and with which settings.
  public var target: Target
  public var connection: String
  public var deletion: DeletionPolicy
  public var description: String?
  /// For a delete: what would be lost.
  public var contents: Contents?
  /// For a delete: whether it is emptied first.
  public var purges: Bool
  /// For a move: the address before.
  public var movedFrom: Address?
  /// `origin: existing`: only referred to.
  public var refersOnly: Bool
  /// Changes of this plan that must be finished before it begins, sorted.
  public var startsAfter: [Address] = []
  /// Facets that name other resources wait until those are made and set up; by facet.
  public var facetWaits: [String: [Address]] = [:]
  /// The revision that was observed; what is written to another one is refused by the provider.
  public var revision: String?
  /// Places whose secret is another than recorded, e.g. `login.password`; what it was and is stays hidden.
  public var secretsChanged: [String] = []

  public init(address: Address, kind: String, action: Action, target: Target, connection: String) {
    self.address = address
    self.kind = kind
    self.action = action
    self.target = target
    self.connection = connection
    reasons = []
    risks = []
    facets = []
    calls = []
    dependsOn = []
    deletion = .protect
    purges = false
    refersOnly = false
  }
}

extension Change {
  public init(address: Address, kind: String, action: Action, target: Target, connection: String) {
    self.init(ChangeFields(address: address, kind: kind, action: action, target: target, connection: connection))
  }
}

/// What happens to one facet; values are canonical.
public struct FacetPlan: Sendable, Hashable {
  public enum Action: String, Sendable, Hashable {
    /// Written because it differs from what is observed.
    case set
    /// Managed and empty: removed at the provider.
    case clear
    /// No longer in the YAML: left as it is, no longer managed.
    case release
    /// Equal already, or nothing to write: only recorded.
    case record
  }

  public var name: String
  public var action: Action
  public var reason: Reason
  /// As observed; for a release, what stays active.
  public var before: Value?
  public var after: Value?
  /// What to record when only some entries of `after` are owned.
  public var owned: Value?
  public var rank: Int
  public var origin: Origin?

  public init(
    name: String, action: Action, reason: Reason, before: Value? = nil, after: Value? = nil, rank: Int = 0,
    origin: Origin? = nil
  ) {
    self.name = name
    self.action = action
    self.reason = reason
    self.before = before
    self.after = after
    self.rank = rank
    self.origin = origin
  }
}

/// A write as the plan lists it.
public struct PlannedCall: Sendable, Hashable {
  public var method: String
  public var url: String
  public var permission: String?

  public init(method: String, url: String, permission: String?) {
    self.method = method
    self.url = url
    self.permission = permission
  }
}

/// Recorded and observed differ; nil facet: the resource itself vanished.
public struct Drift: Sendable, Hashable {
  public var address: Address
  public var facet: String?
  public var recorded: Value?
  public var observed: Value?
  public var origin: Origin?

  public init(address: Address, facet: String?, recorded: Value?, observed: Value?, origin: Origin? = nil) {
    self.address = address
    self.facet = facet
    self.recorded = recorded
    self.observed = observed
    self.origin = origin
  }
}

/// An address that apply will not touch, and what to write so that it would.
public struct Blocked: Sendable, Hashable {
  public var address: Address
  /// The facet that stops it, if one does.
  public var facet: String?
  public var action: Action
  /// Lines that say why.
  public var why: [String]
  /// Lines to add to the YAML; any one of them opens it. Empty when there is no consent for it.
  public var consent: [String]
  public var origin: Origin?
  public var contents: Contents?

  public init(
    address: Address, facet: String? = nil, action: Action, why: [String], consent: [String], origin: Origin? = nil,
    contents: Contents? = nil
  ) {
    self.address = address
    self.facet = facet
    self.action = action
    self.why = why
    self.consent = consent
    self.origin = origin
    self.contents = contents
  }
}

public struct Unsupported: Sendable, Hashable {
  public var address: Address
  public var facet: String
  public var reason: String
  public var nearest: String?
  public var origin: Origin?

  public init(address: Address, facet: String, reason: String, nearest: String? = nil, origin: Origin? = nil) {
    self.address = address
    self.facet = facet
    self.reason = reason
    self.nearest = nearest
    self.origin = origin
  }
}

/// A finding of planning, with its place already resolved so that a saved plan can show it.
public struct PlanDiagnostic: Sendable, Hashable {
  public var code: String
  public var severity: Severity
  public var message: String
  public var address: Address?
  public var origin: Origin?
  public var notes: [String]
  public var fix: [String]

  public init(
    _ code: String, _ severity: Severity, _ message: String, address: Address? = nil, origin: Origin? = nil,
    notes: [String] = [], fix: [String] = []
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.address = address
    self.origin = origin
    self.notes = notes
    self.fix = fix
  }
}

/// A create or delete whose outcome the interrupted run didn't learn.
public struct OpenIntent: Sendable, Hashable {
  public var address: Address
  public var operation: String
  public var finding: String

  public init(address: Address, operation: String, finding: String) {
    self.address = address
    self.operation = operation
    self.finding = finding
  }
}

/// One connection as the plan met it.
public struct ConnectionReport: Sendable, Hashable {
  public var name: String
  public var type: String
  public var endpoint: String
  public var account: String?
  public var principal: String?

  public init(name: String, type: String, endpoint: String, account: String?, principal: String?) {
    self.name = name
    self.type = type
    self.endpoint = endpoint
    self.account = account
    self.principal = principal
  }
}
