import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import AzureProvider

@Suite("Azure grants are role assignments") struct AzureGrantTests {
  private let path = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path"

  private func settings(_ more: ValueMap) -> ValueMap {
    var all: ValueMap = ["to": [["azure": .string(AzureFixture.principal)]]]
    for pair in AzureFixture.grant(more).settings { all[pair.key] = pair.value }
    return all
  }

  private func derived(_ more: ValueMap) throws -> DerivedFacets {
    let derive = try #require(AzureGrantSupport.support.derived)
    return derive(settings(more))
  }

  private func assignments(_ more: ValueMap) throws -> [RoleAssignment] {
    let derived = try derived(more)
    #expect(derived.problems == [])
    return try [RoleAssignment](value: derived.values["assignments"] ?? .null)
  }

  private func codes(_ more: ValueMap) throws -> [String] { try derived(more).problems.map(\.code) }

  @Test("FB-33: a prefix is a condition on the paths of blobs, of writes too where the role writes") func prefixes()
    throws
  {
    let reader = try #require(try assignments(["allow": "readOnly", "prefix": "it's/"]).first)
    #expect(reader.role == "Storage Blob Data Reader")
    #expect(reader.condition?.contains("@Resource[\(path)] StringStartsWith 'it''s/'") == true)
    #expect(reader.condition?.contains("blobs/write") == false)
    let writer = try #require(try assignments(["allow": "backup", "prefix": "in/"]).first)
    for action in ["write", "delete", "add/action", "move/action"] {
      #expect(writer.condition?.contains("blobs/\(action)'") == true, "\(action)")
    }
    let plain = try assignments(["allow": "backup"])
    #expect(plain.count == 1 && plain.first?.condition == nil)
    #expect(try codes(["allow": "admin", "prefix": "in/"]) == ["AZU0120"])
    let custom: Value = [["actions": ["00000000-aaaa-aaaa-aaaa-000000000001"]]]
    #expect(try codes(["allow": custom, "prefix": "in/"]) == ["AZU0120"])
    #expect(try codes(["allow": custom]) == [])
  }

  @Test("a condition of one's own, alone and with a prefix") func ownConditions() throws {
    func allow(_ condition: Value) -> Value { [["actions": ["Storage Blob Data Reader"], "conditions": condition]] }
    let alone = try assignments(["allow": allow("@Environment[isPrivateLink] BoolEquals true")]).first?.condition
    #expect(alone == "@Environment[isPrivateLink] BoolEquals true")
    let both = try assignments(["allow": allow("(A)"), "prefix": "in/"]).first?.condition
    #expect(both?.hasPrefix("((A)) AND (((!(ActionMatches{") == true)
    #expect(try codes(["allow": allow(["StringEquals": ["a": "b"]])]) == ["AZU0123"])
    #expect(try codes(["allow": allow(.string(String(repeating: "x", count: 8193)))]) == ["AZU0123"])
    let twice: Value = [
      ["actions": ["Storage Blob Data Reader"], "conditions": "A"],
      ["actions": ["Storage Blob Data Reader"], "conditions": "B"],
    ]
    #expect(try codes(["allow": twice]) == ["AZU0124"])
  }

  @Test("FB-33: at the account's scope it is one assignment, however many of its containers are named") func accounts()
    throws
  {
    let more: ValueMap = [
      AzureGrantSupport.accounts: ["acmereports", "acmereports"],
      AzureGrantSupport.groups: ["rg-storage", "rg-storage"],
      AzureGrantSupport.names: ["daily", "weekly"], "allow": "backup",
    ]
    #expect(try assignments(more).map(\.place) == ["rg-storage/acmereports/daily", "rg-storage/acmereports/weekly"])
    var whole = more
    whole["scope"] = "account"
    #expect(try assignments(whole).map(\.place) == ["rg-storage/acmereports"])
    let target = AzureFixture.grant(whole)
    let change = FacetChange<[RoleAssignment]>(before: nil, after: try assignments(whole))
    guard case .procedure(let procedure) = try AzureAssignments.write(change, on: target).content else { return }
    let put = try #require(procedure.plannedCalls.first)
    #expect(
      put.path.joined(separator: "/").contains(
        "storageAccounts/acmereports/providers/Microsoft.Authorization/roleAssignments/"))
  }

  @Test("another condition is a write over the same assignment, with version 2.0, and nothing is deleted")
  func changed()
    throws
  {
    let before = try assignments(["allow": "backup", "prefix": "in/"])
    let after = try assignments(["allow": "backup", "prefix": "out/"])
    var store = AzureStore.account()
    func write(_ change: FacetChange<[RoleAssignment]>) throws -> [Call] {
      guard case .procedure(let procedure) = try AzureAssignments.write(change, on: AzureFixture.grant()).content else {
        return []
      }
      return ProcedureRun(procedure) { store.answer($0) }.calls.filter { !$0.reads }
    }
    let first = try write(.init(before: nil, after: before))
    let second = try write(.init(before: before, after: after))
    #expect(first.map(\.path) == second.map(\.path))
    #expect(second.map(\.method) == [.put])
    let body = try ValueJSON.decode(try #require(second.first).body)["properties"]
    #expect(body?["conditionVersion"]?.string == "2.0")
    #expect(body?["condition"]?.string?.contains("'out/'") == true)
    let risks = AzureAssignments.risks(.init(before: before, after: after), on: AzureFixture.grant())
    #expect(risks.map(\.kind) == [.widensAccess])
    #expect(risks.first?.message.contains("'out/'") == true)
    let third = try write(.init(before: after, after: try assignments(["allow": "backup"])))
    #expect(third.map(\.method) == [.put])
    let plain = try ValueJSON.decode(try #require(third.first).body)["properties"]
    #expect(plain?["condition"] == nil)
  }
}
