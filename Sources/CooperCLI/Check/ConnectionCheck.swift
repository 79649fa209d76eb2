internal import CooperConfig
internal import CooperEngine
internal import CooperModel
internal import CooperProvider
internal import CooperSchema

/// The steps from a connection's settings to a look at what its store holds, each told as soon as it is done; a step that
/// fails ends it, and those behind it say so.
final class ConnectionCheck {
  let declaration: ConnectionDeclaration
  let surroundings: CheckSurroundings
  /// What the project declares on this connection.
  let resources: [ResourceDeclaration]
  private let steps: CheckSteps
  private let place: String
  private var facets: [CheckReport.Facet] = []

  init(
    _ declaration: ConnectionDeclaration, at place: String, _ surroundings: CheckSurroundings,
    resources: [ResourceDeclaration], tells: @escaping (CheckReport.Step) -> Void
  ) {
    self.declaration = declaration
    self.place = place
    self.surroundings = surroundings
    self.resources = resources
    steps = CheckSteps(tells)
  }

  var report: CheckReport {
    CheckReport(name: declaration.name, type: declaration.type, place: place, steps: steps.steps, facets: facets)
  }

  func run() async {
    if let connection = await ConnectionSteps(surroundings: surroundings, steps: steps).open(declaration) {
      await listAndProbe(connection, surroundings.runner)
    }
    steps.skip(ConnectionSteps.names + ["list"])
  }

  // MARK: Steps

  private func listAndProbe(_ connection: any Connection, _ runner: CallRunner) async {
    let registry = surroundings.session.registry
    for section in registry.catalog.kinds.keys.sorted() {
      guard let kind = registry.kind(section: section, ofType: connection.site.type) else { continue }
      let begun = SystemClock.now()
      var listed: [Listed]?
      do throws(CallFailure) {
        let found = try await runner.run(kind.list(connection.site), on: connection)
        steps.tell("list", .good, "\(found.count) \(section)", since: begun)
        listed = found
      } catch {
        steps.failed("list", error, since: begun)
      }
      await probe(kind, section, connection, runner, listed)
    }
  }

  /// Reads the facets of the first resource of the project that is there.
  private func probe(
    _ kind: Kind, _ section: String, _ connection: any Connection, _ runner: CallRunner, _ listed: [Listed]?
  ) async {
    guard let support = surroundings.session.registry.support(section: section, ofType: connection.site.type),
      !kind.facets.isEmpty
    else { return }
    let own = resources.filter { $0.address.section == section }
    var there: Target?
    for resource in own where there == nil {
      guard listed?.contains(where: { $0.name == resource.name }) ?? true else { continue }
      let target = target(of: resource, connection)
      if listed != nil {
        there = target
      } else if case .present? = try? await runner.run(kind.find(target), on: connection) {
        there = target
      }
    }
    guard let there else {
      let words = own.isEmpty ? "the project has no \(section) here" : "none of the project's \(section) is there yet"
      return steps.tell(
        "profile", .skipped, "\(words), so it was not compared with what type \(declaration.type) holds",
        fix: own.isEmpty ? "declare one with  origin: existing  to have it read" : nil)
    }
    let managed = Set(own.flatMap { $0.facets.map(\.name) })
    let probe = ProfileProbe(
      kind: kind, support: support, connection: connection, runner: runner, target: there, managed: managed,
      openType: { self.openType(section, $0) })
    let found = await probe.run()
    facets += found.facets
    for step in found.steps { steps.add(step) }
  }

  /// A type of the same provider that rules the facet out for no store.
  private func openType(_ section: String, _ facet: String) -> String? {
    let types = surroundings.session.registry.catalog.connectionTypes
    let provider = types[declaration.type]?.provider
    return types.values.filter { $0.provider == provider && $0.support[section]?.unsure[facet] != nil }.map(\.name)
      .min()
  }

  private func target(of resource: ResourceDeclaration, _ connection: any Connection) -> Target {
    Target(
      address: resource.address, identity: connection.identity(of: resource.name),
      region: resource.region ?? connection.site.region, site: connection.site, settings: resource.settings)
  }
}
