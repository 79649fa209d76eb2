import CooperDocuments
import CooperModel
import CooperSchema
import CooperTestSupport
import Foundation
import Testing

/// Every form, byte for byte, as files that people can read.
@Suite("Every document as a golden")
struct GoldenTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let form: DocumentForm
    let subject: DocumentSubject
    var testDescription: String { name }

    init(_ name: String, _ form: DocumentForm, _ subject: DocumentSubject) {
      self.name = name
      self.form = form
      self.subject = subject
    }
  }

  private static let users: Value = [
    "namespace": "tenant-acme", "users": ["velero": .map([:]), "audit": ["readonly": true]],
  ]

  private static func cosi(_ version: String) -> DocumentSubject {
    var access: ValueMap = ["accessClass": "s3", "secret": "velero-s3"]
    if version == "v1alpha2" { access["mode"] = "ReadOnly" }
    var subject = Samples.of(
      Samples.cluster(
        "cosi",
        ["namespace": "apps", "version": .string(version), "bucketClass": "fast", "access": ["velero": .map(access)]]))
    subject.driver = "s3.acme.example"
    return subject
  }

  private static func granted(_ bucket: BucketFacts, _ allow: Value, prefix: String? = nil) -> DocumentSubject {
    let principal: DocumentSubject.Principal =
      switch bucket.flavour {
      case .google: .identity(Samples.serviceAccount(withKey: false))
      case .azure: .azure("00000000-1111-2222-3333-444444444444")
      default: .aws("arn:aws:iam::210987654321:role/etl")
      }
    return DocumentSubject(
      address: Address("grants", "partner-read"), name: "partner-read",
      grants: [.init(name: "partner-read", bucket: bucket, prefix: prefix, allow: allow, principals: [principal])])
  }

  private static var declaredCORS: Value {
    [
      [
        "id": "shop", "origins": ["https://shop.acme.example"], "methods": ["GET", "PUT"], "expose": ["ETag"],
        "maxAge": "1h",
      ]
    ]
  }

  private static func with(_ facet: String, _ value: Value, _ bucket: BucketFacts) -> BucketFacts {
    var bucket = bucket
    bucket.facets[facet] = value
    return bucket
  }

  static let cases: [Case] = [
    Case("velero-aws.yaml", .velero, Samples.location(Samples.bucket(), Samples.key)),
    Case("velero-aws-role.yaml", .velero, Samples.location(Samples.bucket(), Samples.role())),
    Case("velero-omitted.yaml", .velero, Samples.location(Samples.minio, Samples.key, secrets: false)),
    Case(
      "velero-minio-snapshots.yaml", .velero,
      Samples.location(
        Samples.minio, Samples.key,
        [
          "namespace": "backup", "default": true, "backupSyncPeriod": "1h", "validationFrequency": "0s",
          "config": ["insecureSkipTLSVerify": "true"], "snapshots": ["region": "eu-west-1"],
        ])),
    Case("velero-ceph.yaml", .velero, Samples.location(Samples.ceph, Samples.key)),
    Case(
      "velero-google.yaml", .velero,
      Samples.location(Samples.google, Samples.serviceAccount(withKey: true), ["snapshots": .map([:])])),
    Case(
      "velero-google-workload.yaml", .velero, Samples.location(Samples.google, Samples.serviceAccount(withKey: false))),
    Case(
      "velero-azure.yaml", .velero, Samples.location(Samples.azure, Samples.principal, ["snapshots": .map([:])])),
    Case("velero-azure-key.yaml", .velero, Samples.location(Samples.azure, Samples.key)),
    Case("velero-hikube.yaml", .velero, Samples.location(Samples.hikube, Samples.user, prefix: "velero")),
    Case("cozystack-a.yaml", .kubernetes, Samples.of(Samples.cluster("cozystack", ["namespace": "tenant-acme"]))),
    Case("cozystack-b.yaml", .kubernetes, Samples.of(Samples.cluster("cozystack", users))),
    Case("cosi-v1alpha1.yaml", .cosi, cosi("v1alpha1")), Case("cosi-v1alpha2.yaml", .cosi, cosi("v1alpha2")),
    Case("bucket-info.json", .bucketInfo, Samples.of(Samples.hikube, Samples.user)),
    Case("aws-profile.ini", .awsProfile, Samples.of(Samples.minio, Samples.key)),
    Case(
      "aws-profile-role.ini", .awsProfile,
      Samples.of(Samples.bucket(), Samples.role([.aws("444455556666", externalId: "bbbb")]))),
    Case("mc.json", .mc, Samples.of(Samples.minio, Samples.key)),
    Case("rclone-minio.conf", .rclone, Samples.of(Samples.minio, Samples.key)),
    Case("rclone-aws-role.conf", .rclone, Samples.of(Samples.bucket(), Samples.role())),
    Case("rclone-google.conf", .rclone, Samples.of(Samples.google, Samples.serviceAccount(withKey: true))),
    Case("rclone-azure.conf", .rclone, Samples.of(Samples.azure, Samples.principal)),
    Case("s3cmd-minio.ini", .s3cmd, Samples.of(Samples.minio, Samples.key)),
    Case("s3cmd-aws.ini", .s3cmd, Samples.of(Samples.bucket(), Samples.key)),
    Case("restic-minio.env", .restic, Samples.location(Samples.minio, Samples.key)),
    Case("restic-azure.env", .restic, Samples.of(Samples.azure, Samples.key)),
    Case("restic-google.env", .restic, Samples.of(Samples.google, Samples.serviceAccount(withKey: true))),
    Case("env-minio.env", .env, Samples.location(Samples.minio, Samples.key)),
    Case("env-azure.env", .env, Samples.of(Samples.azure, Samples.principal)),
    Case("flowfile-s3.yaml", .flowfile, Samples.registration(Samples.minio, Samples.key, on: "flowfile")),
    Case("flowfile-role.yaml", .flowfile, Samples.registration(Samples.bucket(), Samples.role(), on: "flowfile")),
    Case("flowfile-azure.yaml", .flowfile, Samples.registration(Samples.azure, Samples.principal, on: "flowfile")),
    Case("terraform-aws.tf", .terraform, Samples.of(with("cors", declaredCORS, Samples.bucket()))),
    Case("terraform-google.tf", .terraform, Samples.of(Samples.google)),
    Case("terraform-azure.tf", .terraform, Samples.of(Samples.azure)),
    Case("cors-s3.json", .cors, Samples.of(with("cors", declaredCORS, Samples.bucket()))),
    Case("cors-google.json", .cors, Samples.of(with("cors", declaredCORS, Samples.google))),
    Case("grant-iam-prefix.json", .policy, granted(Samples.bucket(), "readOnly", prefix: "in/")),
    Case("grant-iam-admin.json", .policy, granted(Samples.bucket(), "admin")),
    Case("grant-iam-replicate.json", .policy, granted(Samples.bucket(), "replicate")),
    Case(
      "grant-iam-own.json", .policy,
      granted(
        Samples.bucket(),
        [
          [
            "actions": ["s3:GetObjectTagging"], "on": ["objects"],
            "conditions": ["Bool": ["aws:SecureTransport": "true"]],
          ]
        ])),
    Case("grant-google-prefix.json", .iamBindings, granted(Samples.google, "readWrite", prefix: "in/")),
    Case("grant-google-replicate.json", .iamBindings, granted(Samples.google, "replicate")),
    Case("grant-azure-prefix.json", .roleAssignments, granted(Samples.azure, "readWrite", prefix: "in/")),
    Case("grant-azure-admin.json", .roleAssignments, granted(Samples.azure, "admin")),
    Case(
      "flashback-google-bindings.json", .iamBindings,
      Samples.of(
        {
          var account = Samples.serviceAccount(withKey: false)
          account.trust = [.platform(type: "flashback", account: nil, externalId: nil)]
          return account
        }())),
    Case(
      "flashback-azure-assignment.json", .roleAssignments,
      Samples.registration(Samples.azure, Samples.principal, on: "flashback")),
  ]

  @Test("as recorded", arguments: cases)
  func golden(_ one: Case) throws {
    let text = try Samples.text(one.form, one.subject)
    #expect(Golden().difference(text, one.name) == nil)
    #expect(try Samples.text(one.form, one.subject) == text)
  }

  @Test("Without secrets, none of them is in any document", arguments: cases)
  func placeholders(_ one: Case) throws {
    var subject = one.subject
    subject.includesSecrets = false
    let text = try Documents.make(one.form, of: subject).withPlaceholders
    for part in ["wJalrXUt", "AKIAIOSF", "MIIE"] { #expect(!text.contains(part)) }
  }

  @Test("R-10: a bucket that isn't made yet gives no document, and the fix names what to apply")
  func knownAfterApply() throws {
    var bucket = Samples.hikube
    bucket.name = .unknown("buckets.hk.bucketName")
    let error = #expect(throws: DocumentProblem.self) {
      try Samples.text(.velero, Samples.location(bucket, Samples.user))
    }
    #expect(error?.code == "DOC0002")
    #expect(error?.fix.contains("buckets.hk") == true)
  }

  @Test("Each form names sections whose resources it refuses and takes")
  func sections() throws {
    for form in DocumentForm.allCases {
      let error = #expect(throws: DocumentProblem.self) {
        try Documents.make(form, of: DocumentSubject(address: Address("connections", "x"), name: "x"))
      }
      #expect(error?.code == "DOC0001")
    }
  }
}

@Suite("The page of documents")
struct DocumentsPageTests {
  @Test("docs/documents.md names every form")
  func forms() throws {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    let page = try String(contentsOfFile: root + "/docs/documents.md", encoding: .utf8)
    for form in DocumentForm.allCases { #expect(page.contains("`\(form.rawValue)`"), "\(form.rawValue)") }
  }
}
