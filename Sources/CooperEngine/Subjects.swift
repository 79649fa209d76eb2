public import CooperConfig
internal import CooperModel
internal import CooperPlan
internal import CooperProvider
internal import CooperSchema
public import CooperState

/// A resource to be looked at, desired or recorded or both.
struct Subject: Sendable {
  var address: Address
  var connection: String
  var name: String
  var region: String?
  var settings: ValueMap
  var recordedSettings: ValueMap?
  var related: [String: Related] = [:]
  var outputs = ValueMap()
  var maker: Maker?
  /// Where it was when it was recorded; the connection may lead elsewhere by now.
  var recordedIdentity: PhysicalIdentity?
  /// Where its connection leads now.
  var identity: PhysicalIdentity
  /// Facets that are managed now, or were.
  var facets: [String]
  var recorded: [String: RecordedFacet]
  var isRecorded: Bool { recordedIdentity != nil }
  /// Recorded, and no longer declared.
  var isLeaving: Bool
  /// Begun by a run that didn't finish; objects may have arrived since.
  var isInterrupted = false

  func target(_ connection: ObservedConnection) -> Target {
    var identity = identity
    if identity.account == nil { identity.account = connection.site.account }
    var target = Target(
      address: address, identity: identity, region: region ?? connection.site.region, site: connection.site,
      settings: settings, related: related, outputs: outputs, maker: maker)
    target.recordedSettings = recordedSettings
    return target
  }
}

enum Subjects {
  /// Everything desired or recorded whose connection could be opened, in address order.
  static func collect(
    _ desired: Configuration, _ recorded: StateSnapshot, _ connections: Connections, _ registry: ProviderRegistry,
    destroysAll: Bool
  ) -> [Subject] {
    let relations = Relations(desired, recorded, connections, registry)
    let entries = Moves.resolve(desired, recorded).resources
    let declared = destroysAll ? [] : desired.resources
    var subjects = inParallel(declared.count) { place in
      subject(declared[place], entries[declared[place].address], relations, connections)
    }
    let names = Set(declared.map(\.address))
    for (address, entry) in entries where !names.contains(address) {
      let isKnown = connections.opened[entry.connection] != nil || connections.unreachable[entry.connection] != nil
      var identity =
        isKnown ? connections.identity(of: entry.identity.name, on: entry.connection) : entry.identity
      identity.scope = entry.identity.scope
      subjects.append(
        Subject(
          address: address, connection: entry.connection, name: entry.identity.name, region: entry.region,
          settings: entry.settings, related: relations.related(of: address.section, entry.settings),
          outputs: entry.outputs,
          maker: relations.maker(of: address.section, type: connections.type(of: entry.connection)) {
            entry.facets[$0]?.value
          }, recordedIdentity: entry.identity, identity: identity, facets: [],
          recorded: entry.facets, isLeaving: true))
    }
    // Usually they are sorted already, as declarations are.
    let isSorted = subjects.indices.dropFirst().allSatisfy { subjects[$0 - 1].address < subjects[$0].address }
    return isSorted ? subjects : subjects.sorted { $0.address < $1.address }
  }

  private static func subject(
    _ resource: ResourceDeclaration, _ entry: RecordedResource?, _ relations: Relations, _ connections: Connections
  ) -> Subject {
    let section = resource.address.section
    var identity = connections.identity(of: resource.name, on: resource.connection)
    let type = connections.type(of: resource.connection)
    identity.scope =
      relations.scope(of: section, type: type, resource.settings, facet: { resource.facet($0)?.value })
      ?? identity.scope
    var facets = resource.facets.map(\.name)
    if let entry {
      facets += entry.facets.keys.filter { name in resource.facet(name) == nil }
      facets.sort()
    }
    return Subject(
      address: resource.address, connection: resource.connection, name: resource.name, region: resource.region,
      settings: resource.settings,
      recordedSettings: entry.flatMap { $0.settings == resource.settings ? nil : $0.settings },
      related: relations.related(of: section, resource.settings), outputs: entry?.outputs ?? ValueMap(),
      maker: relations.maker(of: section, type: type) { resource.facet($0)?.value },
      recordedIdentity: entry?.identity, identity: identity, facets: facets, recorded: entry?.facets ?? [:],
      isLeaving: false, isInterrupted: entry?.status == .creating)
  }
}

/// Names of the connections a run needs: those of declared and of recorded resources.
public func connectionNames(_ desired: Configuration, _ recorded: StateSnapshot) -> Set<String> {
  var names = Set(recorded.resources.values.map(\.connection))
  for resource in desired.resources {
    names.insert(resource.connection)
    guard resource.address.section == Identity.section else { continue }
    names.formUnion(resource.askedParties)
    if case .secret(let connection, _, _)? = KeySink(resource.settings[IssuedKeys.setting]?["to"]) {
      names.insert(connection)
    }
  }
  return names
}
