import CooperModel
import CooperProvider
import CooperProviders
import CooperSchema
import CooperTestSupport
import Testing

/// What holds for every facet of every kind on every type of connection, from the registry: nobody has to remember a new one.
@Suite("Every facet of the registry") struct RegistryConformanceTests {
  struct Place: Sendable, CustomStringConvertible {
    var type: String
    var section: String
    var facet: AnyFacet
    var description: String { "\(type) \(section) \(facet.name)" }

    var target: Target {
      Target(
        address: Address(section, "data"),
        identity: PhysicalIdentity(endpoint: "https://store.example", account: "111122223333", name: "acme-data"),
        region: "eu-west-1",
        site: Site(
          connection: "c", type: type, endpoint: "https://store.example", region: "eu-west-1", account: "111122223333",
          partition: "aws", access: "token"),
        settings: ["account.storageAccountName": "acmedata", "account.resourceGroup": "rg", "resourceGroup": "rg"])
    }
  }

  static let places: [Place] = {
    let registry = AllProviders.registry
    return registry.catalog.connectionTypes.values.sorted { $0.name < $1.name }.flatMap { type in
      type.support.keys.sorted().flatMap { section -> [Place] in
        (registry.kind(section: section, ofType: type.name)?.facets ?? []).map {
          Place(type: type.name, section: section, facet: $0)
        }
      }
    }
  }()

  @Test("there are facets of all kinds of stores") func complete() {
    #expect(Self.places.count > 100)
    #expect(Set(Self.places.map(\.type)).isSuperset(of: ["aws", "ceph", "gcs", "azure", "local"]))
  }

  @Test("403, 5xx and an answer that nobody can read are never a value and never absence", arguments: places)
  func refusals(_ place: Place) {
    for reply in [
      Reply(403, "{\"error\": {\"code\": 403, \"message\": \"no\"}}"), Reply(500), Reply(503), Reply(200, "<html><bo"),
    ] {
      let run = ProcedureRun(place.facet.read(place.target)) { _ in reply }
      // What is read from settings alone asks nobody.
      guard !run.calls.isEmpty else { continue }
      switch run.output {
      case .absent: Issue.record("\(place): \(reply.status) is read as absent")
      case .present: Issue.record("\(place): \(reply.status) is read as a value")
      case .unsupported, nil: break
      }
    }
  }

  @Test("canonical form is idempotent on random values", arguments: places) func idempotence(_ place: Place) {
    for seed in UInt64(0)..<30 {
      var random = CooperSchema.SplitMix64(seed: seed)
      guard let value = sample(place.facet.schema.shape, using: &random),
        let once = try? place.facet.canonical(value, place.target.site)
      else { continue }
      #expect((try? place.facet.canonical(once, place.target.site)) == once, "\(place), seed \(seed)")
    }
  }
}
