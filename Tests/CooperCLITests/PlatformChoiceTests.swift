import ArgumentParser
import CooperPlan
import CooperTestSupport
import CooperTransport
import Foundation
import Testing

@testable import CooperCLI

/// What plans say of the way that each platform's document signs in by, where there are several.
@Suite("Ways that platforms pick") struct PlatformChoiceTests {
  private static let project = """
    cooper: 1
    name: choices
    connections:
      azure:
        type: azure
        tenant: 00000000-aaaa-bbbb-cccc-000000000001
        subscription: 00000000-aaaa-bbbb-cccc-000000000002
        resourceGroup: rg-storage
        region: westeurope
      palette: { type: palette, endpoint: "https://api.spectrocloud.com", scope: tenant, access: { apiKey: env:A } }
      flashback: { type: flashback, endpoint: "https://backend.flashback.tech", workspace: analytics, access: { token: env:B } }
      flowfile: { type: flowfile, endpoint: "https://flowfile.internal:63578", access: { username: env:C, password: env:D } }
      infinstor: { type: infinstor, endpoint: "https://api.infinstor.example", access: { method: token, token: env:E } }
      cluster: { type: kubernetes, context: cluster }
    storageAccounts:
      backups: { connection: azure, storageAccountName: acmebackups, sku: Standard_ZRS, origin: existing }
    buckets:
      data: { account: backups, bucketName: data, origin: existing }
    identities:
      key: { type: accessKey, accessKeyId: env:F, secretAccessKey: env:G }
      principal:
        { type: servicePrincipal, connection: azure, clientId: 00000000-aaaa-bbbb-cccc-000000000009, clientSecret: env:H }
      vendor: { type: external, connection: azure, objectId: 00000000-1111-2222-3333-444444444444 }
    backupLocations:
      palette: { bucket: data, identity: principal, in: { palette: {} } }
      velero-key: { bucket: data, prefix: a, identity: key, in: { cluster: {} } }
      velero-principal: { bucket: data, prefix: b, identity: principal, in: { cluster: {} } }
      velero-own: { bucket: data, prefix: c, in: { cluster: { config: { useAAD: "true" } } } }
    registrations:
      flashback-key: { in: flashback, bucket: data, identity: key }
      flashback-delegated: { in: flashback, bucket: data, identity: vendor }
      flowfile-key: { in: flowfile, bucket: data, identity: key }
      flowfile-principal: { in: flowfile, bucket: data, identity: principal }
      flowfile-managed: { in: flowfile, bucket: data, identity: vendor }
      infinstor: { in: infinstor, bucket: data, identity: key }

    """

  @Test("R-08 FB-24 a plan says at Azure which way Palette, Velero, Flashback, Flowfile and InfinStor picked (PLN0035)")
  func choices() async throws {
    let directory = NSTemporaryDirectory() + "cooper-choices-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try Self.project.write(toFile: directory + "/cooper.yaml", atomically: true, encoding: .utf8)
    let session = Session(try GlobalOptions.parse(["--project", directory, "--state", directory + "/none.json"]))
    let planning = try await Planning.make(session, observes: false)
    planning.transport.close()
    #expect(!planning.plan.hasErrors && planning.plan.blocked.isEmpty)
    let lines = planning.plan.diagnostics.filter { $0.code == "PLN0035" }.map { "\($0.severity): \($0.message)\n" }
    #expect(Golden().difference(lines.joined(), "platform-choices.txt") == nil)
  }
}
