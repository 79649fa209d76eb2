import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import AzureProvider

/// The checks that every facet of every provider passes, over documents that are written by fragments.
struct AzureConformance {
  let one: AzureFixture.Case

  var desired: Value {
    get throws { try one.facet.canonical(one.value, one.target.site) }
  }

  func read(_ store: AzureStore) -> ProcedureRun<Observed<Value>> {
    var store = store
    return ProcedureRun(one.facet.read(one.target)) { store.answer($0) }
  }

  func write(
    _ change: FacetChange<Value>, _ store: inout AzureStore, revision: String? = nil
  ) throws -> ProcedureRun<Void> {
    let procedure: any Procedure<Void>
    switch try one.facet.write(change, one.target).content {
    case .procedure(let own): procedure = own
    case .patch(let fragment):
      guard case .resource(let combine) = one.kind.granularity else {
        throw CallFailure(.invalid, code: "NoCombine", "the kind takes no fragments")
      }
      procedure = combine([fragment], one.target, revision)
    }
    var kept = store
    defer { store = kept }
    return ProcedureRun(procedure) { kept.answer($0) }
  }

  /// What a plan would compare; nil for nothing set and for the cleared value.
  func observed(_ store: AzureStore, _ desired: Value?) -> Value? {
    guard case .present(let found)? = read(store).output else { return nil }
    let value = one.facet.comparable(found, to: desired, on: one.target)
    return value == one.facet.schema.cleared ? nil : value
  }
}

@Suite("Azure facets conform") struct AzureConformanceTests {
  private static let cases = AzureFixture.cases

  @Test("every facet of every kind is among the cases: a new one can't be forgotten") func complete() {
    for kind in AzureProvider().kinds {
      let tested = Set(Self.cases.filter { $0.kind.schema.section == kind.schema.section }.map(\.facet.name))
      #expect(tested == Set(kind.facets.map(\.name)), "\(kind.schema.section)")
    }
  }

  @Test("created, it is observed, and the next plan is empty; cleared, it is absent", arguments: cases.indices)
  func roundTrip(_ index: Int) throws {
    let suite = AzureConformance(one: Self.cases[index])
    var store = AzureStore.account()
    let desired = try suite.desired
    let written = try suite.write(FacetChange(before: nil, after: desired), &store)
    #expect(written.failure == nil, "\(suite.one.name)")
    #expect(suite.observed(store, desired) == (desired == suite.one.facet.schema.cleared ? nil : desired))
    guard suite.one.facet.schema.cleared != nil else { return }
    let cleared = try suite.write(FacetChange(before: desired, after: nil), &store)
    #expect(cleared.failure == nil)
    #expect(suite.observed(store, nil) == nil)
  }

  @Test("a refusal ends where it belongs, and never in absent", arguments: cases.indices) func refusals(_ index: Int) {
    let suite = AzureConformance(one: Self.cases[index])
    let isData = !suite.one.target.site.reachesSettings
    let expectations: [(Int, String, CallFailure.Kind)] = [
      (403, "AuthorizationFailed", .denied), (404, "ResourceNotFound", .notFound),
      (403, "AuthenticationFailed", .unauthenticated), (429, "TooManyRequests", .throttled(retryAfter: nil)),
      (500, "InternalServerError", .unavailable), (503, "ServerBusy", .throttled(retryAfter: nil)),
    ]
    for (status, code, kind) in expectations {
      // Without its container a role is not there.
      if kind == .notFound, suite.one.facet.name == "assignments" { continue }
      var store = AzureStore.account()
      store.readAnswer = isData ? Reply(status, headers: [Header("x-ms-error-code", code)]) : .armError(status, code)
      let failure = suite.read(store).failure
      #expect(failure?.kind == kind, "\(suite.one.name): \(status) \(code)")
      #expect(failure?.call != nil)
      if kind == .denied { #expect(failure?.permission != nil) }
    }
    var cut = AzureStore.account()
    cut.readAnswer = Reply(200, isData ? "<html>" : "{\"type\":")
    #expect([.protocolBroken, nil].contains(suite.read(cut).failure?.kind))
    if case .present? = suite.read(cut).output { Issue.record("a cut answer is read as a value") }
    if case .absent? = suite.read(cut).output { Issue.record("a cut answer is read as absent") }
    for reply in [
      Reply.armError(405, "MethodNotAllowed"), .armError(501, "NotImplemented"),
      .arm(200, ["type": "Microsoft.Web/sites", "properties": [:]]),
    ] {
      var store = AzureStore.account()
      store.readAnswer = reply
      guard case .unsupported? = suite.read(store).output else {
        Issue.record("\(suite.one.name): \(reply.status) is not read as unsupported")
        continue
      }
    }
  }

  @Test("what answers otherwise is never written to", arguments: cases.indices) func wrongCalls(_ index: Int) throws {
    let suite = AzureConformance(one: Self.cases[index])
    for reply in [Reply.armError(405, "MethodNotAllowed"), .armError(501, "NotImplemented"), .arm(200, ["value": []])] {
      var store = AzureStore.account()
      store.readAnswer = reply
      let desired = try suite.desired
      // An empty list is what a place without roles answers.
      if suite.one.facet.name == "assignments", reply.status == 200 { continue }
      // A legal hold is an action, which is sent without a look.
      if suite.one.facet.name == "legalHold" { continue }
      let written = try suite.write(FacetChange(before: nil, after: desired), &store)
      #expect(written.calls.filter { !$0.reads } == [], "\(suite.one.name) after \(reply.status)")
      #expect(written.failure != nil)
      guard suite.one.facet.schema.cleared != nil else { continue }
      let cleared = try suite.write(FacetChange(before: desired, after: nil), &store)
      #expect(cleared.calls.filter { !$0.reads } == [])
    }
  }

  @Test("every call says what it needs", arguments: cases.indices) func permissions(_ index: Int) throws {
    let suite = AzureConformance(one: Self.cases[index])
    var store = AzureStore.account()
    let written = try suite.write(FacetChange(before: nil, after: try suite.desired), &store)
    for call in suite.read(store).calls + written.calls {
      let permission = try #require(call.permissions.first)
      let isRole = suite.one.facet.name == "assignments"
      #expect(
        permission.action.hasPrefix(
          isRole ? "Microsoft.Authorization/roleAssignments/" : "Microsoft.Storage/storageAccounts/"))
      #expect(
        permission.resource.hasPrefix("/subscriptions/00000000-aaaa-bbbb-cccc-000000000002/resourceGroups/rg-storage/"))
      #expect(call.reads == permission.action.hasSuffix("read"), "\(call.line)")
    }
  }

  @Test(
    "canonical form is idempotent on random values, and what is canonical survives the wire", arguments: cases.indices)
  func randomValues(_ index: Int) throws {
    let one = Self.cases[index]
    // Roles are made of settings, whose own texts AzureGrantTests go through.
    if one.facet.name == "assignments" { return }
    for seed in UInt64(0)..<150 {
      var random = CooperSchema.SplitMix64(seed: seed)
      guard let value = sample(one.facet.schema.shape, using: &random),
        one.facet.schema.problems(value).isEmpty,
        one.target.address.section == "buckets"
          || AzureAccountSupport.support.facetProblem(one.facet.name, value).isEmpty
      else { continue }
      let suite = AzureConformance(
        one: AzureFixture.Case(facet: one.facet, name: one.name, target: one.target, value: value))
      let desired = try suite.desired
      let again = try one.facet.canonical(desired, one.target.site)
      #expect(again == desired, "seed \(seed)")
      var store = AzureStore.account()
      guard desired != one.facet.schema.cleared else { continue }
      let written = try suite.write(FacetChange(before: nil, after: desired), &store)
      #expect(written.failure == nil, "seed \(seed)")
      #expect(suite.observed(store, desired) == desired, "\(one.facet.name) seed \(seed)")
    }
  }

  @Test("requests are the recorded ones, byte for byte", arguments: cases.indices) func goldens(_ index: Int) throws {
    let suite = AzureConformance(one: Self.cases[index])
    var store = AzureStore.account()
    let desired = try suite.desired
    var calls = suite.read(store).calls
    calls += try suite.write(FacetChange(before: nil, after: desired), &store).calls
    if suite.one.facet.schema.cleared != nil {
      calls += try suite.write(FacetChange(before: desired, after: nil), &store).calls
    }
    let text = calls.map(\.golden).joined(separator: "---\n")
    #expect(Golden("Goldens").difference(text, "\(suite.one.facet.name).\(suite.one.name).txt") == nil)
  }

  @Test("with a key there is nothing of an account, and immutability and holds are Resource Manager's")
  func keyReachesData() throws {
    for facet in StorageAccount.facets {
      let run = ProcedureRun(facet.read(AzureFixture.account("accountKey"))) { _ in Reply(500) }
      guard case .unsupported(let reason)? = run.output else {
        Issue.record("\(facet.name) is read with a key")
        continue
      }
      #expect(run.calls.isEmpty && reason.contains("Entra ID"))
    }
    for facet in [AnyFacet(AzureImmutability.self), AnyFacet(AzureLegalHold.self)] {
      var store = AzureStore.account()
      let run = ProcedureRun(facet.read(AzureFixture.container("sas"))) { store.answer($0) }
      if case .unsupported? = run.output { continue }
      Issue.record("\(facet.name) is read with a signature")
    }
  }
}
