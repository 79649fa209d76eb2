import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import GCSProvider

/// Every row of provider-quirks section 4, and the threads that they come from.
@Suite("GCS quirks: a second plan is empty, and nothing gets lost") struct GCSQuirkTests {
  /// A facet as it is observed in a document with these fields.
  private func observed<F: Facet>(_ facet: F.Type, _ fields: ValueMap) -> Observed<Value>? {
    var store = GCSStore()
    for pair in fields { store.document[pair.key] = pair.value == .null ? nil : pair.value }
    return GCSFixture.suite(AnyFacet(facet)).read(&store).output
  }

  /// What is observed, as it is compared with what is desired.
  private func compared<F: Facet>(_ facet: F.Type, _ fields: ValueMap, to desired: Value) throws -> Value? {
    guard case .present(let value)? = observed(facet, fields) else { return nil }
    let facet = AnyFacet(facet)
    return facet.comparable(value, to: try facet.canonical(desired, GCSFixture.site), on: GCSFixture.target())
  }

  private func body<F: Facet>(_ facet: F.Type, from before: Value?, to after: Value?) throws -> Value? {
    var store = GCSStore()
    let run = try GCSFixture.suite(AnyFacet(facet)).write(FacetChange(before: before, after: after), &store)
    return try run.calls.first { $0.method == .patch }.map { try ValueJSON.decode($0.body) }
  }

  private func rules(_ rules: Value...) -> ValueMap { ["lifecycle": ["rule": .list(rules)]] }

  // MARK: Lifecycle

  @Test("hashicorp/terraform-provider-google#17990: a condition of zero is read, kept and written")
  func zeroConditions() throws {
    let native: Value = ["action": ["type": "Delete"], "condition": ["age": 0, "isLive": true]]
    #expect(
      observed(GCSLifecycle.self, rules(native))
        == .present(["delete-0d-\(Self.liveDigest)": ["expiration": ["after": "0s"]]]))
    let body = try body(GCSLifecycle.self, from: nil, to: ["r": ["expiration": ["after": "0d"]]])
    #expect(body == ["lifecycle": ["rule": [native]]])
  }

  private static let liveDigest = String(
    Digest.sha256Hex(ValueJSON.encode(["isLive": true], pretty: false)).prefix(8))

  @Test(
    "#14044, #17219: a zero beside others is dropped nowhere",
    arguments: ["age", "daysSinceCustomTime", "daysSinceNoncurrentTime", "numNewerVersions"])
  func zeroBesideOthers(_ condition: String) throws {
    let native: Value = [
      "action": ["type": "Delete"], "condition": .map([condition: 0, "createdBefore": "2025-01-01", "isLive": false]),
    ]
    guard case .present(let value)? = observed(GCSLifecycle.self, rules(native)) else {
      Issue.record("nothing is read")
      return
    }
    let written = try body(GCSLifecycle.self, from: nil, to: value)?["lifecycle"]?["rule"]?.list?.first?["condition"]
    #expect(written?[condition] == 0)
    #expect(written?["createdBefore"] == "2025-01-01")
  }

  @Test("#17990: numbers come as numbers or as text") func numbersAsText() {
    let text: Value = ["action": ["type": "Delete"], "condition": ["age": "30", "isLive": true]]
    let number: Value = ["action": ["type": "Delete"], "condition": ["age": 30, "isLive": true]]
    #expect(observed(GCSLifecycle.self, rules(text)) == observed(GCSLifecycle.self, rules(number)))
    #expect(observed(GCSSoftDelete.self, ["softDeletePolicy": ["retentionDurationSeconds": 604_800]]) == .present("7d"))
    #expect(
      observed(GCSSoftDelete.self, ["softDeletePolicy": ["retentionDurationSeconds": "604800"]]) == .present("7d"))
  }

  @Test("a deletion without a condition is refused by the codec too, whatever the checks before said")
  func deleteWithoutCondition() throws {
    let rule: Value = ["r": ["expiration": [:], "conditions": ["versions": "all"]]]
    let facet = AnyFacet(GCSLifecycle.self)
    #expect(LifecycleRule.facet.problems(rule).map(\.code) == ["LIF0001"])
    #expect(throws: CallFailure.self) {
      try facet.write(FacetChange(before: nil, after: try facet.canonical(rule, GCSFixture.site)), GCSFixture.target())
    }
  }

  @Test("a condition or action that isn't known here makes the facet unknown: leaving it out would widen the rule")
  func unknownConditions() {
    for native: Value in [
      ["action": ["type": "Delete"], "condition": ["age": 1, "newThing": true]],
      ["action": ["type": "Encrypt"], "condition": ["age": 1]],
    ] {
      var store = GCSStore()
      store.document["lifecycle"] = ["rule": [native]]
      let run = GCSFixture.suite(AnyFacet(GCSLifecycle.self)).read(&store)
      #expect(run.failure?.kind == .protocolBroken && run.output == nil)
    }
  }

  @Test("rules have no ids and no order: those of the YAML come back for what does the same") func ids() throws {
    let desired: Value = [
      "b": ["expiration": ["after": "30d"], "abortMultipartAfter": "7d"],
      "a": ["expiration": ["after": "1d"], "prefix": "x"],
    ]
    let natives: [Value] = [
      ["action": ["type": "AbortIncompleteMultipartUpload"], "condition": ["age": 7]],
      ["action": ["type": "Delete"], "condition": ["age": 1, "isLive": true, "matchesPrefix": ["x"]]],
      ["action": ["type": "Delete"], "condition": ["age": 30, "isLive": true]],
    ]
    #expect(try compared(GCSLifecycle.self, rules(natives[0], natives[1], natives[2]), to: desired) == desired)
    #expect(try compared(GCSLifecycle.self, rules(natives[2], natives[0], natives[1]), to: desired) == desired)
    let partly = try compared(GCSLifecycle.self, rules(natives[1], natives[2]), to: desired)
    #expect(partly?["a"] == desired["a"] && partly?["b"] == nil && partly?.map?.count == 2)
  }

  @Test("a marker that is off takes nothing from an expiration, and alone is none") func markerOff() throws {
    let suite = GCSFixture.suite(AnyFacet(GCSLifecycle.self))
    let off: Value = ["old": ["expiration": ["after": "71d", "expiredObjectDeleteMarker": false]]]
    #expect(suite.roundTrip(off, neighbours: []) == [])
    var store = GCSStore()
    let desired = try suite.facet.canonical(off, GCSFixture.site)
    _ = try suite.write(FacetChange(before: nil, after: desired), &store)
    #expect(store.document["lifecycle"]?["rule"]?.list?.first?["condition"]?["age"] == 71)
    let alone = try suite.facet.canonical(
      ["old": ["expiration": ["expiredObjectDeleteMarker": false]]], GCSFixture.site)
    #expect(alone["old"]?["expiration"] == nil)
  }

  @Test("a condition's description that is empty comes back as none") func emptyDescription() {
    let condition: Value = ["title": "t", "description": "", "expression": "e"]
    let binding: Value = ["role": "roles/storage.admin", "members": ["user:a@b.example"], "condition": condition]
    #expect(GCSFixture.suite(AnyFacet(GCSIAM.self)).roundTrip([binding], neighbours: []) == [])
  }

  @Test("isLive absent is any version, and not the same as true") func isLive() {
    let any: Value = ["action": ["type": "Delete"], "condition": ["age": 30]]
    #expect(
      observed(GCSLifecycle.self, rules(any))
        == .present(["delete-30d": ["expiration": ["after": "30d"], "conditions": ["versions": "all"]]]))
  }

  @Test("keep counts noncurrent versions, Google the live one too: never fewer stay than were asked for") func keep()
    throws
  {
    let body = try body(GCSLifecycle.self, from: nil, to: ["r": ["noncurrentExpiration": ["after": "30d", "keep": 3]]])
    #expect(
      body?["lifecycle"]?["rule"]?.list?.first?["condition"] == ["daysSinceNoncurrentTime": 30, "numNewerVersions": 4])
  }

  @Test("a rule with several prefixes is a rule for each, written back as such") func prefixes() {
    let native: Value = [
      "action": ["type": "Delete"],
      "condition": ["age": 1, "isLive": true, "matchesPrefix": ["a", "b"], "matchesSuffix": ["c"]],
    ]
    guard case .present(let value)? = observed(GCSLifecycle.self, rules(native)) else { return }
    #expect(value.map?.compactMap { $0.value["prefix"]?.string }.sorted() == ["a", "b"])
  }

  @Test(
    "GoogleCloudPlatform/k8s-config-connector#554, #595, crossplane-contrib/provider-upjet-gcp#869: rules are removed by an empty list"
  )
  func removedLifecycle() throws {
    #expect(
      try body(GCSLifecycle.self, from: ["r": ["expiration": ["after": "1d"]]], to: nil) == ["lifecycle": ["rule": []]])
    #expect(try body(GCSCORS.self, from: [["origins": ["a"], "methods": ["GET"]]], to: nil) == ["cors": []])
  }

  // MARK: Fields

  @Test("location comes back in capitals") func location() {
    #expect(Location.canonical("EUROPE-WEST1") == "europe-west1")
    #expect(Location.canonical("eu") == "EU" && Location.canonical("EUR4") == "EUR4")
  }

  @Test("storageClass: STANDARD by default, and classes of old are no other names") func storageClass() throws {
    #expect(observed(GCSStorageClass.self, [:]) == .present("STANDARD"))
    #expect(observed(GCSStorageClass.self, ["storageClass": "MULTI_REGIONAL"]) == .present("MULTI_REGIONAL"))
  }

  @Test("labels: goog- ones are others' and never touched; null takes one away, and no other") func labels() throws {
    #expect(observed(GCSLabels.self, ["labels": ["goog-dataproc": "x", "team": "a"]]) == .present(["team": "a"]))
    #expect(observed(GCSLabels.self, ["labels": ["goog-dataproc": "x"]]) == .absent)
    #expect(
      try body(GCSLabels.self, from: ["team": "a", "old": "1"], to: ["team": "b"]) == [
        "labels": ["team": "b", "old": .null]
      ])
    #expect(GCSBucketSupport.support.facetProblem("tags", ["goog-x": "y"]).map(\.code) == ["GCS0101"])
  }

  @Test("PATCH: null clears, what isn't named stays") func explicitNull() throws {
    #expect(
      try body(GCSWebsite.self, from: ["index": "i", "error": "e"], to: ["index": "i"])
        == ["website": ["mainPageSuffix": "i", "notFoundPage": .null]])
    #expect(try body(GCSWebsite.self, from: ["index": "i"], to: nil) == ["website": .null])
    #expect(try body(GCSLogging.self, from: ["bucket": "l"], to: nil) == ["logging": .null])
    #expect(try body(GCSRetention.self, from: "30d", to: nil) == ["retentionPolicy": .null])
    #expect(
      try body(GCSEncryption.self, from: ["kmsKey": "k"], to: nil) == ["encryption": ["defaultKmsKeyName": .null]])
  }

  @Test("softDeletePolicy: seven days by default, zero is off, and the time it counts from is nobody's setting")
  func softDelete() throws {
    #expect(observed(GCSSoftDelete.self, [:]) == .present("7d"))
    #expect(observed(GCSSoftDelete.self, ["softDeletePolicy": .null]) == .absent)
    #expect(observed(GCSSoftDelete.self, ["softDeletePolicy": ["retentionDurationSeconds": "0"]]) == .present("0s"))
    #expect(
      try body(GCSSoftDelete.self, from: "7d", to: "0s") == ["softDeletePolicy": ["retentionDurationSeconds": "0"]])
  }

  @Test("versioning, website and autoclass: nothing is the same as off") func offIsNothing() {
    #expect(observed(GCSVersioning.self, [:]) == observed(GCSVersioning.self, ["versioning": ["enabled": false]]))
    #expect(observed(GCSAutoclass.self, [:]) == observed(GCSAutoclass.self, ["autoclass": ["enabled": false]]))
    #expect(observed(GCSWebsite.self, ["website": [:]]) == .absent && observed(GCSWebsite.self, [:]) == .absent)
  }

  @Test("rpo: a single region shows none, which is the default") func rpo() {
    #expect(observed(GCSRecoveryPoint.self, ["rpo": .null]) == .present("DEFAULT"))
    #expect(observed(GCSRecoveryPoint.self, ["rpo": "ASYNC_TURBO"]) == .present("ASYNC_TURBO"))
  }

  @Test("hierarchicalNamespace: null is off; only a bucket that is made gets it, and keeps it") func hierarchical()
    throws
  {
    let facet = AnyFacet(GCSHierarchicalNamespace.self)
    #expect(observed(GCSHierarchicalNamespace.self, ["hierarchicalNamespace": ["enabled": false]]) == .absent)
    #expect(observed(GCSHierarchicalNamespace.self, [:]) == .absent)
    #expect(
      observed(GCSHierarchicalNamespace.self, ["hierarchicalNamespace": ["enabled": true]]) == .present("enabled"))
    for change in [FacetChange<Value>(before: nil, after: "enabled"), FacetChange(before: "enabled", after: nil)] {
      #expect(throws: CallFailure.self) { try facet.write(change, GCSFixture.target()) }
    }
    var target = GCSFixture.target()
    #expect(try ValueJSON.decode(CreateBucket.call(target).body)["hierarchicalNamespace"] == nil)
    target.atCreation = ["hierarchicalNamespace": "enabled"]
    #expect(try ValueJSON.decode(CreateBucket.call(target).body)["hierarchicalNamespace"] == ["enabled": true])
    _ = try facet.write(FacetChange(before: nil, after: "enabled"), target)
  }

  @Test("autoclass.terminalStorageClass is filled in, and counts only if the YAML names it") func terminalClass() throws
  {
    let filled: ValueMap = ["autoclass": ["enabled": true, "terminalStorageClass": "NEARLINE"]]
    #expect(try compared(GCSAutoclass.self, filled, to: "enabled") == "enabled")
    #expect(try compared(GCSAutoclass.self, filled, to: ["terminalClass": "ARCHIVE"]) == ["terminalClass": "NEARLINE"])
  }

  @Test("hashicorp/terraform-provider-google#1905: logObjectPrefix is by default the bucket's own name")
  func logPrefix() throws {
    let filled: ValueMap = ["logging": ["logBucket": "logs", "logObjectPrefix": "acme-data"]]
    #expect(try compared(GCSLogging.self, filled, to: ["bucket": "logs"]) == ["bucket": "logs"])
    #expect(
      try compared(GCSLogging.self, filled, to: ["bucket": "logs", "prefix": "acme-data"])
        == ["bucket": "logs", "prefix": "acme-data"])
    let other: ValueMap = ["logging": ["logBucket": "logs", "logObjectPrefix": "x"]]
    #expect(try compared(GCSLogging.self, other, to: ["bucket": "logs"]) == ["bucket": "logs", "prefix": "x"])
  }

  @Test("iamConfiguration: bucketPolicyOnly repeats uniform access, and a time limit is added") func uniformAccess() {
    let iam: Value = [
      "bucketPolicyOnly": ["enabled": true, "lockedTime": "2027-01-01T00:00:00Z"],
      "uniformBucketLevelAccess": ["enabled": false],
    ]
    #expect(observed(GCSUniformAccess.self, ["iamConfiguration": iam]) == .present("disabled"))
    #expect(observed(GCSPublicAccess.self, ["iamConfiguration": iam]) == .present("allowed"), "absent is inherited")
  }

  @Test("CORS: sets inside a rule, a list of rules, methods OPTIONS and *, and an age of zero is none") func cors()
    throws
  {
    let fields: ValueMap = [
      "cors": [
        ["origin": ["b", "a"], "method": ["PUT", "*", "OPTIONS"], "responseHeader": ["x"]],
        ["origin": ["c"], "method": ["GET"]],
      ]
    ]
    let desired: Value = [
      ["origins": ["a", "b"], "methods": ["*", "OPTIONS", "PUT"], "headers": ["x"], "maxAge": "0s"],
      ["id": "c", "origins": ["c"], "methods": ["GET"]],
    ]
    let facet = AnyFacet(GCSCORS.self)
    #expect(try compared(GCSCORS.self, fields, to: desired) == facet.canonical(desired, GCSFixture.site))
    #expect(CORSRule.facet.problems(desired) == [])
    #expect(CORSRule.methodProblems(desired, allowed: CORSRule.methodNamesOfS3).map(\.code) == ["COR0001", "COR0001"])
  }

  // MARK: Retention

  @Test("a lock is a call of its own behind the PATCH, bound to the metageneration that the PATCH made") func lock()
    throws
  {
    var store = GCSStore()
    let suite = GCSFixture.suite(AnyFacet(GCSRetention.self))
    let run = try suite.write(
      FacetChange(before: nil, after: ["period": "30d", "locked": true]), &store, revision: "1")
    #expect(run.calls.map(\.path) == [[], ["lockRetentionPolicy"]])
    #expect(run.calls.last?.query == [QueryItem("ifMetagenerationMatch", "2")] && run.calls.last?.idempotent == false)
    #expect(store.document["retentionPolicy"]?["isLocked"] == true)
    let alone = try suite.write(
      FacetChange(before: "30d", after: ["period": "30d", "locked": true]), &store, revision: "1")
    #expect(alone.failure?.kind == .stale && alone.methods == [.get], "the bucket moved since the plan")
  }

  @Test("a locked policy is never shortened, removed or unlocked; to lock needs a consent") func locked() throws {
    let facet = AnyFacet(GCSRetention.self)
    let locked: Value = ["period": "30d", "locked": true]
    for after: Value? in [nil, "30d", ["period": "29d", "locked": true]] {
      #expect(throws: CallFailure.self) {
        try facet.write(FacetChange(before: locked, after: after), GCSFixture.target())
      }
    }
    _ = try facet.write(FacetChange(before: locked, after: ["period": "31d", "locked": true]), GCSFixture.target())
    let risks = facet.risks(FacetChange(before: "30d", after: locked), GCSFixture.target())
    #expect(risks.map(\.kind) == [.locksRetention] && risks.allSatisfy(\.needsConsent))
    #expect(facet.risks(FacetChange(before: "30d", after: "1d"), GCSFixture.target()).map(\.kind) == [.losesData])
  }

  // MARK: Preconditions

  @Test("another metageneration than the plan's is stale, and what is as wanted already is done") func stale() throws {
    let suite = GCSFixture.suite(AnyFacet(GCSLabels.self))
    var store = GCSStore()
    store.metageneration = 5
    let refused = try suite.write(FacetChange(before: nil, after: ["team": "a"]), &store, revision: "4")
    #expect(refused.failure?.kind == .stale && refused.methods == [.patch, .get])
    // A first attempt whose answer was lost.
    store.document["labels"] = ["team": "a", "goog-x": "y"]
    let repeated = try suite.write(FacetChange(before: nil, after: ["team": "a"]), &store, revision: "4")
    #expect(repeated.failure == nil && repeated.methods == [.patch, .get])
  }

  @Test("a rule of the organisation answers 412 too, and is no stale plan") func constraint() throws {
    var store = GCSStore()
    store.writeAnswer = .google(
      412, "conditionNotMet", "Request violates constraint 'constraints/storage.publicAccessPrevention'")
    let run = try GCSFixture.suite(AnyFacet(GCSPublicAccess.self)).write(
      FacetChange(before: "blocked", after: "allowed"), &store, revision: "1")
    #expect(run.failure?.kind == .invalid)
  }

  @Test("fragments of all facets become one PATCH") func onePatch() throws {
    let changes: [(AnyFacet, Value)] = [
      (AnyFacet(GCSPublicAccess.self), "blocked"), (AnyFacet(GCSUniformAccess.self), "enabled"),
      (AnyFacet(GCSVersioning.self), "enabled"), (AnyFacet(GCSLabels.self), ["a": "b"]),
    ]
    let fragments = try changes.compactMap { facet, value -> Value? in
      guard
        case .patch(let fragment) = try facet.write(FacetChange(before: nil, after: value), GCSFixture.target()).content
      else { return nil }
      return fragment
    }
    var store = GCSStore()
    let run = ProcedureRun(PatchBucket(fragments, GCSFixture.target(), revision: "1")) { store.answer($0) }
    #expect(run.methods == [.patch])
    #expect(
      try ValueJSON.decode(run.calls[0].body) == [
        "iamConfiguration": ["publicAccessPrevention": "enforced", "uniformBucketLevelAccess": ["enabled": true]],
        "versioning": ["enabled": true], "labels": ["a": "b"],
      ])
  }

  // MARK: IAM

  private func binding(_ role: String, _ members: Value) -> Value { ["role": .string(role), "members": members] }

  @Test(
    "hashicorp/terraform-provider-google#7853, #6833: a 412 is read anew and never sent again; others' changes stay")
  func iamConflict() throws {
    var store = GCSStore()
    store.beforeWrite = { store in
      store.policy["bindings"] = .list(
        (store.policy["bindings"]?.list ?? []) + [["role": "roles/x", "members": ["user:late@acme.example"]]])
      store.metageneration += 1
    }
    let before: Value = [binding("roles/storage.legacyBucketOwner", ["projectEditor:acme", "projectOwner:acme"])]
    let after: Value = [
      binding("roles/storage.legacyBucketOwner", ["projectOwner:acme"]), binding("roles/y", ["user:a@acme.example"]),
    ]
    let run = try GCSFixture.suite(AnyFacet(GCSIAM.self)).write(FacetChange(before: before, after: after), &store)
    #expect(run.failure == nil && run.methods == [.get, .put, .get, .put])
    #expect(
      store.policy["bindings"] == [
        binding("roles/storage.legacyBucketOwner", ["projectOwner:acme"]),
        binding("roles/x", ["user:late@acme.example"]),
        binding("roles/y", ["user:a@acme.example"]),
      ])
    #expect(store.policy["auditConfigs"] == [], "what else the policy holds stays")
  }

  @Test("IAM: conditions are asked for, kept, and written in version 3; order means nothing; deleted members are read")
  func iamConditions() throws {
    #expect(PolicyPlace.bucket("acme-data").get.query == [QueryItem("optionsRequestedPolicyVersion", "3")])
    let condition: Value = ["title": "t", "expression": "true"]
    var store = GCSStore()
    store.policy["bindings"] = [
      ["role": "roles/v", "members": ["deleted:user:b@x?uid=1", "user:a@x"], "condition": condition],
      binding("roles/v", ["user:a@x"]),
    ]
    let facet = AnyFacet(GCSIAM.self)
    let suite = GCSFixture.suite(facet, store: store)
    let desired: Value = [
      binding("roles/v", ["user:a@x"]),
      ["role": "roles/v", "members": ["user:a@x", "deleted:user:b@x?uid=1"], "condition": condition],
    ]
    #expect(suite.read(&store).output == .present(try facet.canonical(desired, GCSFixture.site)))
    let more = [binding("roles/w", ["user:c@x"])] + (desired.list ?? [])
    let run = try suite.write(FacetChange(before: desired, after: .list(more)), &store)
    #expect(run.failure == nil && store.policy["version"] == 3)
    #expect((store.policy["bindings"]?.list ?? []).contains { $0["condition"] == condition })
  }

  @Test("IAM: every member gained widens access; nobody left who may change rights locks out") func iamRisks() {
    let facet = AnyFacet(GCSIAM.self)
    let owner = binding("roles/storage.admin", ["user:a@x"])
    let risks = facet.risks(
      FacetChange(before: [owner], after: [binding("roles/storage.objectViewer", ["allUsers"])]), GCSFixture.target())
    #expect(risks.map(\.kind) == [.widensAccess, .locksOut])
    #expect(risks.first?.message == "everybody gains roles/storage.objectViewer")
  }
}
