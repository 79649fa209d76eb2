import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import AzureProvider

/// Each row of provider-quirks section 5 as behaviour. Numbers are of hashicorp/terraform-provider-azurerm.
@Suite("What Azure normalises, defaults and omits") struct AzureQuirkTests {
  private func document(_ properties: Value, _ type: String = "storageAccounts/blobServices") -> Reply {
    .arm(200, ["name": "default", "type": .string("Microsoft.Storage/" + type), "properties": properties])
  }

  private func read<F: Facet>(_ facet: F.Type, _ reply: Reply, _ target: Target = AzureFixture.account()) -> Observed<
    Value
  >? {
    ProcedureRun(AnyFacet(facet).read(target)) { _ in reply }.output
  }

  /// Writes through the store and returns what each written document holds.
  private func write(_ fragments: [Value], _ store: inout AzureStore, _ revision: String? = nil) -> ProcedureRun<Void> {
    ProcedureRun(AccountDocument.combine(fragments, AzureFixture.account(), revision)) { store.answer($0) }
  }

  private func fragment<F: Facet>(_ facet: F.Type, _ before: F.Model?, _ after: F.Model?) throws -> Value {
    guard
      case .patch(let value) = try F.write(FacetChange(before: before, after: after), on: AzureFixture.account())
        .content
    else { return .null }
    return value
  }

  @Test("#2977, #15683, #27899: 403 AuthorizationFailure of data is denied, never absent, and names the firewall")
  func firewall() {
    let target = AzureFixture.container("accountKey")
    let reply = Reply(403, headers: [Header("x-ms-error-code", "AuthorizationFailure")])
    let run = ProcedureRun(Container.kind.find(target)) { _ in reply }
    #expect(run.failure?.kind == .denied)
    #expect(run.failure?.message.contains("firewall") == true)
    #expect(run.failure?.permission != nil)
  }

  @Test("#22255: one document of the blob service; changing one field sends all others back as they were")
  func blobServiceIsOneDocument() throws {
    var store = AzureStore.account()
    let cors: Value = [
      "corsRules": [
        [
          "allowedOrigins": ["*"], "allowedMethods": ["GET", "OPTIONS"], "allowedHeaders": [], "exposedHeaders": [],
          "maxAgeInSeconds": 0,
        ]
      ]
    ]
    store.documents["blobServices/default"] = [
      "type": "Microsoft.Storage/storageAccounts/blobServices",
      "properties": [
        "cors": cors, "defaultServiceVersion": "2020-06-12", "changeFeed": ["enabled": true, "retentionInDays": 90],
        "isVersioningEnabled": true,
        "deleteRetentionPolicy": ["enabled": true, "days": 7, "allowPermanentDelete": true],
        "restorePolicy": ["enabled": true, "days": 3, "minRestoreTime": "2026-01-01T00:00:00Z"],
      ],
    ]
    let run = write([try fragment(AzureSoftDelete.self, nil, AccountSoftDelete(value: ["blobs": "14d"]))], &store)
    #expect(run.failure == nil)
    let written = store.documents["blobServices/default"]?["properties"]
    #expect(written?["cors"] == cors)
    #expect(written?["defaultServiceVersion"] == "2020-06-12")
    #expect(written?["changeFeed"] == ["enabled": true, "retentionInDays": 90])
    #expect(written?["deleteRetentionPolicy"] == ["enabled": true, "days": 14, "allowPermanentDelete": true])
    #expect(written?["containerDeleteRetentionPolicy"] == ["enabled": false])
    // What the service fills in by itself doesn't go back.
    #expect(written?["restorePolicy"] == ["enabled": true, "days": 3])
  }

  @Test("several facets of one document are one write, and each document is written once") func oneWriteEach() throws {
    var store = AzureStore.account()
    let run = write(
      [
        try fragment(AzureVersioning.self, nil, .enabled), try fragment(AzureChangeFeed.self, nil, .enabled),
        try fragment(AzureMinimumTLS.self, nil, .tls12), try fragment(AzurePublicAccess.self, nil, .blocked),
        try fragment(AzureLifecycle.self, nil, ["r": LifecycleRule(expiration: .init(after: .days(1)))]),
      ], &store)
    #expect(run.methods == [.get, .patch, .get, .put, .get, .put])
  }

  @Test("#22109: soft delete that is absent, off, or for zero days reads alike; off has no days on the wire")
  func softDelete() throws {
    let cases: [Value] = [
      [:], ["deleteRetentionPolicy": .null], ["deleteRetentionPolicy": ["enabled": false]],
      ["deleteRetentionPolicy": ["enabled": true, "days": 0]],
      ["deleteRetentionPolicy": ["enabled": false, "days": 7]],
    ]
    for properties in cases { #expect(read(AzureSoftDelete.self, document(properties)) == .absent) }
    #expect(
      read(AzureSoftDelete.self, document(["deleteRetentionPolicy": ["enabled": true, "days": .number(7.0)]]))
        == .present(["blobs": "7d"]))
    let off = try fragment(AzureSoftDelete.self, AccountSoftDelete(blobs: .days(7), containers: nil), nil)
    #expect(off["blobService"]?["deleteRetentionPolicy"] == ["enabled": false, "days": .null])
    #expect(try AnyFacet(AzureSoftDelete.self).canonical("0s", AzureFixture.site()) == AzureSoftDelete.schema.cleared)
  }

  @Test("a restore policy needs versioning, change feed and soft delete: what would switch one off is not sent")
  func restorePolicy() throws {
    var store = AzureStore.account()
    store.documents["blobServices/default"] = [
      "type": "Microsoft.Storage/storageAccounts/blobServices",
      "properties": [
        "restorePolicy": ["enabled": true, "days": 3], "isVersioningEnabled": true, "changeFeed": ["enabled": true],
        "deleteRetentionPolicy": ["enabled": true, "days": 7],
      ],
    ]
    let run = write([try fragment(AzureVersioning.self, .enabled, .suspended)], &store)
    #expect(run.failure?.code == "AZU0111" && run.methods == [.get])
  }

  private let theirs: Value = [
    "name": "trim", "enabled": true, "type": "Lifecycle",
    "definition": [
      "filters": ["blobTypes": ["blockBlob", "appendBlob"], "prefixMatch": ["logs/"]],
      "actions": [
        "baseBlob": [
          "tierToCool": ["daysAfterLastAccessTimeGreaterThan": .number(30.0)], "enableAutoTierToHotFromCool": true,
          "tierToArchive": [
            "daysAfterModificationGreaterThan": .number(90.0), "daysAfterLastTierChangeGreaterThan": .number(7.0),
          ],
          "delete": ["daysAfterModificationGreaterThan": .number(400.0)],
        ], "snapshot": ["delete": ["daysAfterCreationGreaterThan": .number(10.0)]],
      ],
    ],
  ]

  @Test("#18583: one policy per account; a rule that is written keeps what the language has no words for")
  func policyKeepsItsParts() throws {
    var store = AzureStore.account()
    store.documents["managementPolicies/default"] = [
      "type": "Microsoft.Storage/storageAccounts/managementPolicies", "properties": ["policy": ["rules": [theirs]]],
    ]
    let rule = LifecycleRule(prefix: "logs/", transitions: [.init(to: "Archive", after: .days(60))])
    let run = write([try fragment(AzureLifecycle.self, nil, ["trim": rule])], &store)
    #expect(run.failure == nil)
    let written = store.documents["managementPolicies/default"]?["properties"]?["policy"]?["rules"]?.list?.first?[
      "definition"]
    #expect(written?["filters"]?["blobTypes"] == ["blockBlob", "appendBlob"])
    #expect(written?["actions"]?["snapshot"] == ["delete": ["daysAfterCreationGreaterThan": .number(10.0)]])
    let base = written?["actions"]?["baseBlob"]
    #expect(base?["tierToCool"] == ["daysAfterLastAccessTimeGreaterThan": .number(30.0)])
    #expect(base?["enableAutoTierToHotFromCool"] == true)
    #expect(
      base?["tierToArchive"] == [
        "daysAfterModificationGreaterThan": 60, "daysAfterLastTierChangeGreaterThan": .number(7.0),
      ])
    // The language can say when blobs are deleted, and says it no longer.
    #expect(base?["delete"] == nil)
  }

  @Test("#15821: one age in an action; a rule by last access that is written by age loses the other") func oneAge()
    throws
  {
    var store = AzureStore.account()
    store.documents["managementPolicies/default"] = [
      "type": "Microsoft.Storage/storageAccounts/managementPolicies", "properties": ["policy": ["rules": [theirs]]],
    ]
    let rule = LifecycleRule(prefix: "logs/", transitions: [.init(to: "Cool", after: .days(60))])
    _ = write([try fragment(AzureLifecycle.self, nil, ["trim": rule])], &store)
    let base = store.documents["managementPolicies/default"]?["properties"]?["policy"]?["rules"]?.list?.first?[
      "definition"]?["actions"]?["baseBlob"]
    #expect(base?["tierToCool"] == ["daysAfterModificationGreaterThan": 60])
  }

  @Test("days are doubles; zero is an age and not the same as none (#15821)") func days() throws {
    let rules: Value = [
      [
        "name": "r", "enabled": true,
        "definition": [
          "filters": ["blobTypes": ["blockBlob"]],
          "actions": [
            "baseBlob": [
              "tierToCool": ["daysAfterModificationGreaterThan": .number(0.0)],
              "delete": ["daysAfterModificationGreaterThan": .number(30.0)],
            ]
          ],
        ],
      ]
    ]
    let found = read(AzureLifecycle.self, document(["policy": ["rules": rules]], "storageAccounts/managementPolicies"))
    #expect(
      found == .present(["r": ["expiration": ["after": "30d"], "transitions": [["to": "Cool", "after": "0s"]]]]))
    let element = try fragment(
      AzureLifecycle.self, nil, ["r": LifecycleRule(transitions: [.init(to: "Cool", after: .days(0))])])
    let base = element["policy"]?["rules"]?.list?.first?["definition"]?["actions"]?["baseBlob"]
    #expect(base == ["tierToCool": ["daysAfterModificationGreaterThan": 0]])
  }

  @Test("no policy is absent, no account is not") func absence() {
    #expect(read(AzureLifecycle.self, .armError(404, "ManagementPolicyNotFound")) == .absent)
    let run = ProcedureRun(AnyFacet(AzureLifecycle.self).read(AzureFixture.account())) { _ in
      .armError(404, "ResourceNotFound")
    }
    #expect(run.failure?.kind == .notFound)
  }

  @Test("a policy is deleted only after a GET showed one") func clearing() throws {
    var store = AzureStore.account()
    #expect(write([try fragment(AzureLifecycle.self, [:], nil)], &store).methods == [.get])
    store.documents["managementPolicies/default"] = [
      "type": "Microsoft.Storage/storageAccounts/managementPolicies", "properties": ["policy": ["rules": [theirs]]],
    ]
    #expect(write([try fragment(AzureLifecycle.self, [:], nil)], &store).methods == [.get, .delete])
  }

  @Test("public access of a container: absent is none; metadata comes back in lower case") func containers() throws {
    let type = "storageAccounts/blobServices/containers"
    let target = AzureFixture.container()
    #expect(read(AzureAnonymousAccess.self, document([:], type), target) == .present("none"))
    #expect(read(AzureAnonymousAccess.self, document(["publicAccess": .null], type), target) == .present("none"))
    #expect(
      read(AzureMetadata.self, document(["metadata": ["Owner": "bi"]], type), target) == .present(["owner": "bi"]))
    #expect(read(AzureMetadata.self, document([:], type), target) == .absent)
    #expect(
      try AnyFacet(AzureLegalHold.self).canonical(["Case4711", "b12"], AzureFixture.site()) == ["b12", "case4711"])
  }

  @Test("West Europe is westeurope (R-13)") func regions() {
    let reply = Reply.arm(
      200, ["type": "Microsoft.Storage/storageAccounts", "location": "West Europe", "properties": [:]])
    #expect(ProcedureRun(FindAccount(AzureFixture.account())) { _ in reply }.output == .present(region: "westeurope"))
  }

  @Test("#11772: the kind limits what may be sent") func kinds() throws {
    let premium = AzureFixture.account(kind: "BlockBlobStorage")
    #expect(throws: CallFailure.self) {
      _ = try AzureAccessTier.write(FacetChange(before: nil, after: .hot), on: premium)
    }
    func properties(_ kind: String, _ tier: Value?) -> Value? {
      var target = AzureFixture.account(kind: kind)
      target.desired = ["sku": "Standard_LRS"]
      target.desired["accessTier"] = tier
      let call = CreateAccount.procedure(target).plannedCalls.first
      return call.flatMap { try? ValueJSON.decode($0.body) }?["properties"]
    }
    #expect(properties("BlockBlobStorage", "Cool")?["accessTier"] == nil)
    #expect(properties("BlobStorage", nil)?["accessTier"] == "Hot")
    #expect(properties("StorageV2", nil)?["accessTier"] == nil)
    #expect(properties("StorageV2", "Cool")?["accessTier"] == "Cool")
  }

  @Test("TLS older than 1.2 is no minimum any more") func tls() {
    for word: Value in ["TLS1_0", "TLS1_1", .null] {
      #expect(read(AzureMinimumTLS.self, document(["minimumTlsVersion": word], "storageAccounts")) == .absent)
    }
    #expect(read(AzureMinimumTLS.self, document(["minimumTlsVersion": "TLS1_3"], "storageAccounts")) == .present("1.3"))
  }

  @Test("a marker that is off says nothing: Azure has none") func markerOff() throws {
    let rule: Value = ["old": ["expiration": ["after": "71d", "expiredObjectDeleteMarker": false]]]
    let plain: Value = ["old": ["expiration": ["after": "71d"]]]
    let facet = AnyFacet(AzureLifecycle.self)
    #expect(try facet.canonical(rule, AzureFixture.site()) == facet.canonical(plain, AzureFixture.site()))
  }

  @Test("rules of the firewall are carried through") func networkRules() throws {
    var store = AzureStore.account()
    let rules: Value = [["value": "198.51.100.7", "action": "Allow"]]
    store.documents[""] = (store.documents[""] ?? .null).merged(
      with: ["properties": ["networkAcls": ["bypass": "Logging", "ipRules": rules, "defaultAction": "Allow"]]])
    _ = write([try fragment(AzureNetworkDefault.self, .allow, .deny)], &store)
    let acls = store.documents[""]?["properties"]?["networkAcls"]
    #expect(acls == ["bypass": "Logging", "ipRules": rules, "defaultAction": "Deny"])
  }

  @Test("a document that moved since the plan is stale, and nothing of it is written") func stale() throws {
    var store = AzureStore.account()
    let revision = ProcedureRun(AccountDocument.revision(AzureFixture.account())) { store.answer($0) }.output ?? nil
    #expect(revision?.split(separator: ".").count == 3)
    let change = try fragment(AzureVersioning.self, nil, .enabled)
    // Another document moved: that doesn't concern this write.
    store.documents[""] = (store.documents[""] ?? .null).merged(with: ["tags": ["a": "b"]])
    #expect(write([change], &store, revision).failure == nil)
    store.documents["blobServices/default"] = (store.documents["blobServices/default"] ?? .null)
      .merged(with: ["properties": ["changeFeed": ["enabled": true]]])
    let run = write([change], &store, revision)
    #expect(run.failure?.kind == .stale && run.methods == [.get])
    // Times that the service writes by itself are nobody's change.
    let now = ProcedureRun(AccountDocument.revision(AzureFixture.account())) { store.answer($0) }.output ?? nil
    store.documents[""] = (store.documents[""] ?? .null).merged(with: ["properties": ["lastGeoFailoverTime": "x"]])
    let later = ProcedureRun(AccountDocument.revision(AzureFixture.account())) { store.answer($0) }.output ?? nil
    #expect(now == later)
  }

  @Test("the plan's ETag goes with the write of a container; another one is stale") func etags() throws {
    let target = AzureFixture.container()
    var store = AzureStore.account()
    let run = ProcedureRun(ContainerWrites([["metadata": ["a": "b"]]], target, "\"1\"")) { store.answer($0) }
    #expect(run.calls.last?.headers == [Header("If-Match", "\"1\"")])
    let late = ProcedureRun(ContainerWrites([["metadata": ["a": "c"]]], target, "\"1\"")) { store.answer($0) }
    #expect(late.failure?.kind == .stale && late.methods == [.get])
    // Moved between the look and the write: the service refuses.
    let refused = ProcedureRun(ContainerWrites([["metadata": ["a": "c"]]], target, nil)) { call in
      call.reads ? store.answer(call) : .armError(412, "PreconditionFailed")
    }
    #expect(refused.failure?.kind == .stale)
  }

  @Test("stored access policies of a container go back as they came") func storedPolicies() {
    var store = AzureStore.account()
    store.policies = "<SignedIdentifiers><SignedIdentifier><Id>x</Id></SignedIdentifier></SignedIdentifiers>"
    let kept = store.policies
    _ = ProcedureRun(ContainerWrites([["publicAccess": "blob"]], AzureFixture.container("accountKey"), nil)) {
      store.answer($0)
    }
    #expect(store.policies == kept && store.containers["daily"]?.access == "blob")
  }
}
