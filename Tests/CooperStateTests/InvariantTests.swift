import CooperModel
import CooperSchema
import CooperState
import Testing

@Suite struct InvariantTests {
  typealias Break = @Sendable (inout StateSnapshot) -> Void

  private static func bucket(_ change: @escaping @Sendable (inout RecordedResource) -> Void) -> Break {
    { snapshot in
      var bucket = Sample.bucket()
      change(&bucket)
      snapshot.resources[Sample.address] = bucket
    }
  }

  private static func address(_ section: String, _ name: String) -> Break {
    { $0.resources[Address(section, name)] = Sample.bucket() }
  }

  static let breaks: [(invariant: Int, message: String, make: Break)] = [
    (1, "the lineage is empty", { $0.lineage = "" }),
    (2, "the serial is negative", { $0.serial = -1 }),
    (3, "the project has no name", { $0.project = "" }),
    (3, "the environment has no name", { $0.environment = "" }),
    (4, "buck ets.a: the address is not section.name", address("buck ets", "a")),
    (4, ".a: the address is not section.name", address("", "a")),
    (4, "buckets.a.b: the address is not section.name", address("buckets", "a.b")),
    (4, "buckets.a/b: the address is not section.name", address("buckets", "a/b")),
    (4, "buckets.: the address is not section.name", address("buckets", "")),
    (4, "buckets.a\n: the address is not section.name", address("buckets", "a\n")),
    (5, "buckets.a: the kind is empty", bucket { $0.kind = "" }),
    (5, "buckets.a: the connection is empty", bucket { $0.connection = "" }),
    (6, "buckets.a: the identity has no endpoint", bucket { $0.identity.endpoint = "" }),
    (6, "buckets.a: the identity's account is empty", bucket { $0.identity.account = "" }),
    (6, "buckets.a: the identity has no name", bucket { $0.identity.name = "" }),
    (
      7, "buckets.b: buckets.a is the same bucket, acme-a",
      {
        $0.resources[Sample.address] = Sample.bucket()
        $0.resources[Address("buckets", "b")] = Sample.bucket()
      }
    ),
    (8, "buckets.a: a facet's name is empty or not legal", bucket { $0.facets[""] = RecordedFacet(value: nil) }),
    (8, "buckets.a: a facet's name is empty or not legal", bucket { $0.facets["a/b"] = RecordedFacet(value: nil) }),
    (
      9, "buckets.a: the facet tags is not known yet",
      bucket { $0.facets["tags"] = RecordedFacet(value: [.unknown("x")]) }
    ),
    (9, "buckets.a: a setting is not known yet", bucket { $0.settings["a"] = .unknown("x") }),
    (9, "buckets.a: an output is not known yet", bucket { $0.outputs["a"] = .unknown("x") }),
    (
      10, "buckets.a: it is only referred to, but is creating",
      bucket {
        $0.origin = .existing
        $0.status = .creating
      }
    ),
  ]

  @Test("Each broken invariant is found and named", arguments: breaks)
  func broken(_ invariant: Int, _ message: String, _ make: Break) {
    var snapshot = Sample.snapshot(serial: 1)
    make(&snapshot)
    #expect(snapshot.violations().map(\.description) == [message], "invariant \(invariant)")
  }

  @Test("Legal: a name the provider will give, two kinds of one name, the same name at another store")
  func legal() {
    var unnamed = Sample.bucket("")
    unnamed.status = .creating
    var role = Sample.bucket()
    role.kind = "role"
    var elsewhere = Sample.bucket()
    elsewhere.identity.account = "1"
    let snapshot = Sample.snapshot(
      serial: 1,
      [
        Sample.address: Sample.bucket(), Address("identities", "a"): role, Address("buckets", "b"): elsewhere,
        Address("buckets", "c"): unnamed, Address("buckets", "d"): unnamed,
      ])
    #expect(snapshot.violations() == [])
  }
}
