import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import InfinStorProvider

@Suite("Bodies of InfinStor, byte for byte") struct InfinStorBodyTests {
  private static let target = Target(
    address: Address("registrations", "b"), identity: PhysicalIdentity(endpoint: "https://i.example", name: "b"),
    region: nil,
    site: Site(connection: "i", type: "infinstor", endpoint: "https://i.example", region: nil, account: nil))
  private static let role: Value = [
    "bucketname": "testb3", "cloud": "aws", "accessRole": "aaaa", "accessRoleExt": "bbbb",
  ]
  private static let key: Value = [
    "bucketname": "testb3", "cloud": "aws", "accessKeyId": "env:I", "secretAccessKey": "env:S",
  ]

  private func bodies(_ before: Value?, _ after: Value) throws -> [String] {
    let change = FacetChange(
      before: before.map { InfinStorDocument(value: $0) }, after: InfinStorDocument(value: after))
    guard case .procedure(let procedure) = try InfinStorEntry.write(change, on: Self.target).content else { return [] }
    let run = ProcedureRun(procedure) { _ in Reply(200) }
    #expect(run.calls.allSatisfy { $0.path == ["add-mod-del-bucket"] && $0.method == .post })
    return run.calls.map(\.secretBody.described)
  }

  @Test("IS-03 an entry with a role; cloud is always sent") func role() throws {
    #expect(
      try bodies(nil, Self.role) == [
        "op=add&bucketname=testb3&cloud=aws&endpoint=&accessKeyId=&secretAccessKey=&accessRole=aaaa&accessRoleExt=bbbb"
      ])
  }

  @Test("IS-04 from a role to a key: what was used is cleared") func conversion() throws {
    #expect(
      try bodies(Self.role, Self.key) == [
        "op=add&bucketname=testb3&cloud=aws&endpoint=&accessKeyId=<registrations.b.accessKeyId>"
          + "&secretAccessKey=<registrations.b.secretAccessKey>&accessRole=&accessRoleExt="
      ])
  }

  @Test("IS-05 another endpoint alone is a modification") func endpoint() throws {
    var after = Self.role.map ?? ValueMap()
    after["endpoint"] = "https://minio.isstage1.bb.com/"
    #expect(
      try bodies(Self.role, .map(after)) == [
        "op=modify&bucketname=testb3&endpoint=https%3A%2F%2Fminio.isstage1.bb.com%2F"
      ])
  }

  @Test("IS-01 another bucket: the old entry goes first") func renamed() throws {
    var before = Self.role.map ?? ValueMap()
    before["bucketname"] = "old"
    #expect(try bodies(.map(before), Self.role).first == "op=delete&bucketname=old")
  }

  @Test("IS-10 any 2xx is a success, and nothing else is") func status() throws {
    for (status, fails) in [(200, false), (204, false), (302, true), (400, true)] {
      let run = ProcedureRun(InfinStorEntry.sending([InfinStorCall.delete("testb3")])) { _ in Reply(status) }
      #expect(run.calls.map(\.secretBody.described) == ["op=delete&bucketname=testb3"])
      #expect((run.failure != nil) == fails)
    }
  }
}
