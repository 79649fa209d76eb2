import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import KubernetesProvider

@Suite("Velero's locations") struct VeleroTests {
  private let golden = Golden()

  private func create(_ target: Target, known: [String: Value] = [:]) throws -> String {
    let document = try VeleroComposition.document(target).value.filling { known[$0] }
    let run = ProcedureRun(VeleroLocation.create(target, VeleroDocument(value: document))) { _ in
      Cluster.object("Any", [:])
    }
    #expect(run.failure == nil)
    return run.calls.map(\.shown).joined(separator: "\n")
  }

  @Test("Section 6: bucket of Cozystack with one user, as the reference has it; the Secret goes first (VL-06)")
  func pairing() throws {
    let target = Cluster.location(Cluster.relatedBucket(["cozystack": Cluster.cozystack]))
    let document = try VeleroComposition.document(target)
    #expect(
      document.value.unknowns == ["buckets.hk.bucketName", "buckets.hk.endpoint", "buckets.hk.region"])
    let text = try create(
      target,
      known: [
        "buckets.hk.bucketName": "bucket-1", "buckets.hk.endpoint": "https://s3.example",
        "buckets.hk.region": "us-east-1",
      ])
    #expect(golden.difference(text, "velero.pairing.txt") == nil)
  }

  @Test("A location of MinIO with everything that Velero keeps, and one for snapshots") func full() throws {
    var bucket = Cluster.relatedBucket([:])
    bucket.name = "acme-backups"
    bucket.site?.type = "minio"
    bucket.connection = ["endpoint": "https://minio.example", "region": "eu-1", "pathStyle": true]
    bucket.caCertificate = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
    let key = Related(
      address: Address("identities", "key"), kind: "identity", variant: "accessKey", name: "key", declaredName: "key",
      outputs: ["accessKeyId": "env:KEY", "secretAccessKey": "env:SECRET"])
    let target = Cluster.location(
      bucket, identity: key,
      in: [
        "namespace": "backup", "default": true, "accessMode": "ReadOnly", "backupSyncPeriod": "1d",
        "validationFrequency": "0s", "config": ["checksumAlgorithm": ""], "snapshots": ["profile": "ebs"],
      ])
    #expect(golden.difference(try create(target), "velero.minio.txt") == nil)
  }

  @Test("R-05: path style is always written; AWS itself has no address") func addressing() throws {
    var bucket = Cluster.relatedBucket([:])
    bucket.name = "acme"
    bucket.site?.type = "aws"
    bucket.region = "eu-west-1"
    let config = try VeleroComposition.document(Cluster.location(bucket, identity: nil))["config"]
    #expect(config == ["region": "eu-west-1", "s3ForcePathStyle": "false"])
    bucket.site?.type = "ceph"
    bucket.region = nil
    bucket.connection = ["endpoint": "https://ceph.example"]
    let own = try VeleroComposition.document(Cluster.location(bucket, identity: nil))["config"]
    #expect(
      own == [
        "region": "us-east-1", "s3ForcePathStyle": "true", "s3Url": "https://ceph.example", "checksumAlgorithm": "",
      ])
  }

  @Test("VL-01, VL-02, VL-04: what Velero would call Unavailable is refused with the plan") func refusals() {
    var bucket = Cluster.relatedBucket([:])
    bucket.name = "acme/backups"
    bucket.site?.type = "aws"
    func problem(_ placement: Value = ["namespace": "velero"]) -> String {
      do throws(CallFailure) {
        _ = try VeleroComposition.document(Cluster.location(bucket, identity: nil, in: placement))
        return ""
      } catch {
        return error.message
      }
    }
    #expect(problem().contains("VL-01"))
    bucket.name = "acme"
    #expect(problem() == "")
    #expect(problem(["config": ["prefix": "x"]]).contains("VL-02"))
    #expect(problem(["config": ["s3URL": "x"]]).contains("VL-04"))
    #expect(problem(["snapshots": ["project": "x"]]).contains("snapshots.project"))
    bucket.name = "arn:aws:s3:eu-west-1:111122223333:accesspoint/x"
    #expect(problem() == "")
  }

  private static let known: [String: Value] = [
    "buckets.hk.bucketName": "bucket-1", "buckets.hk.endpoint": "https://s3.example", "buckets.hk.region": "us-east-1",
  ]

  private func settled() -> Target {
    var bucket = Cluster.relatedBucket(["cozystack": Cluster.cozystack])
    bucket.name = bucket.name.filling { Self.known[$0] }
    bucket.outputs = ValueMap(bucket.outputs.map { ($0.key, $0.value.filling { Self.known[$0] }) })
    return Cluster.location(bucket)
  }

  @Test("Written and read back it is the same; a Secret that somebody else wrote isn't Cooper's any more")
  func readBack() throws {
    let target = settled()
    let document = try VeleroComposition.document(target)
    let place = VeleroLocation.Places(target).storage
    let spec = try #require(document.storageLocation(place)["spec"])
    let ours: Value = ["f:data": ["f:cloud": [:]]]
    func read(_ secret: Reply) -> Observed<VeleroDocument>? {
      ProcedureRun(
        VeleroLocation.read(target),
        Cluster.answering([
          "backupstoragelocations/hikube": Cluster.object("BackupStorageLocation", ["spec": spec]),
          "secrets/hikube-credentials": secret,
        ])
      ).output
    }
    func comparable(_ observed: Observed<VeleroDocument>?) -> Value? {
      guard case .present(let found)? = observed else { return nil }
      return AnyFacet(VeleroLocation.self).comparable(found.value, to: document.value, on: target)
    }
    let good = read(Cluster.object("PartialObjectMetadata", [:], managed: [Cluster.managed("cooper", ours)]))
    #expect(comparable(good) == document.value)

    let edited = read(
      Cluster.object("PartialObjectMetadata", [:], managed: [Cluster.managed("kubectl-edit", ours, "Update")]))
    guard case .present(let seen)? = edited else { throw CallFailure(.invalid, code: "x", "not read") }
    #expect(seen["credential"] == nil)
    #expect(seen.ownedBy == ["Secret velero/hikube-credentials data.cloud": "kubectl-edit"])
    #expect(VeleroLocation.risks(FacetChange(before: seen, after: document), on: target).map(\.kind) == [.overwrites])

    guard case .present(let gone)? = read(Cluster.notFound) else { throw CallFailure(.invalid, code: "x", "not read") }
    #expect(gone["credential"] == nil && gone.ownedBy == nil)
  }

  @Test("What the Secret holds is never asked for") func metadataOnly() {
    let run = ProcedureRun(VeleroLocation.read(settled())) { _ in Cluster.object("Any", [:]) }
    let secrets = run.calls.filter { $0.path.contains("secrets") }
    #expect(!secrets.isEmpty)
    #expect(secrets.allSatisfy { $0.headers.contains { $0.value.contains("as=PartialObjectMetadata") } })
  }

  @Test("R-12: a Secret that Cooper didn't apply stays when the location goes") func removal() {
    var gone: Set<String> = []
    let run = ProcedureRun(VeleroLocation.delete(settled())) { call in
      let name = call.path.suffix(2).joined(separator: "/")
      if call.method == .delete { gone.insert(name) }
      return gone.contains(name) ? Cluster.notFound : Cluster.object("Any", [:], managed: [])
    }
    #expect(run.failure == nil)
    #expect(
      run.calls.filter { $0.method == .delete }.map { $0.path.suffix(2).joined(separator: "/") } == [
        "backupstoragelocations/hikube"
      ])
  }

  @Test("Durations as Go writes them") func durations() {
    for (seconds, text) in [(0, "0s"), (60, "1m0s"), (3_600, "1h0m0s"), (86_400, "24h0m0s"), (3_661, "1h1m1s")]
      as [(Int64, String)]
    {
      #expect(GoDuration.text(seconds) == text)
      #expect(GoDuration.seconds(text) == seconds)
    }
  }
}
