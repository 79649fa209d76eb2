import CooperDocuments
import CooperModel
import CooperSchema

/// Facts of a small world, from which the tests make documents.
enum Samples {
  static func bucket(_ name: String = "data", region: String? = "eu-west-1") -> BucketFacts {
    var bucket = BucketFacts(
      address: Address("buckets", name), flavour: .aws, name: .string(name), region: region.map { .string($0) })
    bucket.account = "111122223333"
    return bucket
  }

  static var minio: BucketFacts {
    BucketFacts(
      address: Address("buckets", "backups"), flavour: .minio, name: "backups", region: "us-east-1",
      endpoint: "https://minio.internal:9000",
      certificate: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
  }

  static var ceph: BucketFacts {
    var bucket = minio
    bucket.flavour = .ceph
    return bucket
  }

  static var google: BucketFacts {
    var bucket = BucketFacts(address: Address("buckets", "lake"), flavour: .google, name: "acme-lake", region: "EU")
    bucket.project = "acme-prod"
    return bucket
  }

  static var azure: BucketFacts {
    var bucket = BucketFacts(address: Address("buckets", "reports"), flavour: .azure, name: "reports")
    bucket.azure = .init(
      account: "acmereports", resourceGroup: "rg-storage", subscription: "00000000-aaaa-bbbb-cccc-000000000002",
      tenant: "00000000-aaaa-bbbb-cccc-000000000001", sku: "Standard_LRS")
    return bucket
  }

  /// A bucket of Hikube, as its outputs are recorded (CZ-06, CZ-09).
  static var hikube: BucketFacts {
    BucketFacts(
      address: Address("buckets", "hk"), flavour: .cluster, name: "bucket-0d5e1f6a-1b2c-4d3e-8f90-a1b2c3d4e5f6",
      region: "", endpoint: "https://prod.s3.hikube.cloud")
  }

  static func cluster(_ facet: String, _ value: Value) -> BucketFacts {
    BucketFacts(
      address: Address("buckets", "hk"), flavour: .cluster, name: .unknown("buckets.hk.bucketName"),
      facets: [facet: value])
  }

  static var key: IdentityFacts {
    IdentityFacts(
      address: Address("identities", "velero-key"), kind: .accessKey, name: "velero-key",
      secrets: ["accessKeyId", "secretAccessKey"])
  }

  static var user: IdentityFacts {
    IdentityFacts(address: Address("identities", "hk-velero"), kind: .bucketUser, name: "hk-velero")
  }

  static func role(_ trust: [TrustedParty] = []) -> IdentityFacts {
    var role = IdentityFacts(
      address: Address("identities", "r"), kind: .role, name: "r", arn: "arn:aws:iam::111122223333:role/r", trust: trust
    )
    role.home = "111122223333"
    return role
  }

  static func serviceAccount(withKey: Bool) -> IdentityFacts {
    var account = IdentityFacts(
      address: Address("identities", "sa"), kind: .serviceAccount, name: "velero-sa",
      email: "velero-sa@acme-prod.iam.gserviceaccount.com", secrets: withKey ? ["key"] : [])
    account.home = "acme-prod"
    return account
  }

  static var principal: IdentityFacts {
    var principal = IdentityFacts(
      address: Address("identities", "sp"), kind: .servicePrincipal, name: "sp", secrets: ["clientSecret"])
    principal.clientId = "00000000-aaaa-bbbb-cccc-000000000003"
    principal.objectId = "00000000-1111-2222-3333-444444444444"
    return principal
  }

  static func location(
    _ bucket: BucketFacts, _ identity: IdentityFacts?, prefix: String? = "cluster-a", on type: String = "kubernetes",
    _ settings: ValueMap = ["namespace": "velero"], secrets: Bool = true
  ) -> DocumentSubject {
    var subject = DocumentSubject(
      address: Address("backupLocations", "main"), name: "main", bucket: bucket, identity: identity, prefix: prefix,
      platform: .init(type: type, settings: settings))
    subject.includesSecrets = secrets
    return subject
  }

  static func registration(
    _ bucket: BucketFacts, _ identity: IdentityFacts, on type: String, name: String = "data-eu",
    _ settings: ValueMap = [:]
  ) -> DocumentSubject {
    DocumentSubject(
      address: Address("registrations", "data-eu"), name: name, bucket: bucket, identity: identity,
      platform: .init(type: type, settings: settings))
  }

  static func of(_ bucket: BucketFacts, _ identity: IdentityFacts? = nil) -> DocumentSubject {
    DocumentSubject(address: bucket.address, name: bucket.address.name, bucket: bucket, identity: identity)
  }

  static func of(_ identity: IdentityFacts) -> DocumentSubject {
    DocumentSubject(address: identity.address, name: identity.name, identity: identity)
  }

  /// What tests put into slots; the key of Google is the one document that feeds every target.
  static func secret(_ slot: DocumentSlot) -> [UInt8] {
    switch slot.field {
    case "key": Array(googleKey.utf8)
    case "accessKeyId": Array("AKIAIOSFODNN7EXAMPLE".utf8)
    default: Array("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".utf8)
    }
  }

  static let googleKey = """
    {
      "type": "service_account",
      "project_id": "acme-prod",
      "private_key": "-----BEGIN PRIVATE KEY-----\\nMIIE+/=\\n-----END PRIVATE KEY-----\\n",
      "client_email": "velero-sa@acme-prod.iam.gserviceaccount.com"
    }

    """

  static func text(_ form: DocumentForm, _ subject: DocumentSubject) throws -> String {
    let text = try Documents.make(form, of: subject)
    return String(decoding: try text.filled { slot in secret(slot) }, as: UTF8.self)
  }

  static func json(_ form: DocumentForm, _ subject: DocumentSubject) throws -> Value {
    try ValueJSON.decode(Array(try text(form, subject).utf8))
  }

  static func json(_ text: String) throws -> Value { try ValueJSON.decode(Array(text.utf8)) }
}
