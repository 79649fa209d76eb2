public import CooperConfig
internal import CooperModel
internal import CooperPlan
public import CooperProvider
public import CooperState

extension Observer {
  /// Stands in for an observation: everything is as recorded. For `--no-observe`, which makes no call.
  public static func recall(
    _ desired: Configuration, _ recorded: StateSnapshot, _ connections: Connections,
    _ registry: ProviderRegistry, destroysAll: Bool = false
  ) -> Result {
    let entries = Moves.resolve(desired, recorded).resources
    var result = Result(observations: Observations(), targets: [:])
    for (name, connection) in connections.opened {
      result.observations.connections[name] = ObservedConnection(site: connection.site)
    }
    for (name, site) in connections.unreachable {
      result.observations.connections[name] = ObservedConnection(site: site)
    }
    for (name, failure) in connections.failures {
      let site = Site(connection: name, type: "", endpoint: "", region: nil, account: nil)
      result.observations.connections[name] = ObservedConnection(site: site, failure: failure)
    }
    let subjects = Subjects.collect(desired, recorded, connections, registry, destroysAll: destroysAll)
    result.targets.reserveCapacity(subjects.count)
    let known = result.observations.connections
    let targets = inParallel(subjects.count) { place in
      known[subjects[place].connection].flatMap { $0.failure == nil ? subjects[place].target($0) : nil }
    }
    for (subject, target) in zip(subjects, targets) {
      guard let target else { continue }
      result.targets[subject.address] = target
      guard let entry = entries[subject.address] else { continue }
      var resource = ObservedResource(presence: .present(region: entry.region))
      for (name, facet) in entry.facets { resource.facets[name] = facet.value.map { .present($0) } ?? .absent }
      result.observations.resources[subject.address] = resource
    }
    return result
  }
}
