import CooperModel
import CooperProvider
import CooperSchema
import CooperTestSupport
import Testing

@testable import KubernetesProvider

@Suite("What Secrets say of buckets") struct BucketSecretTests {
  private static let info =
    #"{"metadata":{"name":"bc-1"},"spec":{"bucketName":"bucket-1","authenticationType":"Key","secretS3":{"endpoint":"#
    + #""https://s3.example","region":"","accessKeyID":"id","accessSecretKey":"canary"},"secretAzure":null,"protocols":["S3"]}}"#

  private func read(_ data: [String: String]) throws -> BucketSecret? {
    BucketSecret(try Cluster.secret(data).object(ObjectPlace(.secret, "n", "x").get))
  }

  private func text(_ secret: Secret?) -> String? { secret?.withBytes { String(decoding: $0, as: UTF8.self) } }

  @Test("BucketInfo, the flat form without a scheme, and v1alpha2's keys") func forms() throws {
    let info = try #require(try read(["BucketInfo": Self.info]))
    #expect(info.bucketName == "bucket-1" && info.endpoint == "https://s3.example" && info.region == nil)
    #expect(text(info.accessKeyId) == "id" && text(info.secretAccessKey) == "canary")
    let flat = try #require(
      try read(["accessKey": "id", "secretKey": "canary", "endpoint": "s3.example", "bucketName": "b"]))
    #expect(flat.endpoint == "https://s3.example" && flat.bucketName == "b")
    #expect(try read(["accessKey": "id", "secretKey": "c", "endpoint": "s3.example"])?.bucketName == nil)
    let second = try #require(
      try read([
        "COSI_S3_BUCKET_ID": "b", "COSI_S3_ENDPOINT": "https://s3", "COSI_S3_REGION": "eu",
        "COSI_S3_ACCESS_KEY_ID": "i",
        "COSI_S3_ACCESS_SECRET_KEY": "k",
      ]))
    #expect(second.bucketName == "b" && second.region == "eu")
    #expect(second.caCertificate == nil && second.usesPath == nil)
    #expect(try read(["BucketInfo": Self.info.replacing("secretS3", with: "secretGCS")]) == nil)
    #expect(try read(["accessKey": "", "secretKey": "c"]) == nil)
    #expect("\(info)".contains("canary") == false)
  }

  @Test("v1alpha2 tells an authority and an addressing style, under its first names and under its later ones")
  func authority() throws {
    let pem = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n"
    let first = [
      "COSI_S3_ENDPOINT": "https://s3", "COSI_S3_ACCESS_KEY_ID": "i", "COSI_S3_ACCESS_SECRET_KEY": "k",
      "COSI_S3_ADDRESSING_STYLE": "virtual", "COSI_CERTIFICATE_AUTHORITY": pem,
    ]
    let later = [
      "AWS_ENDPOINT_URL": "https://s3", "BUCKET_NAME": "b", "AWS_ACCESS_KEY_ID": "i", "AWS_SECRET_ACCESS_KEY": "canary",
      "AWS_S3_ADDRESSING_STYLE": "path", "AWS_DEFAULT_REGION": "eu", "COSI_CERTIFICATE_AUTHORITY": "",
    ]
    let virtual = try #require(try read(first))
    #expect(virtual.caCertificate == pem && virtual.usesPath == false)
    let path = try #require(try read(later))
    #expect(path.caCertificate == nil && path.usesPath == true)
    #expect(path.bucketName == "b" && path.region == "eu" && path.endpoint == "https://s3")
    #expect(text(path.secretAccessKey) == "canary")
    // What is no certificate is none, whatever else it may be.
    #expect(try read(first.merging(["COSI_CERTIFICATE_AUTHORITY": "/etc/ca.pem"]) { $1 })?.caCertificate == nil)
  }

  @Test("CZ-05, CZ-06: name, address and region once all three say so, from the first Secret that exists")
  func outputs() {
    let target = Cluster.bucket(Maker("cozystack", ["namespace": "tenant-acme", "users": ["velero": [:]]]))
    let ready: ValueMap = ["status": ["conditions": [["type": "Ready", "status": "True"]]]]
    let claim: ValueMap = ["status": ["bucketReady": true, "bucketName": "bucket-9"]]
    let flat = ["accessKey": "i", "secretKey": "canary", "endpoint": "s3.example"]
    let known: [String: Reply] = [
      "buckets/hk": Cluster.object("Bucket", ready), "bucketclaims/bucket-hk": Cluster.object("BucketClaim", claim),
    ]
    func run(_ more: [String: Reply]) -> ProcedureRun<ValueMap> {
      ProcedureRun(BucketReadiness.outputs(target), Cluster.answering(known.merging(more) { $1 }))
    }
    let wanted: ValueMap = [
      "bucketName": "bucket-9", "endpoint": "https://s3.example", "region": "us-east-1", "uid": "u-1",
    ]
    for name in ["bucket-hk-velero-credentials", "bucket-hk-credentials", "hk-credentials"] {
      #expect(run(["secrets/" + name: Cluster.secret(flat)]).output == wanted, "\(name)")
    }
    // A tenant who may read TenantSecrets only.
    let refused = Cluster.status(403, "Forbidden")
    let names = CozystackSecrets.names("hk", user: "velero") + CozystackSecrets.names("hk", user: nil)
    var tenant = Dictionary(names.map { ("secrets/" + $0, refused) }, uniquingKeysWith: { $1 })
    #expect(run(tenant).failure?.kind == .unavailable)
    tenant["tenantsecrets/bucket-hk-velero-credentials"] = Cluster.secret(flat, kind: "TenantSecret")
    #expect(run(tenant).output == wanted)
    for name in names { tenant["tenantsecrets/" + name] = refused }
    #expect(run(tenant).failure?.kind == .denied)

    let late = run([:]).failure
    #expect(late?.code == "K8S0020" && late?.message.contains("bucket-hk-velero-credentials") == true)
    let waiting = run([
      "buckets/hk": Cluster.object(
        "Bucket", ["status": ["conditions": [["type": "Ready", "status": "False", "message": "no quota"]]]])
    ]).failure
    #expect(waiting?.message.contains("it says: no quota") == true)
  }

  @Test("CZ-03: without users there are no keys, and the name alone is known") func noUsers() {
    let target = Cluster.bucket(Maker("cozystack", ["namespace": "tenant-acme", "flavour": "B"]))
    let claim: ValueMap = ["status": ["bucketReady": true, "bucketName": "bucket-9"]]
    let run = ProcedureRun(
      BucketReadiness.outputs(target),
      Cluster.answering([
        "buckets/hk": Cluster.object("Bucket", [:]), "bucketclaims/bucket-hk": Cluster.object("BucketClaim", claim),
      ]))
    #expect(run.output == ["bucketName": "bucket-9", "uid": "u-1"])
  }

  @Test("A user's keys are read when a call carries them; a user that isn't there is told") func user() {
    var target = Cluster.location(Cluster.relatedBucket(["cozystack": Cluster.cozystack]))
    target.settings = ["bucket": "hk", "user": "velero"]
    let flat = ["accessKey": "i", "secretKey": "canary", "endpoint": "s3.example"]
    let run = ProcedureRun(
      BucketUser.secret(target, "secretAccessKey"),
      Cluster.answering(["secrets/bucket-hk-velero-credentials": Cluster.secret(flat)]))
    #expect(text(run.output) == "canary")
    target.settings["user"] = "eve"
    let unknown = ProcedureRun(BucketUser.secret(target, "accessKeyId")) { _ in Cluster.notFound }.failure
    #expect(unknown?.message.contains("it has audit, velero") == true)
  }

  @Test("The version of COSI is asked of the cluster") func version() {
    let value: Value = [
      "namespace": "apps", "bucketClass": "fast", "access": ["app": ["accessClass": "s3", "secret": "s"]],
    ]
    let target = Cluster.bucket(Maker("cosi", value))
    let group = Reply(
      200, #"{"kind":"APIGroup","preferredVersion":{"version":"v1alpha2"},"versions":[{"version":"v1alpha2"}]}"#)
    let run = ProcedureRun(
      BucketReadiness.outputs(target),
      Cluster.answering([
        "apis/objectstorage.k8s.io": group,
        "bucketclaims/hk": Cluster.object("BucketClaim", ["status": ["readyToUse": true, "boundBucketName": "r"]]),
        "bucketaccesses/app": Cluster.object("BucketAccess", ["status": ["readyToUse": true]]),
        "secrets/s": Cluster.secret([
          "COSI_S3_BUCKET_ID": "b", "COSI_S3_ENDPOINT": "https://s3", "COSI_S3_REGION": "eu",
          "COSI_S3_ACCESS_KEY_ID": "i", "COSI_S3_ACCESS_SECRET_KEY": "k",
        ]),
      ]))
    #expect(
      run.output == [
        "bucketName": "b", "endpoint": "https://s3", "region": "eu", "uid": "u-1", "caCertificate": "",
        "pathStyle": "true",
      ])
    #expect(run.calls.first?.path == ["apis", "objectstorage.k8s.io"])
    let none = ProcedureRun(ClusterBucket.find(target)) { _ in Cluster.notFound }.failure
    #expect(none?.code == "K8S0015")
    let broken = ProcedureRun(
      BucketReadiness.outputs(target),
      Cluster.answering([
        "apis/objectstorage.k8s.io": group,
        "bucketclaims/hk": Cluster.object("BucketClaim", ["status": ["error": ["message": "no such class"]]]),
      ])
    ).failure
    #expect(broken?.message.contains("its driver says: no such class") == true)
  }
}
