import CooperConfig
import CooperModel
import CooperPlan
import CooperProvider
import CooperProviders
import CooperSchema
import CooperState

/// A project of one connection to directories, from which tests make plans without any I/O.
struct PlanningWorld {
  static let endpoint = "/srv/buckets"
  static let now: Int64 = 1_795_219_200  // 2026-11-21

  var desired = Configuration(project: "test", directory: "/project", digest: "d1")
  var recorded = StateSnapshot(lineage: "l1", serial: 7, project: "test")
  var observations = Observations()
  var destroysAll = false
  var isObserved = true
  /// The connection's type; what it can hold follows from it.
  var type = "local"
  var registry = AllProviders.registry
  /// Where the connection leads now; what is recorded was made at `endpoint`.
  var leadsTo = PlanningWorld.endpoint
  /// Recorded resources whose connection is not declared any more.
  var targetless: Set<Address> = []

  init() {
    desired.connections["disk"] = ConnectionEntry(
      ConnectionDeclaration(
        name: "disk", type: "local", settings: ValueMap([("root", .string(Self.endpoint))]), access: ValueMap()))
    observations.connections["disk"] = ObservedConnection(site: site)
  }

  var site: Site { Site(connection: "disk", type: type, endpoint: Self.endpoint, region: nil, account: nil) }

  static func address(_ name: String) -> Address { Address("buckets", name) }
  static func identity(_ name: String) -> PhysicalIdentity { PhysicalIdentity(endpoint: endpoint, name: name) }

  mutating func declare(
    _ name: String, bucketName: String? = nil, _ facets: [String: Value] = [:], deletion: DeletionPolicy = .protect,
    origin: ResourceDeclaration.Origin = .managed, shared: Set<String> = [], region: String? = nil
  ) {
    desired.resources.append(
      ResourceDeclaration(
        address: Self.address(name), connection: "disk", name: bucketName ?? name, region: region,
        facets: facets.sorted { $0.key < $1.key }.map { FacetDeclaration(name: $0.key, value: $0.value) },
        deletion: deletion, origin: origin, shared: shared))
  }

  mutating func record(
    _ name: String, bucketName: String? = nil, _ facets: [String: Value?] = [:], deletion: DeletionPolicy = .protect,
    status: RecordedResource.Status = .complete, origin: RecordedResource.Origin = .created
  ) {
    recorded.resources[Self.address(name)] = RecordedResource(
      kind: "bucket", connection: "disk", identity: Self.identity(bucketName ?? name),
      facets: facets.mapValues { RecordedFacet(value: $0) }, deletion: deletion, origin: origin, status: status,
      declaredAt: "cooper.yaml:9")
  }

  mutating func observe(
    _ name: String, _ presence: ObservedResource.Presence = .present(region: nil),
    _ facets: [String: ObservedResource.Facet] = [:], holding objects: Int? = nil
  ) {
    var resource = ObservedResource(presence: presence, facets: facets)
    resource.contents = objects.map { Contents(objects: $0, bytes: Int64($0) * 1_000) }
    observations.resources[Self.address(name)] = resource
  }

  private func identityNow(_ name: String) -> PhysicalIdentity { PhysicalIdentity(endpoint: leadsTo, name: name) }

  func plan() -> Plan {
    var targets: [Address: Target] = [:]
    for (address, entry) in Moves.resolve(desired, recorded).resources {
      targets[address] = Target(
        address: address, identity: identityNow(entry.identity.name), region: entry.region, site: site)
    }
    for resource in desired.resources where !destroysAll {
      targets[resource.address] = Target(
        address: resource.address, identity: identityNow(resource.name), region: resource.region, site: site)
    }
    for address in targetless { targets[address] = nil }
    return Planner.plan(
      PlanningInput(
        desired: desired, recorded: recorded, observed: observations, registry: registry,
        targets: targets, isObserved: isObserved, now: Self.now, cooperVersion: "test", destroysAll: destroysAll))
  }
}
