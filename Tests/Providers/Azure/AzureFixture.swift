import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport

@testable import AzureProvider

/// An account and a container on a connection with a token, or with a key.
enum AzureFixture {
  static func site(_ access: String = "token") -> Site {
    Site(
      connection: "azure", type: "azure", endpoint: "https://management.azure.com", region: "westeurope",
      account: "00000000-aaaa-bbbb-cccc-000000000002", partition: "public", access: access)
  }

  static func account(_ access: String = "token", kind: String = "StorageV2") -> Target {
    Target(
      address: Address("storageAccounts", "reports"),
      identity: PhysicalIdentity(endpoint: "https://management.azure.com", name: "acmereports"), region: "westeurope",
      site: site(access), settings: ["resourceGroup": "rg-storage", "accountKind": .string(kind)])
  }

  static func container(_ access: String = "token") -> Target {
    Target(
      address: Address("buckets", "daily"),
      identity: PhysicalIdentity(endpoint: "https://acmereports.blob.core.windows.net", name: "daily"), region: nil,
      site: site(access),
      settings: [
        "account": "reports", "account.storageAccountName": "acmereports", "account.resourceGroup": "rg-storage",
      ])
  }

  static func grant(_ settings: ValueMap = ValueMap()) -> Target {
    var named: ValueMap = [
      AzureGrantSupport.accounts: ["acmereports"], AzureGrantSupport.groups: ["rg-storage"],
      AzureGrantSupport.names: ["daily"],
    ]
    for pair in settings { named[pair.key] = pair.value }
    return Target(
      address: Address("grants", "etl"),
      identity: PhysicalIdentity(endpoint: "https://management.azure.com", name: "etl"), region: nil, site: site(),
      settings: named)
  }

  private static func grant(_ name: String, _ assignments: Value, _ settings: ValueMap = ValueMap()) -> Case {
    Case(facet: AnyFacet(AzureAssignments.self), name: name, target: grant(settings), value: assignments)
  }

  static let principal = "00000000-1111-2222-3333-444444444444"

  struct Case: Sendable {
    var facet: AnyFacet
    var name: String
    var target: Target
    var value: Value
    var kind: Kind {
      switch target.address.section {
      case "buckets": Container.kind
      case "grants": RoleGrant.kind
      default: StorageAccount.kind
      }
    }
  }

  private static func account<F: Facet>(_ facet: F.Type, _ name: String, _ value: Value) -> Case {
    Case(facet: AnyFacet(facet), name: name, target: account(), value: value)
  }

  private static func container<F: Facet>(
    _ facet: F.Type, _ name: String, _ value: Value, _ access: String = "token"
  ) -> Case {
    Case(facet: AnyFacet(facet), name: name, target: container(access), value: value)
  }

  /// Values that use every field of a facet's wire form.
  static let cases: [Case] = [
    account(AzureSKU.self, "zrs", "Standard_ZRS"), account(AzureAccessTier.self, "cold", "Cold"),
    account(AzureMinimumTLS.self, "1.3", "1.3"), account(AzurePublicAccess.self, "blocked", "blocked"),
    account(AzurePublicAccess.self, "allowed", "allowed"), account(AzureNetworkDefault.self, "deny", "deny"),
    account(AzureVersioning.self, "enabled", "enabled"), account(AzureVersioning.self, "suspended", "suspended"),
    account(AzureSoftDelete.self, "both", "14d"),
    account(AzureSoftDelete.self, "blobs", ["blobs": "7d", "containers": "0s"]),
    account(AzureChangeFeed.self, "enabled", "enabled"), account(AzureChangeFeed.self, "disabled", "disabled"),
    account(AzureLastAccessTracking.self, "enabled", "enabled"),
    account(AzureLastAccessTracking.self, "disabled", "disabled"),
    account(
      AzureCORS.self, "two-rules",
      [
        [
          "origins": ["https://shop.acme.example", "https://a.example"], "methods": ["PUT", "GET"], "headers": ["*"],
          "expose": ["ETag"], "maxAge": "1h",
        ], ["origins": ["*"], "methods": ["HEAD"]],
      ]),
    account(AzureLifecycle.self, "everything", lifecycle),
    account(AzureTags.self, "two", ["costCenter": "4711", "büro <&>\"'": "a b & c"]),
    container(AzureAnonymousAccess.self, "blob", "blob"), container(AzureAnonymousAccess.self, "none", "none"),
    container(AzureMetadata.self, "two", ["owner": "bi", "cost_center": "4711 & more"]),
    container(AzureImmutability.self, "unlocked", ["period": "30d", "appends": true]),
    container(AzureImmutability.self, "locked", ["period": "30d", "locked": true]),
    container(AzureLegalHold.self, "two", ["case4711", "case4712"]),
    grant(
      "two",
      [
        ["place": "rg-storage/acmereports/daily", "role": "Storage Blob Data Reader", "principal": .string(principal)],
        [
          "place": "rg-storage/acmereports/daily", "role": "Storage Blob Data Contributor",
          "principal": .string(principal), "condition": .string(AzureCondition.below("in/", writes: true)),
        ],
      ]),
    grant(
      "whole-account",
      [["place": "rg-storage/acmereports", "role": "Storage Blob Data Contributor", "principal": .string(principal)]],
      ["scope": "account"]),
    container(AzureAnonymousAccess.self, "blob-by-key", "blob", "accountKey"),
    container(AzureMetadata.self, "two-by-key", ["owner": "bi", "cost_center": "4711"], "accountKey"),
  ]

  static let lifecycle: Value = [
    "all": [
      "prefix": "logs/", "tags": ["b": "2", "a": "1"], "expiration": ["after": "400d"],
      "noncurrentExpiration": ["after": "30d"],
      "transitions": [
        ["to": "Cool", "after": "0d"], ["to": "Cold", "after": "30d"], ["to": "Archive", "after": "90d"],
      ],
      "noncurrentTransitions": [["to": "Archive", "after": "0d"]],
    ], "off": ["enabled": false, "expiration": ["after": "1d"]],
  ]
}
