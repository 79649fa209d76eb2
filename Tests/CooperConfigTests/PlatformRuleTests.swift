import CooperDiagnostics
import CooperModel
import CooperSchema
import Testing

@testable import CooperConfig

/// Rules about who uses a bucket, on configurations made by hand.
@Suite("Rules over platforms")
struct PlatformRuleTests {
  private var configuration = Configuration(project: "acme")

  init() {
    connect("aws", "aws", ["region": "eu-west-1"])
    connect("minio", "minio", ["endpoint": "https://minio.internal"])
    connect("gcp", "gcs", ["project": "acme"])
    for platform in ["palette", "flashback", "infinstor", "flowfile", "kubernetes"] { connect(platform, platform, [:]) }
  }

  private mutating func connect(_ name: String, _ type: String, _ settings: ValueMap) {
    configuration.connections[name] = ConnectionEntry(
      ConnectionDeclaration(name: name, type: type, settings: settings, access: [:]))
  }

  @discardableResult
  private mutating func declare(
    _ address: String, on connection: String, name: String? = nil, _ settings: ValueMap = [:],
    facets: [FacetDeclaration] = []
  ) -> Self {
    guard let address = Address(address) else { return self }
    configuration.resources.append(
      ResourceDeclaration(
        address: address, connection: connection, name: name ?? address.name, settings: settings, facets: facets))
    configuration.resources.sort { $0.address < $1.address }
    return self
  }

  private func found(_ rule: any ConfigurationRule.Type) -> [String] {
    let context = RuleContext(configuration, Layer(), TestCatalog.standard)
    return rule.findings(in: context).map { "\($0.severity) \($0.message)" }
  }

  @Test("R-03, FB-21: one name on two stores is an error between buckets registered in Flashback, else a warning")
  mutating func sharedName() {
    declare("buckets.one", on: "aws", name: "data")
    declare("buckets.two", on: "gcp", name: "data")
    let words = "buckets.two has the name \"data\", used on two stores"
    #expect(found(SharedName.self) == ["warning " + words])
    declare("registrations.one", on: "flashback", ["in": "flashback", "bucket": "one"])
    #expect(found(SharedName.self) == ["warning " + words])
    declare("registrations.two", on: "flashback", ["in": "flashback", "bucket": "two"])
    #expect(found(SharedName.self) == ["error " + words])
  }

  @Test(
    "R-02, FB-25: a role with an endpoint of one's own",
    arguments: [
      ("flashback", "minio", "error"), ("infinstor", "minio", "error"), ("infinstor", "other", "warning"),
      ("flashback", "other", "error"), ("flashback", "aws", nil), ("palette", "other", nil),
    ] as [(String, String, String?)])
  mutating func delegated(platform: String, store: String, severity: String?) {
    connect("other", "aws", ["endpoint": "https://s3.internal"])
    declare("buckets.data", on: store)
    declare("identities.role", on: "aws", ["type": "role"])
    declare("identities.key", on: "", ["type": "accessKey"])
    declare("registrations.key", on: platform, ["in": .string(platform), "bucket": "data", "identity": "key"])
    #expect(found(DelegatedEndpoint.self) == [])
    declare("registrations.role", on: platform, ["in": .string(platform), "bucket": "data", "identity": "role"])
    let words = "registrations.role would use buckets.data by a role, at an endpoint of its own"
    #expect(found(DelegatedEndpoint.self) == (severity.map { ["\($0) " + words] } ?? []))
  }

  @Test("R-04, FF-16: a role for Flowfile has a trust without an external id")
  mutating func flowfile() {
    let open: Value = ["aws": "arn:aws:iam::111122223333:role/host"]
    let closed: Value = ["aws": "arn:aws:iam::444455556666:root", "externalId": "bbbb"]
    func trust(_ entries: [Value]) -> [FacetDeclaration] { [FacetDeclaration(name: "trust", value: .list(entries))] }
    declare("identities.open", on: "aws", ["type": "role"], facets: trust([open, closed]))
    declare("identities.closed", on: "aws", ["type": "role"], facets: trust([closed]))
    declare("registrations.good", on: "flowfile", ["in": "flowfile", "bucket": "data", "identity": "open"])
    declare("registrations.other", on: "infinstor", ["in": "infinstor", "bucket": "data", "identity": "closed"])
    #expect(found(RoleWithoutExternalID.self) == [])
    declare("registrations.bad", on: "flowfile", ["in": "flowfile", "bucket": "data", "identity": "closed"])
    #expect(found(RoleWithoutExternalID.self) == ["error registrations.bad can't take on identities.closed"])
  }

  @Test("R-11, VL-05: one default location in a scope, which is a namespace or a scope of Palette")
  mutating func defaults() {
    func place(_ connection: String, _ key: String, _ scope: String) -> ValueMap {
      ["in": [connection: [key: .string(scope), "default": true]], "bucket": "data"]
    }
    declare("backupLocations.a", on: "kubernetes", place("kubernetes", "namespace", "velero"))
    declare("backupLocations.b", on: "kubernetes", place("kubernetes", "namespace", "velero-dr"))
    declare("backupLocations.c", on: "palette", place("palette", "scope", "tenant"))
    #expect(found(OneDefaultLocation.self) == [])
    declare("backupLocations.d", on: "palette", place("palette", "scope", "tenant"))
    #expect(found(OneDefaultLocation.self) == ["error backupLocations.d is a second default of palette, tenant"])
  }

  @Test("R-01, PA-20: Palette needs a region, also for a store that knows none")
  mutating func region() {
    declare("buckets.data", on: "minio")
    declare("backupLocations.velero", on: "kubernetes", ["bucket": "data"])
    #expect(found(RegionForPalette.self) == [])
    declare("backupLocations.data", on: "palette", ["bucket": "data"])
    #expect(found(RegionForPalette.self) == ["error backupLocations.data needs a region for buckets.data"])
    configuration.resources = configuration.resources.map { resource in
      var resource = resource
      if resource.address.section == "buckets" { resource.region = "us-east-1" }
      return resource
    }
    #expect(found(RegionForPalette.self) == [])
  }

  @Test(
    "Backup locations, grants of backup and registrations at Palette make backup buckets",
    arguments: [
      ("backupLocations.x", "kubernetes", ["bucket": "data"], true),
      ("grants.x", "aws", ["bucket": ["other", "data"], "allow": "backup"], true),
      ("grants.x", "aws", ["bucket": "data", "allow": "readOnly"], false),
      ("registrations.x", "palette", ["in": "palette", "bucket": "data"], true),
      ("registrations.x", "flashback", ["in": "flashback", "bucket": "data"], false),
    ] as [(String, String, ValueMap, Bool)])
  mutating func backups(address: String, connection: String, settings: ValueMap, isBackup: Bool) {
    declare("buckets.data", on: "aws")
    #expect(found(BackupWithoutVersioning.self) == [])
    declare(address, on: connection, settings)
    let words = ["warning buckets.data holds backups and doesn't declare versioning"]
    #expect(found(BackupWithoutVersioning.self) == (isBackup ? words : []))
  }

  @Test("FB-20: one name is entered once in a platform's table")
  mutating func labels() {
    declare("buckets.data", on: "aws")
    declare("registrations.a", on: "flashback", name: "data", ["in": "flashback", "bucket": "data"])
    declare("registrations.b", on: "infinstor", name: "data", ["in": "infinstor", "bucket": "data"])
    connect("flashback", "palette", [:])
    connect("infinstor", "strict", [:])
    #expect(found(DuplicateIdentity.self) == [])
    declare("registrations.c", on: "flashback", name: "data", ["in": "flashback", "bucket": "data"])
    #expect(found(DuplicateIdentity.self) == ["error registrations.c and registrations.a are both named \"data\""])
  }
}
