import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport

@testable import GCSProvider

/// A bucket on a connection, the answers of the service, and values that use every field of a facet's wire form.
enum GCSFixture {
  static func target(_ name: String = "acme-data", region: String? = "europe-west1") -> Target {
    Target(
      address: Address("buckets", "data"),
      identity: PhysicalIdentity(endpoint: "https://storage.googleapis.com", name: name), region: region, site: site)
  }

  static let site = Site(
    connection: "g", type: "gcs", endpoint: "https://storage.googleapis.com", region: "EU", account: "acme-prod")

  static let refusals = DocumentConformance<GCSStore>.Refusals(
    denied: .google(403, "forbidden"), missing: .google(404, "notFound"), unauthenticated: .google(401, "authError"),
    throttled: .google(429, "rateLimitExceeded"), unavailable: .google(500, "backendError"),
    cut: Reply(200, "{\"kind\": \"storage#bu"),
    unsupported: [
      .google(405, "methodNotAllowed"), .google(501, "notImplemented"), Reply(200, "{\"kind\": \"storage#objects\"}"),
      Reply(200, "{}"), Reply(200, "[]"),
    ])

  static func suite(_ facet: AnyFacet, store: GCSStore = GCSStore()) -> DocumentConformance<GCSStore> {
    DocumentConformance(facet, of: GCSBucket.kind, on: target(), store: store, refusals: refusals)
  }

  static let values: [(facet: AnyFacet, name: String, value: Value)] = [
    (AnyFacet(GCSVersioning.self), "enabled", "enabled"), (AnyFacet(GCSVersioning.self), "suspended", "suspended"),
    (
      AnyFacet(GCSEncryption.self), "kms", ["kmsKey": "projects/p/locations/eu/keyRings/r/cryptoKeys/k"]
    ),
    (AnyFacet(GCSPublicAccess.self), "blocked", "blocked"), (AnyFacet(GCSPublicAccess.self), "allowed", "allowed"),
    (AnyFacet(GCSUniformAccess.self), "enabled", "enabled"),
    (
      AnyFacet(GCSCORS.self), "two-rules",
      [
        [
          "origins": ["https://shop.acme.example", "*"], "methods": ["PUT", "OPTIONS", "*"], "headers": ["x-a"],
          "expose": ["ETag"], "maxAge": "1h",
        ], ["origins": ["https://b.example"], "methods": ["GET"], "maxAge": "0s"],
      ]
    ),
    (AnyFacet(GCSLifecycle.self), "everything", lifecycle),
    (AnyFacet(GCSSoftDelete.self), "two-weeks", "14d"), (AnyFacet(GCSSoftDelete.self), "off", "0s"),
    (AnyFacet(GCSLogging.self), "own-prefix", ["bucket": "logs"]),
    (AnyFacet(GCSLogging.self), "prefix", ["bucket": "logs", "prefix": "acme/"]),
    (AnyFacet(GCSLabels.self), "two", ["team": "data", "cost-center": ""]),
    (AnyFacet(GCSRetention.self), "unlocked", "30d"),
    (AnyFacet(GCSWebsite.self), "both", ["index": "index.html", "error": "404.html"]),
    (AnyFacet(GCSWebsite.self), "index", ["index": "index.html"]),
    (AnyFacet(GCSRequestPayment.self), "requester", "requester"),
    (AnyFacet(GCSStorageClass.self), "nearline", "NEARLINE"), (AnyFacet(GCSStorageClass.self), "legacy", "REGIONAL"),
    (AnyFacet(GCSAutoclass.self), "enabled", "enabled"), (AnyFacet(GCSAutoclass.self), "disabled", "disabled"),
    (AnyFacet(GCSAutoclass.self), "archive", ["terminalClass": "ARCHIVE"]),
    (AnyFacet(GCSEventHolds.self), "enabled", "enabled"),
    (AnyFacet(GCSRecoveryPoint.self), "turbo", "ASYNC_TURBO"), (AnyFacet(GCSRecoveryPoint.self), "default", "DEFAULT"),
    (
      AnyFacet(GCSIAM.self), "conditional",
      [
        [
          "role": "roles/storage.objectViewer", "members": ["user:b@acme.example", "group:a@acme.example"],
          "condition": ["title": "until", "expression": "request.time < timestamp('2030-01-01T00:00:00Z')"],
        ],
        ["role": "roles/storage.legacyBucketOwner", "members": ["projectOwner:acme", "projectEditor:acme"]],
      ]
    ),
  ]

  private static let lifecycle: Value = [
    "trim": ["noncurrentExpiration": ["after": "30d", "keep": 3], "abortMultipartAfter": "7d"],
    "now": ["prefix": "tmp/", "expiration": ["after": "0d"]],
    "cold": [
      "transitions": [["to": "NEARLINE", "after": "0d"], ["to": "ARCHIVE", "after": "365d"]],
      "noncurrentTransitions": [["to": "COLDLINE", "after": "1d", "keep": 1]],
      "conditions": ["suffix": ".log", "storageClasses": ["STANDARD", "NEARLINE"]],
    ],
    "all": ["expiration": ["after": "30d"], "conditions": ["versions": "all"]],
    "custom": [
      "expiration": [:],
      "conditions": [
        "sinceCustomTime": "0d", "customTimeBefore": "2026-01-01", "createdBefore": "2025-01-01", "newerVersions": 0,
      ],
    ],
  ]
}
