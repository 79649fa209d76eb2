public import CooperConfig
public import CooperModel
internal import CooperPlan
public import CooperProvider
public import CooperSchema
public import CooperState

/// Looks at one thing that is there already, so that it can be recorded; writes nothing at the provider.
public struct Importer: Sendable {
  public struct Found: Sendable {
    public var target: Target
    public var kind: Kind
    public var identity: SignedInIdentity?
    /// Facets with a value, canonical, without what is cleared.
    public var values: [String: Value] = [:]
    /// Facets that were read and are not set.
    public var absent: Set<String> = []
    /// Facets that could not be read; unknown is not absent.
    public var unreadable: [String: CallFailure] = [:]
    public var unsupported: [String: String] = [:]
  }

  public enum Refusal: Error, Sendable {
    /// The connection can't be used, or the thing can't be looked at.
    case failed(CallFailure)
    case absent
    /// The name belongs to somebody else.
    case foreign(String)
  }

  let observer: Observer

  public init(_ observer: Observer) { self.observer = observer }

  /// Reads the named facets, or every one of the kind. The resource need not be declared.
  public func look(
    at resource: ResourceDeclaration, facets: [String]?, in configuration: Configuration
  ) async throws(Refusal) -> Found {
    // The region comes first: facets are asked for where the thing lives. What makes it may say where that is.
    let written = resource
    var resource = resource
    let makers = makers(of: resource, in: configuration)
    resource.facets = written.facets.filter { makers.contains($0.name) }
    let first = await observe(resource, configuration)
    let listed = try presence(first, resource)
    guard let target = first.targets[resource.address],
      let kind = observer.registry.kind(section: resource.address.section, ofType: target.site.type)
    else {
      throw .failed(
        CallFailure(
          .unsupported, code: "ENG0010", "connection \"\(resource.connection)\" holds no \(resource.address.section)"))
    }
    if let region = try await self.region(resource, target, kind) ?? listed { resource.region = region }
    // What such a connection can't hold isn't asked for: no block could say it, should a newer server answer all the same.
    let support = observer.registry.support(section: resource.address.section, ofType: target.site.type)
    let held = kind.facets.map(\.name).filter {
      if case .unsupported? = support?.facets[$0] { false } else { true }
    }
    resource.facets = (facets ?? held).map { name in
      FacetDeclaration(name: name, value: makers.contains(name) ? written.facet(name)?.value ?? .null : .null)
    }
    let second = await observe(resource, configuration)
    _ = try presence(second, resource)
    var found = Found(target: second.targets[resource.address] ?? target, kind: kind)
    found.identity = second.observations.connections[resource.connection]?.identity
    for (name, observed) in second.observations.resources[resource.address]?.facets ?? [:] {
      switch observed {
      case .present(let value) where value == kind.facet(name)?.schema.cleared: found.absent.insert(name)
      case .present(let value): found.values[name] = value
      case .absent: found.absent.insert(name)
      case .unsupported(let reason): found.unsupported[name] = reason
      case .unknown(let failure): found.unreadable[name] = failure
      }
    }
    return found
  }

  private func makers(of resource: ResourceDeclaration, in configuration: Configuration) -> [String] {
    let type = configuration.connections[resource.connection]?.declaration.type ?? ""
    return observer.registry.support(section: resource.address.section, ofType: type)?.makers ?? []
  }

  /// Asks the thing itself where it lives: not every listing tells.
  private func region(
    _ resource: ResourceDeclaration, _ target: Target, _ kind: Kind
  ) async throws(Refusal) -> String? {
    guard let connection = observer.connections.opened[resource.connection] else { return nil }
    let found: CooperProvider.Found
    do throws(CallFailure) {
      found = try await observer.runner.run(kind.find(target), on: connection)
    } catch {
      throw .failed(error)
    }
    switch found {
    case .present(let region): return region
    case .foreign(let owner): throw .foreign(owner)
    case .absent: throw .absent
    }
  }

  private func observe(_ resource: ResourceDeclaration, _ configuration: Configuration) async -> Observer.Result {
    var alone = configuration
    // What it names stays known, e.g. the account that a container is in, and is not looked at.
    alone.givens += configuration.resources.filter { $0.address != resource.address }
    alone.resources = [resource]
    alone.moved = []
    return await observer.observe(alone, StateSnapshot(lineage: "", project: configuration.project))
  }

  private func presence(_ result: Observer.Result, _ resource: ResourceDeclaration) throws(Refusal) -> String? {
    if let failure = result.observations.connections[resource.connection]?.failure { throw .failed(failure) }
    switch result.observations.resources[resource.address]?.presence {
    case .present(let region): return region
    case .foreign(let owner): throw .foreign(owner)
    case .unknown(let failure): throw .failed(failure)
    case .absent, nil: throw .absent
    }
  }

  /// The events that record what was found, as adopted; facets are those given.
  public static func events(
    _ resource: ResourceDeclaration, _ found: Found, facets: [String: Value?], declaredAt: String?
  ) -> [Event] {
    let entry = RecordedResource(
      kind: found.kind.schema.name, connection: resource.connection, identity: found.target.identity,
      region: found.target.region, settings: resource.settings, deletion: resource.deletion,
      origin: resource.origin == .existing ? .existing : .adopted, declaredAt: declaredAt)
    return [.recorded(resource.address, entry)]
      + facets.sorted { $0.key < $1.key }.map { .facet(resource.address, $0.key, RecordedFacet(value: $0.value)) }
  }
}
