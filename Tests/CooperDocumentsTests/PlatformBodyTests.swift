import CooperDocuments
import CooperModel
import CooperSchema
import Testing

@Suite("Bodies of platforms")
struct PlatformBodyTests {
  @Test("IS-02 … IS-05: the four acceptance vectors, byte for byte")
  func vectors() {
    var role = InfinStorForm(.add, bucketName: "testb3")
    role.endpoint = ""
    role.accessKeyId = .text("")
    role.secretAccessKey = .text("")
    role.accessRole = "aaaa"
    role.accessRoleExt = "bbbb"
    #expect(
      role.text.withPlaceholders
        == "op=add&bucketname=testb3&endpoint=&accessKeyId=&secretAccessKey=&accessRole=aaaa&accessRoleExt=bbbb")
    var endpoint = InfinStorForm(.modify, bucketName: "testb3")
    endpoint.endpoint = "https://minio.isstage1.bb.com/"
    #expect(
      endpoint.text.withPlaceholders == "op=modify&bucketname=testb3&endpoint=https%3A%2F%2Fminio.isstage1.bb.com%2F")
    #expect(InfinStorForm(.delete, bucketName: "testb3").text.withPlaceholders == "op=delete&bucketname=testb3")
    var key = InfinStorForm(.add, bucketName: "testb3")
    key.endpoint = ""
    key.accessKeyId = .text("iiii")
    key.secretAccessKey = .text("ssss")
    key.accessRole = ""
    key.accessRoleExt = ""
    #expect(
      key.text.withPlaceholders
        == "op=add&bucketname=testb3&endpoint=&accessKeyId=iiii&secretAccessKey=ssss&accessRole=&accessRoleExt=")
  }

  @Test("IS-03, IS-05: an add names its cloud; keys and endpoint are percent-encoded")
  func infinstor() throws {
    let made = try Samples.text(.infinstor, Samples.registration(Samples.minio, Samples.key, on: "infinstor"))
    #expect(
      made == "op=add&bucketname=backups&cloud=minio&endpoint=https%3A%2F%2Fminio.internal%3A9000"
        + "&accessKeyId=AKIAIOSFODNN7EXAMPLE&secretAccessKey=wJalrXUtnFEMI%2FK7MDENG%2BbPxRfiCYEXAMPLEKEY"
        + "&accessRole=&accessRoleExt=")
    let role = Samples.role([.aws("arn:aws:iam::444455556666:root", externalId: "bbbb")])
    #expect(
      try Samples.text(.infinstor, Samples.registration(Samples.bucket(), role, on: "infinstor"))
        == "op=add&bucketname=data&cloud=aws&endpoint=&accessKeyId=&secretAccessKey="
        + "&accessRole=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fr&accessRoleExt=bbbb")
  }

  @Test("IS-08: rights on a bucket")
  func right() {
    #expect(
      InfinStorForm.right(principal: "ana@acme.example", type: "user", bucketName: "data", role: "reader")
        == "principal=ana%40acme.example&type=user&bucketname=data&role=reader&cloud=aws")
  }

  @Test("FB-02, FB-03, FB-22: at AWS a region, at an endpoint none")
  func flashback() throws {
    let settings: ValueMap = ["workspace": "analytics"]
    #expect(
      try Samples.json(.flashback, Samples.registration(Samples.bucket(), Samples.key, on: "flashback", settings))
        == [
          "name": "data-eu", "bucket": "data", "storageType": "S3", "workspaceId": "analytics",
          "key": "AKIAIOSFODNN7EXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "region": "eu-west-1",
        ])
    let minio = try Samples.json(
      .flashback, Samples.registration(Samples.minio, Samples.key, on: "flashback", settings))
    #expect(minio["endpoint"] == "https://minio.internal:9000")
    #expect(minio["region"] == nil)
    let role = Samples.role([.platform(type: "flashback", account: nil, externalId: "chosen")])
    let delegated = try Samples.json(
      .flashback, Samples.registration(Samples.bucket(), role, on: "flashback", settings))
    #expect(delegated["key"] == "arn:aws:iam::111122223333:role/r")
    #expect(delegated["secret"] == "chosen")
  }

  @Test("FB-25, R-02: delegated access has no endpoint of its own")
  func delegated() {
    let role = Samples.role([.platform(type: "flashback", account: nil, externalId: "chosen")])
    #expect(throws: DocumentProblem.self) {
      try Samples.json(.flashback, Samples.registration(Samples.minio, role, on: "flashback"))
    }
    var own = Samples.google
    own.endpoint = "https://storage.internal:4443"
    #expect(throws: DocumentProblem.self) {
      try Samples.json(.flashback, Samples.registration(own, Samples.serviceAccount(withKey: false), on: "flashback"))
    }
  }

  @Test("FB-23, R-07: one JSON key of Google feeds Flashback, Palette, Flowfile, Velero, rclone and variables")
  func oneGoogleKey() throws {
    let account = Samples.serviceAccount(withKey: true)
    let pem = "-----BEGIN PRIVATE KEY-----\nMIIE+/=\n-----END PRIVATE KEY-----\n"
    let flashback = try Samples.json(.flashback, Samples.registration(Samples.google, account, on: "flashback"))
    #expect(flashback["storageType"] == "GCS")
    #expect(flashback["key"] == "velero-sa@acme-prod.iam.gserviceaccount.com")
    #expect(flashback["secret"] == .string(pem))
    let palette = try Samples.json(.palette, Samples.location(Samples.google, account, on: "palette", [:]))
    #expect(palette["spec"]?["config"]?["credentials"]?["jsonCredentials"] == .string(Samples.googleKey))
    #expect(palette["spec"]?["config"]?["projectId"] == "acme-prod")
    let flowfile = try Samples.text(.flowfile, Samples.registration(Samples.google, account, on: "flowfile"))
    #expect(flowfile.contains("gcs_service_account_key: \"${secret:data-eu_gcs_service_account_key}\"\n"))
    #expect(flowfile.contains("gcs_project_id: acme-prod\n"))
    #expect(!flowfile.contains("PRIVATE KEY"))
    let rclone = try Samples.text(.rclone, Samples.of(Samples.google, account))
    let line = try #require(rclone.split(separator: "\n").first { $0.hasPrefix("service_account_credentials = ") })
    #expect(try Samples.json(String(line.dropFirst(30))) == Samples.json(Samples.googleKey))
    #expect(
      try Samples.text(.env, Samples.of(Samples.google, account))
        .contains("GOOGLE_CLIENT_EMAIL=velero-sa@acme-prod.iam.gserviceaccount.com\n"))
  }

  @Test("PA-02, PA-21, R-05: Palette's S3 body, path style always said")
  func paletteS3() throws {
    let role = Samples.role([.platform(type: "palette", account: "1", externalId: "pal")])
    #expect(
      try Samples.json(.palette, Samples.location(Samples.bucket(), role, on: "palette", ["default": true]))
        == [
          "metadata": ["name": "main", "labels": .map([:]), "annotations": .map([:])],
          "spec": [
            "isDefault": true, "type": "s3",
            "config": [
              "bucketName": "data", "region": "eu-west-1", "s3ForcePathStyle": false,
              "credentials": [
                "credentialType": "sts", "sts": ["arn": "arn:aws:iam::111122223333:role/r", "externalId": "pal"],
              ],
            ],
          ],
        ])
    let minio = try Samples.json(.palette, Samples.location(Samples.minio, Samples.key, on: "palette", [:]))
    #expect(minio["spec"]?["type"] == "minio")
    #expect(minio["spec"]?["config"]?["s3ForcePathStyle"] == true)
    #expect(minio["spec"]?["config"]?["s3Url"] == "https://minio.internal:9000")
    #expect(minio["spec"]?["config"]?["caCert"]?.string?.hasPrefix("-----BEGIN") == true)
  }

  @Test("PA-23, R-08: static credentials away from AWS; at Azure a service principal")
  func paletteCredentials() throws {
    let role = Samples.role([.platform(type: "palette", account: "1", externalId: "pal")])
    #expect(throws: DocumentProblem.self) {
      try Samples.json(.palette, Samples.location(Samples.minio, role, on: "palette", [:]))
    }
    #expect(throws: DocumentProblem.self) {
      try Samples.json(.palette, Samples.location(Samples.azure, Samples.key, on: "palette", [:]))
    }
    #expect(throws: DocumentProblem.self) {
      try Samples.json(
        .palette, Samples.location(Samples.google, Samples.serviceAccount(withKey: false), on: "palette", [:]))
    }
    let azure = try Samples.json(.palette, Samples.location(Samples.azure, Samples.principal, on: "palette", [:]))
    #expect(
      azure["spec"]?["config"] == [
        "containerName": "reports", "storageName": "acmereports", "resourceGroup": "rg-storage", "sku": "Standard_LRS",
        "credentials": [
          "tenantId": "00000000-aaaa-bbbb-cccc-000000000001", "clientId": "00000000-aaaa-bbbb-cccc-000000000003",
          "clientSecret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
          "subscriptionId": "00000000-aaaa-bbbb-cccc-000000000002", "clientCloud": "public",
        ],
      ])
  }

  @Test("FF-06: the file's name is the connection's, or cleaned with the start of its SHA-256")
  func stem() {
    #expect(FlowfileConnection.stem("data-eu") == "data-eu")
    #expect(FlowfileConnection.stem("data eu/2") == "data_eu_2_cef38f52")
  }

  @Test("FF-12: Flowfile can't sign in everywhere as everybody")
  func flowfilePairs() {
    for (bucket, identity) in [
      (Samples.bucket(), Samples.principal), (Samples.google, Samples.key), (Samples.azure, Samples.role()),
    ] {
      #expect(throws: DocumentProblem.self) {
        try Samples.text(.flowfile, Samples.registration(bucket, identity, on: "flowfile"))
      }
    }
  }
}
