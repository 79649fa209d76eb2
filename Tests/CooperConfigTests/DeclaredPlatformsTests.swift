import CooperConfig
import CooperDiagnostics
import CooperProvider
import CooperProviders
import Testing

/// Projects on platforms that the language knows, loaded with the providers of the build.
@Suite("Declared platforms")
struct DeclaredPlatformsTests {
  private func findings(_ rest: String) -> [String] {
    let text = """
      cooper: 1
      name: acme
      connections:
        aws: { type: aws, region: eu-west-1 }
        gcp: { type: gcs, project: acme-prod, region: EU }
        az: { type: azure, subscription: 00000000-aaaa-bbbb-cccc-000000000002, region: westeurope }
        hk: { type: kubernetes, context: hikube }

      """
    return load(["cooper.yaml": text + rest], catalog: AllProviders.registry.catalog).diagnostics.map(\.line)
  }

  @Test("FB-21: several containers of one account, and a bucket named like a container, are fine")
  func containers() {
    #expect(
      findings(
        """
        storageAccounts:
          acmereports: { connection: az, resourceGroup: rg-storage, sku: Standard_ZRS, softDelete: 14d }
        buckets:
          logs: { connection: aws, bucketName: reports }
          reports: { connection: az, account: acmereports }
          exports: { connection: az, account: acmereports, metadata: { owner: bi }, anonymousAccess: none }
        """) == [])
  }

  @Test("A bucket on Google with everything that it holds")
  func google() {
    #expect(
      findings(
        """
        buckets:
          logs: { connection: gcp, bucketName: acme-logs }
          lake:
            connection: gcp
            bucketName: acme-lake
            versioning: enabled
            encryption: { kmsKey: projects/p/locations/eu/keyRings/r/cryptoKeys/k }
            publicAccess: blocked
            uniformAccess: enabled
            cors: [{ origins: ["*"], methods: [GET] }]
            lifecycle: { trim: { noncurrentExpiration: { after: 30d, keep: 3 } } }
            softDelete: 7d
            retention: { period: 30d, locked: true }
            autoclass: { terminalClass: ARCHIVE }
            logging: { bucket: logs, prefix: lake }
            website: { index: index.html }
            requestPayment: requester
            eventHolds: enabled
            tags: { cost-center: "4711" }
            iam: [{ role: roles/storage.objectViewer, members: ["group:data@acme.example"] }]
        """) == [])
  }

  @Test("A bucket on AWS with facets that AWS alone has")
  func amazon() {
    #expect(
      findings(
        """
        buckets:
          logs: { connection: aws, bucketName: acme-logs, versioning: enabled }
          data:
            connection: aws
            bucketName: acme-data
            versioning: enabled
            objectLock: { mode: COMPLIANCE, years: 7 }
            notifications:
              eventBridge: true
              targets: { in: { to: "arn:aws:sqs:eu-west-1:111122223333:in", events: ["s3:ObjectCreated:*"] } }
            website: { index: index.html, routes: [{ prefix: old/, replacePrefix: new/, status: 301 }] }
            acl: private
            requestPayment: bucketOwner
            accelerate: enabled
            intelligentTiering: { old: { archiveAfter: 90d, deepArchiveAfter: 180d } }
            inventory: { weekly: { bucket: logs, format: Parquet, schedule: weekly, fields: [Size] } }
            metrics: { all: {} }
            analytics: { all: { exportBucket: logs } }
            logging: { bucket: logs, keyFormat: eventTime }
            replication: { role: "arn:aws:iam::1:role/r", rules: { to: { destination: { bucket: logs } } } }
        """) == [])
  }

  @Test("Buckets that a cluster makes")
  func clusters() {
    #expect(
      findings(
        """
        buckets:
          velero: { connection: hk, cozystack: { namespace: tenant-acme, users: { velero: {}, audit: { readonly: true } } } }
          app:
            connection: hk
            cosi: { namespace: apps, bucketClass: fast, access: { app: { accessClass: s3, secret: app-s3 } } }
        """) == [])
  }
}
