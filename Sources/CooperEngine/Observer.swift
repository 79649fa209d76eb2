public import CooperConfig
public import CooperModel
public import CooperPlan
public import CooperProvider
internal import CooperSchema
public import CooperState

/// Looks at everything that a plan needs: one identity and one listing per connection, one read per managed facet.
public struct Observer: Sendable {
  public struct Result: Sendable {
    public var observations: Observations
    public var targets: [Address: Target]
  }

  let registry: ProviderRegistry
  let connections: Connections
  let runner: CallRunner
  /// Reads under way at once, over all connections.
  let parallelism: Int
  let progress: @Sendable (_ done: Int, _ total: Int) -> Void

  public init(
    registry: ProviderRegistry, connections: Connections, runner: CallRunner, parallelism: Int,
    progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
  ) {
    self.registry = registry
    self.connections = connections
    self.runner = runner
    self.parallelism = parallelism
    self.progress = progress
  }

  /// Never throws: what can't be read is *unknown*, and a connection that fails is a failure of its resources.
  public func observe(_ desired: Configuration, _ recorded: StateSnapshot, destroysAll: Bool = false) async -> Result {
    let subjects = Subjects.collect(desired, recorded, connections, registry, destroysAll: destroysAll)
    let sites = await meet(
      Set(subjects.map(\.connection)), sections: Set(subjects.map(\.address.section)),
      recordedAccounts: Self.accounts(recorded))
    var result = Result(observations: Observations(), targets: [:])
    for (name, site) in sites { result.observations.connections[name] = site.observed }
    var jobs: [Job] = []
    for subject in subjects {
      guard let site = sites[subject.connection], site.observed.failure == nil else { continue }
      var target = subject.target(site.observed)
      let kind = registry.kind(section: subject.address.section, ofType: target.site.type)
      if kind?.holds != nil { target.recordedFacets = subject.recorded.compactMapValues(\.value) }
      result.targets[subject.address] = target
      guard let connection = connections.opened[subject.connection] else { continue }
      // What stands at another place under the same name is not looked at: the plan blocks the address.
      if let recorded = subject.recordedIdentity, !recorded.isSame(as: target.identity) { continue }
      guard let kind else { continue }
      jobs.append(Job(subject: subject, target: target, kind: kind, connection: connection, listing: site.listing))
    }
    let looks = ResourceLook(runner: runner)
    let presences = await inWindow(jobs, width: parallelism) { job in await looks.presence(job) }
    var resources = presences.map { ObservedResource(presence: $0) }
    let learnt = await lacking(jobs, presences, looks)
    for (index, facets) in learnt.lacking { resources[index].facets = facets }
    for (name, unverified) in learnt.unverified { result.observations.connections[name]?.unverified = unverified }
    var reads: [FacetRead] = []
    for (index, job) in jobs.enumerated() {
      if case .present = presences[index] { reads += FacetRead.all(of: job, at: index) }
    }
    let total = reads.count
    let done = Locked(0)
    let found = await inWindow(reads, width: parallelism) { read in
      let seen = await looks.facets(read)
      let count = done.withLock { count in
        count += 1
        return count
      }
      progress(count, total)
      return seen
    }
    for (read, seen) in zip(reads, found) {
      for (name, facet) in seen.facets { resources[read.index].facets[name] = facet }
      resources[read.index].revision = seen.revision ?? resources[read.index].revision
    }
    result.observations.resources.reserveCapacity(jobs.count)
    for (job, resource) in zip(jobs, resources) { result.observations.resources[job.target.address] = resource }
    await confirmVanished(jobs, &result, looks)
    await countContents(jobs, &result, looks)
    await lookForHolds(jobs, &result)
    return result
  }

  /// What stands in the way of resources that are to go; where nobody may look, the resource itself is unknown.
  private func lookForHolds(_ jobs: [Job], _ result: inout Result) async {
    let leaving = jobs.filter { job in
      guard job.subject.isLeaving, job.kind.holds != nil,
        case .present = result.observations.resources[job.target.address]?.presence
      else { return false }
      return true
    }
    let found = await inWindow(leaving, width: parallelism) { job -> Swift.Result<[Hold], CallFailure> in
      guard let holds = job.kind.holds else { return .success([]) }
      do throws(CallFailure) { return .success(try await runner.run(holds(job.target), on: job.connection)) } catch {
        return .failure(error)
      }
    }
    for (job, holds) in zip(leaving, found) {
      switch holds {
      case .success(let holds): result.observations.resources[job.target.address]?.holds = holds
      // Gone meanwhile: what deletes it finds that out.
      case .failure(let failure) where failure.kind == .notFound: break
      case .failure(let failure): result.observations.resources[job.target.address]?.presence = .unknown(failure)
      }
    }
  }

  /// A facet read may say that the whole resource is missing, although a listing showed it: proven by `find`.
  private func confirmVanished(_ jobs: [Job], _ result: inout Result, _ looks: ResourceLook) async {
    let doubtful = jobs.filter { job in
      result.observations.resources[job.target.address]?.facets.values.contains { facet in
        if case .unknown(let failure) = facet { failure.kind == .notFound } else { false }
      } ?? false
    }
    let presences = await inWindow(doubtful, width: parallelism) { job in await looks.find(job) }
    for (job, presence) in zip(doubtful, presences) {
      result.observations.resources[job.target.address]?.presence = presence
    }
  }

  /// Counts what would be lost with resources that are to go, and whether an interrupted run's are still empty.
  private func countContents(_ jobs: [Job], _ result: inout Result, _ looks: ResourceLook) async {
    let leaving = jobs.filter { job in
      guard job.subject.isLeaving || job.subject.isInterrupted, job.kind.schema.holdsData,
        case .present = result.observations.resources[job.target.address]?.presence
      else { return false }
      return true
    }
    let contents = await inWindow(leaving, width: parallelism) { job in await looks.contents(job) }
    for (job, counted) in zip(leaving, contents) {
      switch counted {
      case .success(let contents): result.observations.resources[job.target.address]?.contents = contents
      case .failure where !job.subject.isLeaving: break
      // A platform that tells nobody: it holds what nobody has counted.
      case .failure(let failure) where failure.kind == .unsupported: break
      case .failure(let failure): result.observations.resources[job.target.address]?.presence = .unknown(failure)
      }
    }
  }

  struct Met: Sendable {
    var observed: ObservedConnection
    var listing: [String: [String: Listed]]
  }

  /// Asks each connection who it is, compares the account, and lists each kind once.
  private func meet(
    _ names: Set<String>, sections: Set<String>, recordedAccounts: [String: Set<String>]
  ) async -> [String: Met] {
    let order = names.sorted()
    let met = await inWindow(order, width: parallelism) { name in
      await meet(name, sections, recordedAccounts[name] ?? [])
    }
    return Dictionary(zip(order, met).compactMap { name, met in met.map { (name, $0) } }, uniquingKeysWith: { $1 })
  }

  private func meet(_ name: String, _ sections: Set<String>, _ recordedAccounts: Set<String>) async -> Met? {
    if let failure = connections.failures[name] {
      let site = Site(connection: name, type: "", endpoint: "", region: nil, account: nil)
      return Met(observed: ObservedConnection(site: site, failure: failure), listing: [:])
    }
    if let site = connections.unreachable[name] {
      return Met(observed: ObservedConnection(site: site), listing: [:])
    }
    guard let connection = connections.opened[name] else { return nil }
    var met = Met(observed: ObservedConnection(site: connection.site), listing: [:])
    do throws(CallFailure) {
      if let question = connection.identify() {
        let identity = try await runner.run(question, on: connection)
        met.observed.identity = identity
        met.observed.site.account = identity.account ?? connection.site.account
        if let declared = connection.declaredAccount, let account = identity.account, declared != account {
          throw Self.wrongAccount(name, declared: declared, identity)
        }
        if connection.declaredAccount == nil, let account = identity.account, !recordedAccounts.isEmpty,
          !recordedAccounts.contains(account)
        {
          throw Self.accountMoved(name, recorded: recordedAccounts, identity)
        }
      }
    } catch {
      met.observed.failure = await explained(error, on: connection)
      return met
    }
    for section in sections.sorted() {
      guard let kind = registry.kind(section: section, ofType: connection.site.type) else { continue }
      do throws(CallFailure) {
        let listed = try await runner.run(kind.list(met.observed.site), on: connection)
        met.listing[section] = Dictionary(listed.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
      } catch {
        switch error.kind {
        case .denied, .unsupported, .notFound: continue
        default:
          met.observed.failure = error
          return met
        }
      }
    }
    return met
  }

  /// A store of another kind answers the question for the account by whatever it makes of it: then it is asked what it is.
  private func explained(_ failure: CallFailure, on connection: any Connection) async -> CallFailure {
    guard failure.code != Self.wrongAccountCode, !connection.isOwnService, let question = connection.recognise(),
      let store = (try? await runner.run(question, on: connection)) ?? nil, store.type != connection.site.type
    else { return failure }
    var failure = failure
    failure.message += "; its answers are those of another store (\(store.sign)): write  type: \(store.type)"
    return failure
  }

  /// Accounts of what is recorded, by connection.
  private static func accounts(_ recorded: StateSnapshot) -> [String: Set<String>] {
    var accounts: [String: Set<String>] = [:]
    for entry in recorded.resources.values {
      if let account = entry.identity.account { accounts[entry.connection, default: []].insert(account) }
    }
    return accounts
  }

  /// Code of the failure that means: signed in to another account than the YAML or the state says; nothing was read.
  public static let wrongAccountCode = "CON0007"

  private static func wrongAccount(_ name: String, declared: String, _ identity: SignedInIdentity) -> CallFailure {
    CallFailure(
      .unauthenticated, code: wrongAccountCode,
      "connection \"\(name)\" is account \(identity.account ?? "?"), not \(declared); signed in as \(identity.principal), "
        + "from \(identity.source); nothing was read or changed")
  }

  private static func accountMoved(
    _ name: String, recorded: Set<String>, _ identity: SignedInIdentity
  ) -> CallFailure {
    let account = identity.account ?? "?"
    return CallFailure(
      .unauthenticated, code: wrongAccountCode,
      "connection \"\(name)\" is signed in to account \(account) as \(identity.principal), from \(identity.source), but all "
        + "that is recorded through it is in \(recorded.sorted().joined(separator: ", ")); nothing was read or changed; "
        + "sign in there, or write  account: \"\(account)\"  in the connection to work in this account from now on")
  }
}
