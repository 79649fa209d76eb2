public import CooperConfig
internal import CooperDiagnostics
public import CooperModel
public import CooperProvider
internal import CooperSchema
public import CooperState

/// Everything a plan is a function of.
public struct PlanningInput: Sendable {
  public var desired: Configuration
  /// Folded with what an interrupted run left in its journal.
  public var recorded: StateSnapshot
  public var observed: Observations
  public var registry: ProviderRegistry
  /// Targets of desired and of recorded resources; a resource whose connection failed has none.
  public var targets: [Address: Target]
  public var isObserved: Bool
  /// Seconds since 1970.
  public var now: Int64
  public var cooperVersion: String
  /// Removes everything recorded, under the same consents.
  public var destroysAll: Bool
  /// What became of the secrets that resources refer to.
  public var secrets: [Address: SecretStandings] = [:]
  /// The URL of a call as shown to people.
  public var url: @Sendable (_ connection: String, Call) -> String

  public init(
    desired: Configuration, recorded: StateSnapshot, observed: Observations, registry: ProviderRegistry,
    targets: [Address: Target], isObserved: Bool = true, now: Int64, cooperVersion: String, destroysAll: Bool = false,
    url: @escaping @Sendable (String, Call) -> String = { _, call in call.path.joined(separator: "/") }
  ) {
    self.desired = desired
    self.recorded = recorded
    self.observed = observed
    self.registry = registry
    self.targets = targets
    self.isObserved = isObserved
    self.now = now
    self.cooperVersion = cooperVersion
    self.destroysAll = destroysAll
    self.url = url
  }
}

/// Compares desired, recorded and observed; a pure function whose tables are in `docs/architecture.md`.
public struct Planner: Sendable {
  let input: PlanningInput
  /// Recorded resources under the addresses that `moved:` gives them.
  let recorded: [Address: RecordedResource]
  /// New address → address before.
  let moves: [Address: Address]
  /// What is only used and never planned.
  let givens: Set<Address>
  var plan: Plan
  /// Resources that this version can't look at or make, by type of connection.
  var outOfReach: [String: Int] = [:]
  /// Facets that were planned although this version can't write them.
  var facetsOutOfReach: [Address: Set<String>] = [:]
  var forms = CanonicalForms()

  init(_ input: PlanningInput) {
    self.input = input
    givens = Set(input.desired.givens.map(\.address))
    let basis = Basis(
      configDigest: input.desired.digest, stateLineage: input.recorded.lineage, stateSerial: input.recorded.serial,
      environment: input.desired.environment)
    plan = Plan(
      project: input.desired.project, cooperVersion: input.cooperVersion, createdAt: input.now, basis: basis,
      isObserved: input.isObserved)
    let renamed = Moves.resolve(input.desired, input.recorded)
    recorded = renamed.resources
    moves = renamed.moves
    plan.diagnostics += renamed.diagnostics
  }

  /// Makes the plan; it never fails, what can't be planned is blocked or a diagnostic.
  public static func plan(_ input: PlanningInput) -> Plan {
    var planner = Planner(input)
    planner.run()
    return planner.plan
  }

  private mutating func run() {
    reportConnections()
    let desired = input.destroysAll ? [] : input.desired.resources
    let declared = Dictionary(desired.map { ($0.address, $0) }, uniquingKeysWith: { $1 })
    // Nearly sorted already, which costs next to nothing.
    let undeclared = recorded.keys.filter { declared[$0] == nil }.sorted()
    planEach(
      (declared.count == desired.count ? desired.map(\.address) + undeclared : declared.keys + undeclared).sorted(),
      declared)
    blockHeld()
    noteHintsWithoutEffect(declared)
    noteOutOfReach()
    noteUnverified()
    noteRemarks(desired)
    noteEndedConsents()
    applyThresholds()
    blockDependents()
    order()
    for change in plan.changes { bind(change) }
    plan.diagnostics.sort { ($0.address, $0.code) < ($1.address, $1.code) }
  }

  private mutating func reportConnections() {
    for (name, connection) in input.observed.connections.sorted(by: { $0.key < $1.key }) {
      plan.connections.append(
        ConnectionReport(
          name: name, type: connection.site.type, endpoint: connection.site.endpoint,
          account: connection.identity?.account ?? connection.site.account, principal: connection.identity?.principal))
      noteUnverified(connection, name)
      guard let failure = connection.failure else { continue }
      let entry = input.desired.connections[name]
      let subject = "connection \"\(name)\""
      let message = failure.message.hasPrefix(subject) ? failure.message : "\(subject): \(failure.message)"
      // A chain of credentials tells every place it tried, a line for each.
      var lines = message.split(separator: "\n").map(String.init)
      let first = lines.isEmpty ? message : lines.removeFirst()
      plan.diagnostics.append(
        PlanDiagnostic(
          failure.code, .error, first, origin: origin(entry?.range), notes: lines + (failure.call.map { [$0] } ?? []),
          fix: ["cooper check \(name)"]))
    }
  }

  mutating func noteOpenIntent(_ address: Address) {
    guard let entry = recorded[address], entry.status != .complete else { return }
    let presence = input.observed.resources[address]?.presence
    let finding =
      switch (entry.status, presence) {
      case (.creating, .present): "it was made; this run goes on with it"
      case (.creating, .absent): "it was not made; this run makes it if it is still declared"
      case (.deleting, .present): "it is still there"
      case (.deleting, .absent): "it is gone; this run only records that"
      default: "its outcome can't be seen"
      }
    plan.openIntents.append(
      OpenIntent(address: address, operation: entry.status == .creating ? "create" : "delete", finding: finding))
  }

  /// Ties the plan to what was observed of everything it changes.
  private mutating func bind(_ change: Change) {
    guard let observed = input.observed.resources[change.address] else { return }
    plan.basis.observed[change.address] = ObservationDigest.digests(of: observed)
  }

  func origin(_ range: SourceRange?) -> Origin? {
    guard let range else { return nil }
    return Origin(file: input.desired.sources.name(of: range.source) ?? "?", line: Int(range.start.line))
  }

  /// Today as `YYYY-MM-DD` in UTC, to be compared with `until`.
  var today: String { CalendarDate(secondsSince1970: input.now).text }

  func isValid(until: String?) -> Bool { until.map { $0 >= today } ?? true }
}

/// Orders optional addresses with nil first.
private func < (a: (Address?, String), b: (Address?, String)) -> Bool {
  switch (a.0, b.0) {
  case (nil, nil): a.1 < b.1
  case (nil, _): true
  case (_, nil): false
  case (let first?, let second?): first == second ? a.1 < b.1 : first < second
  }
}
