import CooperDocuments
import CooperModel
import CooperSchema
import Testing

/// Documents that are written down word for word, compared as canonical JSON.
@Suite("Documents of the fact sheet, section 8")
struct FactSheetTests {
  private static let minimal = """
    {"Version":"2012-10-17","Statement":[
     {"Effect":"Allow","Action":["s3:ListBucket"],"Resource":["arn:aws:s3:::data"]},
     {"Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],"Resource":["arn:aws:s3:::data/*"]}]}
    """

  @Test("P-MIN, FB-31, IS-12: list, get, put, delete", arguments: ["flashback", "infinstor", "flowfile"])
  func minimal(_ platform: String) throws {
    let made = try Samples.json(.policy, Samples.registration(Samples.bucket(), Samples.key, on: platform))
    #expect(try made == Samples.json(Self.minimal))
  }

  @Test("P-MIN of several buckets: lists of ARNs")
  func minimalOfTwo() throws {
    let text = JSONText.document(MinimalPolicy.document(buckets: ["arn:aws:s3:::a", "arn:aws:s3:::b"]))
    let made = try Samples.json(text.withPlaceholders)
    #expect(made["Statement"]?.list?[0]["Resource"] == ["arn:aws:s3:::a", "arn:aws:s3:::b"])
    #expect(made["Statement"]?.list?[1]["Resource"] == ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"])
  }

  private static func backup(_ more: String) -> String {
    """
    {"Version":"2012-10-17","Statement":[
     {"Effect":"Allow","Action":["ec2:DescribeVolumes","ec2:DescribeSnapshots","ec2:CreateTags","ec2:CreateVolume",
      "ec2:CreateSnapshot","ec2:DeleteSnapshot"],"Resource":["*"]},
     {"Effect":"Allow","Action":["s3:GetObject","s3:DeleteObject","s3:PutObject","s3:AbortMultipartUpload",
      "s3:ListMultipartUploadParts"\(more)],"Resource":["arn:aws:s3:::data/*"]},
     {"Effect":"Allow","Action":["s3:ListBucket"],"Resource":["arn:aws:s3:::data"]}]}
    """
  }

  @Test("P-BACKUP: three statements", arguments: ["palette", "kubernetes"])
  func backup(_ platform: String) throws {
    let made = try Samples.json(.policy, Samples.location(Samples.bucket(), Samples.role(), on: platform))
    #expect(try made == Samples.json(Self.backup("")))
  }

  @Test("P-VELERO: tagging only where the location tags")
  func tagging() throws {
    let location = Samples.location(
      Samples.bucket(), Samples.role(), ["config": ["tagging": "team=storage&use=backup"]])
    #expect(try Samples.json(.policy, location) == Samples.json(Self.backup(",\"s3:PutObjectTagging\"")))
  }

  @Test("P-EBSKMS: ten rights on the key")
  func volumeKey() throws {
    let key = "arn:aws:kms:eu-west-1:111122223333:key/0d5e"
    let location = Samples.location(Samples.bucket(), Samples.role(), ["snapshots": ["ebsKmsKeyId": .string(key)]])
    let expected = """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["kms:ReEncrypt*","kms:GenerateDataKey*",
       "kms:Encrypt","kms:DescribeKey","kms:Decrypt","kms:CreateGrant","kms:ListGrants","kms:RevokeGrant",
       "kms:RetireGrant","kms:ListRetirableGrants"],"Resource":["\(key)"]}]}
      """
    #expect(try Samples.json(.kmsPolicy, location) == Samples.json(expected))
    var own = Samples.bucket()
    own.facets = ["encryption": ["algorithm": "aws:kms", "kmsKey": .string(key)]]
    #expect(try Samples.json(.kmsPolicy, Samples.location(own, Samples.role())) == Samples.json(expected))
    #expect(throws: DocumentProblem.self) {
      try Samples.json(.kmsPolicy, Samples.location(Samples.bucket(), Samples.role()))
    }
  }

  @Test("The partition follows the bucket", arguments: ["aws", "aws-us-gov", "aws-cn"])
  func partition(_ partition: String) throws {
    var bucket = Samples.bucket()
    bucket.partition = partition
    let made = try Samples.json(.policy, Samples.registration(bucket, Samples.key, on: "infinstor"))
    #expect(made["Statement"]?.list?[0]["Resource"] == [.string("arn:\(partition):s3:::data")])
  }

  @Test("C-1, IS-12: CORS rules that InfinStor needs")
  func cors() throws {
    let made = try Samples.json(.cors, Samples.registration(Samples.bucket(), Samples.key, on: "infinstor"))
    let expected = """
      {"CORSRules":[{"AllowedHeaders":["*"],"AllowedMethods":["GET"],"AllowedOrigins":["*"],"ExposeHeaders":[],
       "MaxAgeSeconds":3600}]}
      """
    #expect(try made == Samples.json(expected))
    #expect(throws: DocumentProblem.self) {
      try Samples.json(.cors, Samples.registration(Samples.bucket(), Samples.key, on: "flashback"))
    }
  }

  @Test("Google: Velero's custom role")
  func googleRole() throws {
    let made = try Samples.json(.customRole, Samples.location(Samples.google, Samples.serviceAccount(withKey: false)))
    let expected: Set<String> = [
      "compute.disks.get", "compute.disks.create", "compute.disks.createSnapshot", "compute.projects.get",
      "compute.snapshots.get", "compute.snapshots.create", "compute.snapshots.useReadOnly", "compute.snapshots.delete",
      "compute.snapshots.setLabels", "compute.zones.get", "storage.objects.create", "storage.objects.delete",
      "storage.objects.get", "storage.objects.list", "iam.serviceAccounts.signBlob",
    ]
    #expect(Set(made["includedPermissions"]?.list?.compactMap(\.string) ?? []) == expected)
    #expect(made["includedPermissions"]?.list?.count == expected.count)
  }

  @Test("Google: workload identity of Velero's service account")
  func workloadIdentity() throws {
    let location = Samples.location(Samples.google, Samples.serviceAccount(withKey: false), ["namespace": "backup"])
    let made = try Samples.json(.workloadIdentity, location)
    let expected = """
      {"bindings":[{"role":"roles/iam.workloadIdentityUser",
       "members":["serviceAccount:acme-prod.svc.id.goog[backup/velero]"]}]}
      """
    #expect(try made["policy"] == Samples.json(expected))
    #expect(made["annotation"]?["name"] == "iam.gke.io/gcp-service-account")
  }

  @Test("Azure: Velero's custom role")
  func azureRole() throws {
    let made = try Samples.json(.customRole, Samples.location(Samples.azure, Samples.principal))
    let disks = ["read", "write", "beginGetAccess/action", "endGetAccess/action"].map {
      "Microsoft.Compute/disks/" + $0
    }
    let snapshots = ["read", "write", "delete"].map { "Microsoft.Compute/snapshots/" + $0 }
    let account = ["read", "listkeys/action", "regeneratekey/action"].map { "Microsoft.Storage/storageAccounts/" + $0 }
    let service = ["containers/read", "containers/write", "containers/delete", "generateUserDelegationKey/action"].map {
      "Microsoft.Storage/storageAccounts/blobServices/" + $0
    }
    #expect(made["Actions"]?.list == (disks + snapshots + account + service).map { .string($0) })
    #expect(made["NotActions"] == [] && made["NotDataActions"] == [])
    let blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/"
    #expect(
      made["DataActions"]?.list
        == ["read", "write", "delete", "move/action", "add/action"].map { .string(blobs + $0) })
    #expect(made["AssignableScopes"] == ["/subscriptions/00000000-aaaa-bbbb-cccc-000000000002"])
  }
}
